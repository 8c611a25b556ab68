use std::fmt;

use statrs::distribution::{ContinuousCDF, StudentsT};
use statrs::statistics::Statistics;

/// One value for each seed.
#[derive(Debug, Clone, Default)]
pub(super) struct Sample {
    values: Vec<(u64, f64)>,
}

/// A mean and the ends of its 95 % interval.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Interval {
    pub(super) mean: f64,
    pub(super) low: f64,
    pub(super) high: f64,
}

impl Sample {
    pub(super) fn new(values: impl IntoIterator<Item = (u64, f64)>) -> Self {
        Self { values: values.into_iter().collect() }
    }

    pub(super) fn mean(&self) -> Option<f64> {
        (!self.values.is_empty()).then(|| self.numbers().mean())
    }

    /// Differences to another sample, seed by seed, where both have a value.
    pub(super) fn minus(&self, other: &Self) -> Self {
        let partner = |seed: u64| other.values.iter().find(|(theirs, _)| *theirs == seed);
        Self::new(
            self.values.iter().filter_map(|&(seed, value)| Some((seed, value - partner(seed)?.1))),
        )
    }

    /// The mean with Student's 95 % interval; `None` for fewer than two values.
    pub(super) fn interval(&self) -> Option<Interval> {
        let count = self.values.len() as f64;
        let quantile = StudentsT::new(0.0, 1.0, count - 1.0).ok()?.inverse_cdf(0.975);
        let (mean, half) =
            (self.numbers().mean(), quantile * self.numbers().std_dev() / count.sqrt());
        Some(Interval { mean, low: mean - half, high: mean + half })
    }

    fn numbers(&self) -> impl Iterator<Item = f64> {
        self.values.iter().map(|(_, value)| *value)
    }
}

impl fmt::Display for Sample {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.values.as_slice() {
            [] => f.write_str("-"),
            [(_, value)] => write!(f, "{value:.2}"),
            _ => write!(f, "{:.2} ± {:.2}", self.numbers().mean(), self.numbers().std_dev()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairs_and_intervals_by_hand() {
        let a = Sample::new([(1, 98.0), (2, 97.0), (3, 99.0), (4, 50.0)]);
        let b = Sample::new([(3, 97.0), (1, 97.0), (2, 97.0)]);
        let difference = a.minus(&b);
        assert_eq!(difference.to_string(), "1.00 ± 1.00");
        // SciPy: t.interval(0.95, 2, loc=1, scale=1/sqrt(3)) = (-1.48414, 3.48414)
        let interval = difference.interval().unwrap();
        assert!(
            (interval.low + 1.484_137_7).abs() < 1e-6 && (interval.high - 3.484_137_7).abs() < 1e-6
        );
        assert_eq!(Sample::new([(1, 2.0)]).interval(), None);
        assert_eq!(Sample::default().mean(), None);
        assert_eq!(Sample::default().to_string(), "-");
    }
}
