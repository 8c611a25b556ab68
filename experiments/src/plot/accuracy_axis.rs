//! The vertical axis: accuracies, spaced by the logarithm of the error.
//!
//! A linear axis that shows a collapse to 10 % cannot tell 97.5 % from 98.0 %, and one that can
//! crops the collapse. Even steps of log10(1 − accuracy) show both.

use std::ops::Range;

use plotters::coord::ranged1d::{KeyPointHint, NoDefaultFormatting, Ranged, ValueFormatter};

use super::errors::Errors;
use super::span::{Margins, Span};
use super::text::number;

/// Accuracies in percent that make good labels, most wanted first.
const LABELS: [f64; 35] = [
    90.0, 10.0, 50.0, 99.0, 99.9, 99.99, 0.0, 80.0, 95.0, 98.0, 99.5, 99.8, 99.95, 99.98, 20.0,
    70.0, 85.0, 97.0, 98.5, 99.7, 99.85, 60.0, 30.0, 40.0, 96.0, 97.5, 92.0, 94.0, 99.2, 75.0,
    93.0, 98.2, 98.8, 99.3, 99.4,
];
/// Steps of even labels, in points, for a range too narrow for [`LABELS`].
const STEPS: [f64; 14] =
    [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0];
/// The axis spans at least this much of log10(error): a factor of 1.26.
const NARROWEST: f64 = 0.1;
/// An axis over accuracies in [0, 1].
#[derive(Debug, Clone)]
pub(super) struct AccuracyAxis {
    errors: Errors,
    span: Span,
    ticks: Vec<f64>,
}

impl AccuracyAxis {
    /// An axis that shows all of the errors; its labels are at least `spacing` apart.
    pub(super) fn new(errors: Errors, pixels: f64, margins: Margins, spacing: f64) -> Self {
        let span = Span::around(errors.all(), NARROWEST, pixels, margins);
        // Without a value there are only marks of lost runs, and any range will do.
        let span = span.unwrap_or(Span::new(1.0, 0.01, pixels));
        let mut axis = Self { errors, span, ticks: Vec::new() };
        axis.ticks = axis.choose(spacing);
        axis
    }

    /// Labels from the list, or even steps where these give more of them.
    fn choose(&self, spacing: f64) -> Vec<f64> {
        let listed = self.spaced(LABELS.iter().map(|percent| percent / 100.0), spacing);
        let even = STEPS.iter().find_map(|&step| self.even(step, spacing)).unwrap_or_default();
        let mut ticks = if even.len() > listed.len() { even } else { listed };
        ticks.sort_by(f64::total_cmp);
        ticks
    }

    /// All multiples of a step on the axis; `None` if they stand too close.
    fn even(&self, step: f64, spacing: f64) -> Option<Vec<f64>> {
        let (largest, smallest) = self.span.ends();
        let first = ((1.0 - largest).max(0.0) * 100.0 / step).ceil() as usize;
        let last = ((1.0 - smallest) * 100.0 / step).floor() as usize;
        let multiples = first..=last;
        if multiples.clone().count() > self.span.room(spacing) {
            return None;
        }
        let wanted = multiples.clone().count();
        let ticks = self.spaced(multiples.map(|k| k as f64 * step / 100.0), spacing);
        (ticks.len() == wanted).then_some(ticks)
    }

    /// Accuracies that keep their distance; 100 % comes first where it has a place.
    fn spaced(&self, accuracies: impl Iterator<Item = f64>, spacing: f64) -> Vec<f64> {
        let top = self.errors.ceiling().map(|_| 1.0);
        let below = accuracies.filter(|&accuracy| !self.errors.clamps(accuracy));
        self.span.spaced(
            top.into_iter().chain(below),
            |&accuracy| self.errors.error(accuracy),
            spacing,
        )
    }
}

impl Ranged for AccuracyAxis {
    type FormatOption = NoDefaultFormatting;
    type ValueType = f64;

    fn map(&self, accuracy: &f64, limit: (i32, i32)) -> i32 {
        self.span.pixel(self.errors.error(*accuracy), limit)
    }

    fn key_points<Hint: KeyPointHint>(&self, _: Hint) -> Vec<f64> {
        self.ticks.clone()
    }

    fn range(&self) -> Range<f64> {
        let (largest, smallest) = self.span.ends();
        1.0 - largest..1.0 - smallest
    }
}

impl ValueFormatter<f64> for AccuracyAxis {
    fn format_ext(&self, accuracy: &f64) -> String {
        number(accuracy * 100.0, 4)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMIT: (i32, i32) = (1500, 100);
    const MARGINS: Margins = Margins { start: 40.0, end: 40.0 };
    const SPACING: f64 = 80.0;

    fn axis(values: &[f64]) -> AccuracyAxis {
        AccuracyAxis::new(Errors::between(values, &[]), 1400.0, MARGINS, SPACING)
    }

    fn labels(axis: &AccuracyAxis) -> Vec<String> {
        axis.ticks.iter().map(|tick| axis.format_ext(tick)).collect()
    }

    #[test]
    fn shows_the_collapse_and_tells_97_5_from_98() {
        let axis = axis(&[0.1, 0.5, 0.975, 0.98, 0.983]);
        assert_eq!(
            labels(&axis),
            ["10", "30", "50", "70", "80", "85", "90", "93", "95", "97", "98"]
        );
        let [low, high] = [0.975, 0.98].map(|accuracy| axis.map(&accuracy, LIMIT));
        assert!(low - high > 60, "{low} {high}");
    }

    #[test]
    fn a_narrow_range_has_even_steps() {
        assert_eq!(
            labels(&axis(&[0.98])),
            ["97.75", "97.8", "97.85", "97.9", "97.95", "98", "98.05", "98.1", "98.15", "98.2"]
        );
    }

    #[test]
    fn rises_with_accuracy_and_crops_nothing() {
        let cases: [&[f64]; 7] = [
            &[],
            &[0.0],
            &[1.0],
            &[0.0, 1.0],
            &[0.98, 0.98],
            &[0.1, 0.99995, 1.0],
            &[0.973, 0.981, 0.986],
        ];
        for values in cases {
            let axis = axis(values);
            let mut last = i32::MAX;
            for k in 0..=1000 {
                let pixel = axis.map(&(f64::from(k) / 1000.0), LIMIT);
                assert!(pixel <= last, "{values:?}");
                last = pixel;
            }
            for value in values {
                assert!((100..=1500).contains(&axis.map(value, LIMIT)), "{value} of {values:?}");
            }
            assert!(!axis.ticks.is_empty(), "{values:?}");
            for pair in axis.ticks.windows(2) {
                let apart = axis.map(&pair[0], LIMIT) - axis.map(&pair[1], LIMIT);
                assert!(apart >= SPACING as i32 - 1, "{pair:?} of {values:?}");
            }
        }
    }

    #[test]
    fn no_error_has_a_place_at_the_top() {
        let axis =
            AccuracyAxis::new(Errors::between(&[0.5, 0.99], &[1.0]), 1400.0, MARGINS, SPACING);
        assert_eq!(labels(&axis).last().unwrap(), "100");
        assert_eq!(axis.map(&1.0, LIMIT), axis.map(&0.996, LIMIT));
        assert!(axis.map(&1.0, LIMIT) < axis.map(&0.994, LIMIT));
    }
}
