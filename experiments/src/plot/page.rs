//! A figure on a canvas, whatever the backend.

use plotters::backend::DrawingBackend;
use plotters::coord::Shift;
use plotters::drawing::DrawingArea;
use plotters::style::{FontStyle, TextStyle, WHITE};

use super::caption::caption;
use super::figure::Figure;
use super::layout::{MARGIN, SMALL_LINE, SMALL_TEXT, TEXT, TITLE_LINE, TITLE_TEXT, WIDTH, px};
use super::pen::Drawn;
use super::text::{INK, Lettering, PALE_INK, style, wrap};
use super::{axes, curves, key};

/// Paints the figure: title above, key at the right, caption below, and the axes in what is left.
pub(super) fn paint<DB: DrawingBackend>(
    canvas: &DrawingArea<DB, Shift>,
    figure: &Figure,
    lettering: Lettering,
) -> Drawn<DB> {
    canvas.fill(&WHITE)?;
    let height = canvas.dim_in_pixel().1 as i32;

    let title =
        Block::new(canvas, &figure.title, style(TITLE_TEXT, FontStyle::Bold, INK), TITLE_LINE)?;
    let subtitle_style = style(TEXT, FontStyle::Normal, PALE_INK);
    let subtitle = Block::new(canvas, &figure.subtitle, subtitle_style, SMALL_LINE)?;
    let caption_style = style(SMALL_TEXT, FontStyle::Normal, PALE_INK);
    let caption = Block::new(canvas, &caption(figure), caption_style, SMALL_LINE)?;
    let below_title = px(MARGIN) + title.height();
    let foot = px(MARGIN) + caption.height();
    title.write(canvas, px(MARGIN), lettering)?;
    subtitle.write(canvas, below_title, lettering)?;
    caption.write(canvas, height - foot, lettering)?;

    let head = below_title + subtitle.height() + px(MARGIN);
    let right = px(f64::from(WIDTH) - MARGIN) - key::width(canvas, figure)?;
    let (plot, beside) = canvas.split_horizontally(right);
    let plot = plot.margin(head, foot + px(MARGIN / 2.0), px(MARGIN), 0);
    if let Some(plane) = axes::draw(&plot, figure, lettering)? {
        curves::draw(canvas, &plane, figure)?;
    }
    key::draw(&beside.margin(head, foot, 0, 0), figure, lettering)
}

/// Lines of text from margin to margin.
struct Block {
    lines: Vec<String>,
    style: TextStyle<'static>,
    /// Height of a line in pixels.
    line: i32,
}

impl Block {
    fn new<DB: DrawingBackend>(
        canvas: &DrawingArea<DB, Shift>,
        text: &str,
        style: TextStyle<'static>,
        line: f64,
    ) -> Drawn<DB, Self> {
        let lines = wrap(canvas, text, &style, px(f64::from(WIDTH) - 2.0 * MARGIN))?;
        Ok(Self { lines, style, line: px(line) })
    }

    fn height(&self) -> i32 {
        self.line * self.lines.len() as i32
    }

    fn write<DB: DrawingBackend>(
        &self,
        canvas: &DrawingArea<DB, Shift>,
        top: i32,
        lettering: Lettering,
    ) -> Drawn<DB> {
        let middles = (0..).map(|k| top + self.line * k + self.line / 2);
        for (line, middle) in self.lines.iter().zip(middles) {
            lettering.write(canvas, line, &self.style, (px(MARGIN), middle))?;
        }
        Ok(())
    }
}
