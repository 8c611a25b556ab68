//! Words on a picture: their font, size and place.

use plotters::backend::DrawingBackend;
use plotters::coord::Shift;
use plotters::drawing::DrawingArea;
use plotters::style::text_anchor::{HPos, Pos, VPos};
use plotters::style::{Color, FontDesc, FontFamily, FontStyle, RGBColor, TextStyle, register_font};

use super::layout::px;
use super::pen::{Drawn, Pixel};

/// Ink of titles and labels.
pub(super) const INK: RGBColor = RGBColor(38, 38, 38);
/// Ink of what is said on the side.
pub(super) const PALE_INK: RGBColor = RGBColor(96, 96, 96);

/// `plotters` takes the height of a line for the size of a font.
const LINE_PER_EM: f64 = 1.24;

/// Gives `plotters` the shapes of the letters: a picture must not depend on installed fonts.
///
/// SVG files name the generic family only, and leave the shapes to the reader.
pub(super) fn register_fonts() -> Result<(), &'static str> {
    let family = FontFamily::SansSerif.as_str();
    register_font(family, FontStyle::Normal, dejavu::sans::regular())
        .and_then(|()| register_font(family, FontStyle::Bold, dejavu::sans::bold()))
        .map_err(|_| "the font inside the program cannot be read")
}

/// A style; the size is that of the em, in points.
pub(super) fn style(points: f64, weight: FontStyle, ink: RGBColor) -> TextStyle<'static> {
    let font = FontDesc::new(FontFamily::SansSerif, f64::from(px(points)) * LINE_PER_EM, weight);
    TextStyle {
        pos: Pos::new(HPos::Left, VPos::Center),
        color: ink.to_backend_color(),
        ..TextStyle::from(font)
    }
}

/// How a backend writes.
///
/// All of them are asked to put the middle of a line at some height, and put it above: a bitmap
/// higher than SVG.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Lettering {
    /// How much lower it should be, in ems.
    sink: f64,
}

impl Lettering {
    pub(super) const SVG: Self = Self { sink: 0.06 };
    pub(super) const BITMAP: Self = Self { sink: 0.2 };

    /// How much lower it should be, in pixels.
    pub(super) fn sink(self, style: &TextStyle<'_>) -> i32 {
        (self.sink * style.font.get_size() / LINE_PER_EM).round() as i32
    }

    /// Writes a line that starts at a pixel, with its middle at that pixel's height.
    pub(super) fn write<DB: DrawingBackend>(
        self,
        area: &DrawingArea<DB, Shift>,
        text: &str,
        style: &TextStyle<'_>,
        (x, y): Pixel,
    ) -> Drawn<DB> {
        area.draw_text(text, style, (x, y + self.sink(style)))
    }
}

/// Breaks a text into lines that are no wider than asked, as far as its words allow it.
pub(super) fn wrap<DB: DrawingBackend>(
    area: &DrawingArea<DB, Shift>,
    text: &str,
    style: &TextStyle<'_>,
    width: i32,
) -> Drawn<DB, Vec<String>> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        let longer = lines.last().map(|line| format!("{line} {word}"));
        match longer {
            Some(longer) if area.estimate_text_size(&longer, style)?.0 <= width.unsigned_abs() => {
                lines.pop();
                lines.push(longer);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    Ok(lines)
}

/// A number with at most so many decimals, without zeros at the end.
pub(super) fn number(value: f64, decimals: i32) -> String {
    let scale = 10_f64.powi(decimals);
    // Adding 0 turns -0 into 0.
    ((value * scale).round() / scale + 0.0).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_lose_zeros_and_noise() {
        assert_eq!(number(98.500_000_001, 4), "98.5");
        assert_eq!(number(28.999_999_999_999_996, 4), "29");
        assert_eq!(number(-0.0, 4), "0");
    }

    #[test]
    fn fonts_are_readable() {
        register_fonts().unwrap();
        register_fonts().unwrap();
    }
}
