//! The horizontal axis: densities on a logarithmic scale, falling from dense to sparse.

use std::ops::Range;

use plotters::coord::ranged1d::{KeyPointHint, NoDefaultFormatting, Ranged, ValueFormatter};

use super::span::{Margins, Span};
use super::text::number;

/// The axis spans at least this much of log10(density): a factor of 2.
const NARROWEST: f64 = 0.3;

/// An axis over densities in (0, 1].
#[derive(Debug, Clone)]
pub(super) struct DensityAxis {
    span: Span,
    used: Vec<f64>,
    labelled: Vec<f64>,
    /// How they are written.
    label: fn(f64) -> String,
}

impl DensityAxis {
    /// An axis with lines at the densities that were used, given falling, and labels, at least
    /// `spacing` apart, at as many of them as there is room for. It holds `others` as well.
    pub(super) fn new(
        used: &[f64],
        others: &[f64],
        pixels: f64,
        margin: f64,
        spacing: f64,
    ) -> Option<Self> {
        let margins = Margins { start: margin, end: margin };
        let span = Span::around(used.iter().chain(others).copied(), NARROWEST, pixels, margins)?;
        // The two ends come first: they say how far the curve goes.
        let wanted = used.first().into_iter().chain(used.last()).chain(used).copied();
        let mut labelled = span.spaced(wanted, |&density| density, spacing);
        labelled.sort_by(|a, b| b.total_cmp(a));
        Some(Self { span, used: used.to_vec(), labelled, label: percent })
    }

    /// The same with other labels.
    pub(super) fn written(self, label: fn(f64) -> String) -> Self {
        Self { label, ..self }
    }

    /// The least distance between two densities that were used, in pixels.
    pub(super) fn least_gap(&self) -> Option<f64> {
        let position = |pair: &[f64]| self.span.position(pair[1]) - self.span.position(pair[0]);
        self.used.windows(2).map(position).min_by(f64::total_cmp)
    }
}

/// A density in percent with about three digits.
pub(super) fn percent(density: f64) -> String {
    let percent = density * 100.0;
    let decimals = match percent {
        99.0.. => 2,
        10.0.. => 1,
        0.1.. => 2,
        _ => 4,
    };
    number(percent, decimals)
}

impl Ranged for DensityAxis {
    type FormatOption = NoDefaultFormatting;
    type ValueType = f64;

    fn map(&self, density: &f64, limit: (i32, i32)) -> i32 {
        self.span.pixel(*density, limit)
    }

    fn key_points<Hint: KeyPointHint>(&self, hint: Hint) -> Vec<f64> {
        if hint.weight().allow_light_points() { self.used.clone() } else { self.labelled.clone() }
    }

    fn range(&self) -> Range<f64> {
        let (largest, smallest) = self.span.ends();
        largest..smallest
    }
}

impl ValueFormatter<f64> for DensityAxis {
    fn format_ext(&self, density: &f64) -> String {
        (self.label)(*density)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMIT: (i32, i32) = (100, 2100);
    const SPACING: f64 = 120.0;

    fn axis(used: &[f64]) -> DensityAxis {
        DensityAxis::new(used, &[], 2000.0, 100.0, SPACING).unwrap()
    }

    fn geometric(count: i32) -> Vec<f64> {
        (0..count)
            .map(|k| 0.8 * (0.01_f64 / 0.8).powf(f64::from(k) / f64::from((count - 1).max(1))))
            .collect()
    }

    #[test]
    fn labels_are_densities_that_were_used_and_keep_their_distance() {
        for (count, labels) in [(1, 1), (3, 3), (8, 8), (30, 15)] {
            let used = geometric(count);
            let axis = axis(&used);
            assert_eq!(axis.labelled.len(), labels, "{count}");
            assert!(axis.labelled.iter().all(|density| used.contains(density)));
            for pair in axis.labelled.windows(2) {
                let apart = axis.map(&pair[1], LIMIT) - axis.map(&pair[0], LIMIT);
                assert!(apart >= SPACING as i32 - 1, "{pair:?}");
            }
        }
    }

    #[test]
    fn falls_from_left_to_right_inside_the_margins() {
        let used = geometric(30);
        let axis = axis(&used);
        let pixels: Vec<i32> = used.iter().map(|density| axis.map(density, LIMIT)).collect();
        assert!(pixels.is_sorted());
        assert_eq!((pixels[0], pixels[29]), (200, 2000));
        assert!((axis.least_gap().unwrap() - 1800.0 / 29.0).abs() < 1e-6);
    }

    #[test]
    fn no_density_has_no_axis_and_one_stands_in_the_middle() {
        assert!(DensityAxis::new(&[], &[], 2000.0, 100.0, SPACING).is_none());
        let axis = axis(&[0.2]);
        assert_eq!(axis.map(&0.2, LIMIT), 1100);
        assert_eq!(axis.least_gap(), None);
    }

    #[test]
    fn percents_have_about_three_digits() {
        let table = [
            (0.8, "80"),
            (0.512, "51.2"),
            (0.3277, "32.8"),
            (0.01193, "1.19"),
            (0.995, "99.5"),
            (0.0005, "0.05"),
        ];
        for (density, label) in table {
            assert_eq!(percent(density), label);
        }
    }
}
