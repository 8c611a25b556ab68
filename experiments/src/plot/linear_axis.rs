//! A vertical axis for shares near 0: a plain linear scale, in percent.

use std::ops::Range;

use plotters::coord::ranged1d::{KeyPointHint, NoDefaultFormatting, Ranged, ValueFormatter};

use super::span::Margins;
use super::text::number;

/// Distances between labels, times a power of ten.
const STEPS: [f64; 3] = [1.0, 2.0, 5.0];
/// The axis reaches at least this far.
const LOWEST_TOP: f64 = 0.001;

/// An axis from 0 up.
#[derive(Debug, Clone)]
pub(super) struct LinearAxis {
    /// At the bottom and at the top.
    ends: (f64, f64),
    ticks: Vec<f64>,
}

impl LinearAxis {
    /// An axis that shows 0 and all of the values; its labels are at least `spacing` apart.
    pub(super) fn new(
        values: impl IntoIterator<Item = f64>,
        pixels: f64,
        margins: Margins,
        spacing: f64,
    ) -> Self {
        let top = values.into_iter().fold(LOWEST_TOP, f64::max);
        let per_pixel = top / (pixels - margins.start - margins.end);
        let ends = (-margins.start * per_pixel, top + margins.end * per_pixel);
        let powers = (-6..=0).map(|k| 10_f64.powi(k));
        let mut steps = powers.flat_map(|power| STEPS.map(|step| step * power));
        let step = steps.find(|step| step / per_pixel >= spacing).unwrap_or(1.0);
        let ticks = (0..).map(|k| f64::from(k) * step).take_while(|tick| *tick <= ends.1);
        Self { ends, ticks: ticks.collect() }
    }
}

impl Ranged for LinearAxis {
    type FormatOption = NoDefaultFormatting;
    type ValueType = f64;

    fn map(&self, value: &f64, (bottom, top): (i32, i32)) -> i32 {
        let (low, high) = self.ends;
        bottom + ((value - low) / (high - low) * f64::from(top - bottom)).round() as i32
    }

    fn key_points<Hint: KeyPointHint>(&self, _: Hint) -> Vec<f64> {
        self.ticks.clone()
    }

    fn range(&self) -> Range<f64> {
        self.ends.0..self.ends.1
    }
}

impl ValueFormatter<f64> for LinearAxis {
    fn format_ext(&self, value: &f64) -> String {
        number(100.0 * value, 4)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_are_round_and_apart_and_begin_at_0() {
        let margins = Margins { start: 20.0, end: 20.0 };
        let axis = LinearAxis::new([0.031, 0.0, 0.012], 340.0, margins, 40.0);
        let labels: Vec<String> = axis.ticks.iter().map(|tick| axis.format_ext(tick)).collect();
        assert_eq!(labels, ["0", "0.5", "1", "1.5", "2", "2.5", "3"]);
        // 300 pixels between the margins, from the bottom up.
        assert_eq!([0.0, 0.031].map(|value| axis.map(&value, (1000, 660))), [980, 680]);
        assert_eq!(LinearAxis::new([], 340.0, margins, 40.0).ticks[0], 0.0);
    }
}
