//! A vertical axis for positive values of any size: a plain logarithmic scale.

use std::ops::Range;

use plotters::coord::ranged1d::{KeyPointHint, NoDefaultFormatting, Ranged, ValueFormatter};

use super::span::{Margins, Span};
use super::text::number;

/// The axis spans at least a power of ten, so that it has at least three labels.
const NARROWEST: f64 = 1.0;
/// Labels in each power of ten where there is room, and the fine lines of the grid.
const LABELS: [f64; 3] = [1.0, 2.0, 5.0];
const FINE: [f64; 9] = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0];
/// Else labels at every so many-th power.
const STEPS: [i32; 8] = [1, 2, 3, 5, 10, 20, 50, 100];
/// Fine lines stand this much closer than labels.
const FINER: f64 = 8.0;
/// Labels from and below these are written as powers.
const PLAIN: Range<f64> = 0.0009..99_999.0;

/// An axis over positive values, rising.
#[derive(Debug, Clone)]
pub(super) struct LogAxis {
    /// A span falls: it starts at the top.
    span: Span,
    ticks: Vec<f64>,
    fine: Vec<f64>,
    /// Whether labels are written as powers.
    powers: bool,
}

impl LogAxis {
    /// An axis that shows all of the values; its labels are at least `spacing` apart.
    pub(super) fn new(
        values: impl IntoIterator<Item = f64>,
        pixels: f64,
        margins: Margins,
        spacing: f64,
    ) -> Self {
        let falling = Margins { start: margins.end, end: margins.start };
        let span = Span::around(values, NARROWEST, pixels, falling);
        let span = span.unwrap_or(Span::new(10.0, 1.0, pixels));
        let steps = STEPS.iter().filter_map(|&step| all(&span, &[1.0], step, spacing));
        let ticks = all(&span, &LABELS, 1, spacing).into_iter().chain(steps).next();
        let ticks = ticks.unwrap_or_default();
        let fine = all(&span, &FINE, 1, spacing / FINER).unwrap_or_else(|| ticks.clone());
        let powers = ticks.iter().any(|tick| !PLAIN.contains(tick));
        Self { span, ticks, fine, powers }
    }
}

/// These multiples of every `step`-th power of ten, as far as they are on the axis and rising;
/// `None` if they stand too close.
fn all(span: &Span, multiples: &[f64], step: i32, spacing: f64) -> Option<Vec<f64>> {
    let (largest, smallest) = span.ends();
    // The margins may reach beyond the largest number that there is.
    let [first, last] = [smallest, largest]
        .map(|end| (end.log10().clamp(-300.0, 300.0) / f64::from(step)).floor() as i32);
    let powers = (first..=last).map(|k| 10_f64.powi(k * step));
    let values = powers.flat_map(|power| multiples.iter().map(move |multiple| multiple * power));
    let wanted: Vec<f64> = values.filter(|value| (smallest..=largest).contains(value)).collect();
    let taken = span.spaced(wanted.iter().copied(), |&value| value, spacing);
    (taken.len() == wanted.len()).then_some(wanted)
}

impl Ranged for LogAxis {
    type FormatOption = NoDefaultFormatting;
    type ValueType = f64;

    fn map(&self, value: &f64, (bottom, top): (i32, i32)) -> i32 {
        self.span.pixel(*value, (top, bottom))
    }

    fn key_points<Hint: KeyPointHint>(&self, hint: Hint) -> Vec<f64> {
        if hint.weight().allow_light_points() { self.fine.clone() } else { self.ticks.clone() }
    }

    fn range(&self) -> Range<f64> {
        let (largest, smallest) = self.span.ends();
        smallest..largest
    }
}

impl ValueFormatter<f64> for LogAxis {
    fn format_ext(&self, value: &f64) -> String {
        if self.powers { power(*value) } else { thousands(*value) }
    }
}

