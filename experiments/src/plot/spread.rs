//! Means over seeds, and how far the seeds are apart.

use statrs::statistics::Statistics;

use super::bars::Bars;
use crate::statistics::Sample;

/// A mean over seeds and how far they spread.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Spread {
    pub(super) mean: f64,
    /// Lower and upper end of its bar; one seed has none.
    pub(super) ends: Option<(f64, f64)>,
    pub(super) seeds: usize,
    /// More than seeds where a control was repeated.
    pub(super) trials: usize,
}

impl Spread {
    /// The arithmetic mean over seeds of accuracies, each with its seed, and their bar; `None` without any.
    /// There is no accuracy beyond 0 and 1.
    pub(super) fn of_accuracies(trials: &[(u64, f64)], bars: Bars) -> Option<Self> {
        let spread = Self::over_seeds(trials, bars)?;
        let ends = spread.ends.map(|(low, high)| (low.max(0.0), high.min(1.0)));
        Some(Self { ends, ..spread })
    }

    /// The same of iterations, from the least to the greatest: a deviation may reach below 0, which has no place
    /// on a logarithmic axis.
    pub(super) fn of_iterations(trials: &[(u64, f64)]) -> Option<Self> {
        Self::over_seeds(trials, Bars::MinMax)
    }

    /// The geometric mean of positive values, the least and the greatest of them, `None` without
    /// any. Bounds differ by factors from seed to seed: an arithmetic mean would be that of the
    /// largest.
    pub(super) fn of_factors(trials: &[(u64, f64)]) -> Option<Self> {
        let logarithms = trials.iter().map(|&(seed, value)| (seed, value.ln()));
        let mean = Sample::new(logarithms).mean()?.exp();
        Some(Self { mean, ..Self::over_seeds(trials, Bars::MinMax)? })
    }

    /// The arithmetic mean of shares, the least and the greatest of them; `None` without any, and where
    /// none is above 0.
    pub(super) fn of_shares(trials: &[(u64, f64)]) -> Option<Self> {
        Self::over_seeds(trials, Bars::MinMax).filter(|spread| spread.mean > 0.0)
    }

    /// A median with its quartiles, of one seed.
    pub(super) fn of_quartiles(median: f64, quartiles: (f64, f64)) -> Self {
        Self { mean: median, ends: Some(quartiles), seeds: 1, trials: 1 }
    }

    fn over_seeds(trials: &[(u64, f64)], bars: Bars) -> Option<Self> {
        let sample = Sample::new(trials.iter().copied());
        let (mean, seeds) = (sample.mean()?, sample.seeds());
        let values = || trials.iter().map(|(_, value)| value);
        let ends = match bars {
            Bars::Deviation => sample.deviation().map(|half| (mean - half, mean + half)),
            Bars::Interval => sample.interval().map(|interval| (interval.low, interval.high)),
            Bars::MinMax => Some((Statistics::min(values()), Statistics::max(values()))),
        };
        Some(Self { mean, ends: ends.filter(|_| seeds > 1), seeds, trials: trials.len() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seeds(values: &[f64]) -> Vec<(u64, f64)> {
        (1..).zip(values.iter().copied()).collect()
    }

    #[test]
    fn the_deviation_is_that_of_a_sample() {
        let spread = Spread::of_accuracies(&seeds(&[0.90, 0.92, 0.94]), Bars::Deviation).unwrap();
        let (low, high) = spread.ends.unwrap();
        assert!((spread.mean - 0.92).abs() < 1e-12);
        assert!((low - 0.90).abs() < 1e-12 && (high - 0.94).abs() < 1e-12);
        assert_eq!(spread.seeds, 3);
    }

    #[test]
    fn bars_by_hand() {
        // Two seeds, one of them with a control that was repeated: means 0.9 and 0.94.
        let trials = [(1, 0.9), (2, 0.93), (2, 0.95)];
        let ends = |bars| Spread::of_accuracies(&trials, bars).unwrap().ends.unwrap();
        let near = |found: (f64, f64), expected: (f64, f64)| {
            let close = |a: f64, b: f64| (a - b).abs() < 1e-9;
            assert!(close(found.0, expected.0) && close(found.1, expected.1), "{found:?}");
        };
        let deviation = 0.02 * 2_f64.sqrt();
        near(ends(Bars::Deviation), (0.92 - deviation, 0.92 + deviation));
        near(ends(Bars::MinMax), (0.9, 0.95));
        // Student's t for one degree of freedom is 12.706.
        near(ends(Bars::Interval), (0.92 - 12.706_204_736 * 0.02, 1.0));
        let spread = Spread::of_accuracies(&trials, Bars::MinMax).unwrap();
        assert_eq!((spread.seeds, spread.trials), (2, 3));
        assert_eq!(Spread::of_accuracies(&trials[1..], Bars::MinMax).unwrap().ends, None);
    }

    #[test]
    fn one_seed_has_no_bar_and_bars_end_at_0_and_1() {
        let of = |values: &[f64]| Spread::of_accuracies(&seeds(values), Bars::Deviation);
        assert_eq!(of(&[]), None);
        assert_eq!(of(&[0.9]).unwrap().ends, None);
        assert_eq!(of(&[0.0, 1.0]).unwrap().ends, Some((0.0, 1.0)));
    }

    #[test]
    fn factors_have_a_geometric_mean_between_their_extremes() {
        let spread = Spread::of_factors(&seeds(&[1000.0, 10.0, 1.0, 0.01])).unwrap();
        assert!((spread.mean - 100_f64.powf(0.25)).abs() < 1e-12);
        assert_eq!((spread.ends, spread.seeds), (Some((0.01, 1000.0)), 4));
        let one = Spread::of_factors(&seeds(&[7.0])).unwrap();
        assert!((one.mean - 7.0).abs() < 1e-12);
        assert_eq!(one.ends, None);
        assert_eq!(Spread::of_factors(&[]), None);
    }

    #[test]
    fn iterations_reach_from_the_first_to_the_last() {
        let spread = Spread::of_iterations(&seeds(&[100.0, 5000.0, 300.0])).unwrap();
        assert_eq!((spread.mean, spread.ends), (1800.0, Some((100.0, 5000.0))));
    }

    #[test]
    fn shares_reach_from_the_least_to_the_greatest() {
        let spread = Spread::of_shares(&[(1, 0.0), (2, 0.1), (3, 0.2)]).unwrap();
        assert!((spread.mean - 0.1).abs() < 1e-12);
        assert_eq!((spread.ends, spread.seeds), (Some((0.0, 0.2)), 3));
        assert_eq!(Spread::of_shares(&[(1, 0.0), (2, 0.0)]), None);
    }
}
