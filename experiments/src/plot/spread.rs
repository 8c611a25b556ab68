//! Means over seeds, and how far the seeds are apart.

use statrs::statistics::Statistics;

use crate::statistics::Sample;

/// What the bars of accuracies reach over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bars {
    /// One sample standard deviation to both sides.
    Deviation,
    /// Student's 95 % interval of the mean.
    Interval,
}

/// A mean over seeds and how far they spread.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Spread {
    pub(super) mean: f64,
    /// Lower and upper end of its bar; one seed has none.
    pub(super) ends: Option<(f64, f64)>,
    pub(super) seeds: usize,
}

impl Spread {
    /// The arithmetic mean of accuracies and the bar around it, `None` without any. There is no accuracy
    /// beyond 0 and 1.
    pub(super) fn of_accuracies(accuracies: &[f64], bars: Bars) -> Option<Self> {
        let mean = accuracies.mean();
        Self::around(mean, accuracies, || {
            let (low, high) = match bars {
                Bars::Deviation => (mean - accuracies.std_dev(), mean + accuracies.std_dev()),
                Bars::Interval => Sample::new((0..).zip(accuracies.iter().copied()))
                    .interval()
                    .map_or((mean, mean), |interval| (interval.low, interval.high)),
            };
            (low.max(0.0), high.min(1.0))
        })
    }

    /// The arithmetic mean of shares, the least and the greatest of them; `None` without any, and where
    /// none is above 0.
    pub(super) fn of_shares(shares: &[f64]) -> Option<Self> {
        let spread = Self::around(shares.mean(), shares, || (shares.min(), shares.max()));
        spread.filter(|spread| spread.mean > 0.0)
    }

    /// The geometric mean of positive values, the least and the greatest of them, `None` without
    /// any. Bounds differ by factors from seed to seed: an arithmetic mean would be that of the
    /// largest.
    pub(super) fn of_factors(values: &[f64]) -> Option<Self> {
        Self::around(values.geometric_mean(), values, || (values.min(), values.max()))
    }

    /// A median with its quartiles, of one seed.
    pub(super) fn of_quartiles(median: f64, quartiles: (f64, f64)) -> Self {
        Self { mean: median, ends: Some(quartiles), seeds: 1 }
    }

    fn around(mean: f64, values: &[f64], ends: impl FnOnce() -> (f64, f64)) -> Option<Self> {
        let seeds = values.len();
        (seeds > 0).then(|| Self { mean, ends: (seeds > 1).then(ends), seeds })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_deviation_is_that_of_a_sample() {
        let spread = Spread::of_accuracies(&[0.90, 0.92, 0.94], Bars::Deviation).unwrap();
        let (low, high) = spread.ends.unwrap();
        assert!((spread.mean - 0.92).abs() < 1e-12);
        assert!((low - 0.90).abs() < 1e-12 && (high - 0.94).abs() < 1e-12);
        assert_eq!(spread.seeds, 3);
    }

    #[test]
    fn intervals_are_students() {
        // t of 2 degrees of freedom at 97.5 %: 4.302653.
        let spread = Spread::of_accuracies(&[0.90, 0.92, 0.94], Bars::Interval).unwrap();
        let (low, high) = spread.ends.unwrap();
        let half = 4.302_653 * 0.02 / 3_f64.sqrt();
        assert!((low - (0.92 - half)).abs() < 1e-7 && (high - (0.92 + half)).abs() < 1e-7);
    }

    #[test]
    fn shares_reach_from_the_least_to_the_greatest() {
        let spread = Spread::of_shares(&[0.0, 0.1, 0.2]).unwrap();
        assert!((spread.mean - 0.1).abs() < 1e-12);
        assert_eq!((spread.ends, spread.seeds), (Some((0.0, 0.2)), 3));
        assert_eq!(Spread::of_shares(&[0.0, 0.0]), None);
    }

    #[test]
    fn one_seed_has_no_bar_and_bars_end_at_0_and_1() {
        assert_eq!(Spread::of_accuracies(&[], Bars::Deviation), None);
        assert_eq!(Spread::of_accuracies(&[0.9], Bars::Interval).unwrap().ends, None);
        for bars in [Bars::Deviation, Bars::Interval] {
            assert_eq!(Spread::of_accuracies(&[0.0, 1.0], bars).unwrap().ends, Some((0.0, 1.0)));
        }
    }

    #[test]
    fn factors_have_a_geometric_mean_between_their_extremes() {
        let spread = Spread::of_factors(&[1000.0, 10.0, 1.0, 0.01]).unwrap();
        assert!((spread.mean - 100_f64.powf(0.25)).abs() < 1e-12);
        assert_eq!((spread.ends, spread.seeds), (Some((0.01, 1000.0)), 4));
        let one = Spread::of_factors(&[7.0]).unwrap();
        assert!((one.mean - 7.0).abs() < 1e-12);
        assert_eq!(one.ends, None);
        assert_eq!(Spread::of_factors(&[]), None);
    }
}