/// A number from 0.001 to 99,999 in full.
fn thousands(value: f64) -> String {
    let plain = number(value, 3);
    match plain.len().checked_sub(3) {
        Some(head @ 1..) if !plain.contains('.') => {
            format!("{},{}", &plain[..head], &plain[head..])
        }
        _ => plain,
    }
}

/// A power of ten or a multiple of one: `2·10⁵`.
fn power(value: f64) -> String {
    // A little more, as the logarithm of 1000 may be 2.999….
    let exponent = (value.log10() + 1e-9).floor() as i32;
    let multiple = match number(value / 10_f64.powi(exponent), 3) {
        one if one == "1" => String::new(),
        other => format!("{other}·"),
    };
    let raised: String = exponent.to_string().chars().map(raised).collect();
    format!("{multiple}10{raised}")
}

fn raised(character: char) -> char {
    const DIGITS: [char; 10] = ['⁰', '¹', '²', '³', '⁴', '⁵', '⁶', '⁷', '⁸', '⁹'];
    character.to_digit(10).map_or('⁻', |digit| DIGITS[digit as usize])
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMIT: (i32, i32) = (1500, 100);
    const MARGINS: Margins = Margins { start: 40.0, end: 60.0 };
    const SPACING: f64 = 80.0;

    fn axis(values: &[f64]) -> LogAxis {
        LogAxis::new(values.iter().copied(), 1400.0, MARGINS, SPACING)
    }

    fn labels(values: &[f64]) -> Vec<String> {
        let axis = axis(values);
        axis.ticks.iter().map(|tick| axis.format_ext(tick)).collect()
    }

    #[test]
    fn labels_2_and_5_where_there_is_room() {
        assert_eq!(labels(&[0.3, 40.0]), ["0.5", "1", "2", "5", "10", "20", "50"]);
        assert_eq!(labels(&[0.05, 30_000.0]), ["0.1", "1", "10", "100", "1,000", "10,000"]);
        assert_eq!(
            labels(&[0.01, 1e6]),
            ["10⁻²", "10⁻¹", "10⁰", "10¹", "10²", "10³", "10⁴", "10⁵", "10⁶"]
        );
        assert_eq!(labels(&[2e5, 9e5]), ["2·10⁵", "5·10⁵", "10⁶"]);
        assert_eq!(labels(&[1.0, 1e60])[..4], ["10⁰", "10⁵", "10¹⁰", "10¹⁵"]);
        assert_eq!(labels(&[]), ["1", "2", "5", "10"]);
    }

    #[test]
    fn rises_inside_its_margins_and_crops_nothing() {
        let cases: [&[f64]; 5] =
            [&[3.0], &[0.5, 20.0, 1e4], &[1e-9, 1e12], &[7.0, 7.1], &[1e-300, 1e300]];
        for values in cases {
            let axis = axis(values);
            let pixels: Vec<i32> = values.iter().map(|value| axis.map(value, LIMIT)).collect();
            assert!(pixels.is_sorted_by(|low, high| low >= high), "{values:?}");
            assert!(pixels.iter().all(|pixel| (160..=1460).contains(pixel)), "{pixels:?}");
            assert!(axis.ticks.len() >= 3, "{values:?}: {:?}", axis.ticks);
            for pair in axis.ticks.windows(2) {
                let apart = axis.map(&pair[0], LIMIT) - axis.map(&pair[1], LIMIT);
                assert!(apart >= SPACING as i32 - 1, "{pair:?} of {values:?}");
            }
        }
        assert_eq!([0.5, 1e4].map(|value| axis(&[0.5, 1e4]).map(&value, LIMIT)), [1460, 160]);
    }

    #[test]
    fn the_grid_is_finer_than_the_labels_while_it_can_be_read() {
        let fine = axis(&[1.0, 100.0]).fine;
        assert!(fine.contains(&3.0) && fine.contains(&90.0), "{fine:?}");
        let axis = axis(&[1.0, 1e12]);
        assert_eq!(axis.fine, axis.ticks);
    }
}
