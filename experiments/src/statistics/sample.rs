use std::fmt;

use statrs::distribution::{ContinuousCDF, StudentsT};
use statrs::statistics::Statistics;

use super::CONFIDENCE;

/// One value for each seed: what the statistics of this program count.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Sample {
    values: Vec<(u64, f64)>,
}

/// A mean and the ends of its 95 % interval.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Interval {
    /// The mean.
    pub mean: f64,
    /// Lower end.
    pub low: f64,
    /// Upper end.
    pub high: f64,
}

impl Sample {
    /// Pairs of a seed and its value; of a seed that has several, such as the repeats of a control, the mean.
    ///
    /// Repeats share the network, so that they are no independent seeds: all of them together are one value.
    pub fn new(values: impl IntoIterator<Item = (u64, f64)>) -> Self {
        let mut seeds: Vec<(u64, Vec<f64>)> = Vec::new();
        for (seed, value) in values {
            match seeds.iter_mut().find(|(known, _)| *known == seed) {
                Some((_, values)) => values.push(value),
                None => seeds.push((seed, vec![value])),
            }
        }
        Self { values: seeds.into_iter().map(|(seed, values)| (seed, values.mean())).collect() }
    }

    /// How many seeds have a value.
    pub fn seeds(&self) -> usize {
        self.values.len()
    }

    /// `None` for no values.
    pub fn mean(&self) -> Option<f64> {
        (!self.values.is_empty()).then(|| self.numbers().mean())
    }

    /// The sample standard deviation; `None` for fewer than two values.
    pub fn deviation(&self) -> Option<f64> {
        (self.values.len() > 1).then(|| self.numbers().std_dev())
    }

    /// Differences to another sample, seed by seed, where both have a value.
    pub fn minus(&self, other: &Self) -> Self {
        let partner = |seed: u64| other.values.iter().find(|(theirs, _)| *theirs == seed);
        Self::new(
            self.values.iter().filter_map(|&(seed, value)| Some((seed, value - partner(seed)?.1))),
        )
    }

    /// The mean with Student's 95 % interval; `None` for fewer than two values.
    pub fn interval(&self) -> Option<Interval> {
        let quantile = self.student()?.inverse_cdf(0.5 + CONFIDENCE / 2.0);
        let (mean, half) = (self.mean()?, quantile * self.error()?);
        Some(Interval { mean, low: mean - half, high: mean + half })
    }

    /// Student's one-sided p that the mean is not above `bound`; `None` for fewer than two values.
    pub fn p_not_above(&self, bound: f64) -> Option<f64> {
        let (distance, error) = (self.mean()? - bound, self.error()?);
        // Values that are all the same leave no doubt.
        Some(match error > 0.0 {
            true => self.student()?.sf(distance / error),
            false => f64::from(u8::from(distance <= 0.0)),
        })
    }

    /// Cohen's d of paired values, the mean in standard deviations; `None` where they do not differ.
    pub fn effect_size(&self) -> Option<f64> {
        let deviation = self.deviation().filter(|&deviation| deviation > 0.0)?;
        Some(self.mean()? / deviation)
    }

    /// Standard error of the mean.
    fn error(&self) -> Option<f64> {
        Some(self.deviation()? / (self.values.len() as f64).sqrt())
    }

    fn student(&self) -> Option<StudentsT> {
        StudentsT::new(0.0, 1.0, self.values.len() as f64 - 1.0).ok()
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
    use crate::statistics::expected::STUDENT;

    fn sample(values: &[f64]) -> Sample {
        Sample::new((1..).zip(values.iter().copied()))
    }

    #[test]
    fn pairs_by_hand() {
        let a = Sample::new([(1, 98.0), (2, 97.0), (3, 99.0), (4, 50.0)]);
        let b = Sample::new([(3, 97.0), (1, 97.0), (2, 97.0)]);
        let difference = a.minus(&b);
        assert_eq!(difference.to_string(), "1.00 ± 1.00");
        assert_eq!((difference.seeds(), difference.effect_size()), (3, Some(1.0)));
        assert_eq!(Sample::new([(1, 2.0)]).interval(), None);
        assert_eq!(Sample::default().mean(), None);
        assert_eq!(Sample::default().to_string(), "-");
    }

    #[test]
    fn repeats_are_one_value_of_their_seed() {
        let ticket = Sample::new([(1, 98.0), (2, 97.0)]);
        let control = Sample::new([(1, 97.0), (2, 96.0), (1, 96.0), (1, 95.0)]);
        assert_eq!((control.seeds(), control.mean()), (2, Some(96.0)));
        // Two pairs, 98 − 96 and 97 − 96, however many repeats there are.
        let difference = ticket.minus(&control);
        assert_eq!((difference.seeds(), difference.mean()), (2, Some(1.5)));
        let twice = Sample::new([(1, 97.0), (1, 97.0)]);
        assert_eq!((twice.seeds(), twice.deviation(), twice.interval()), (1, None, None));
    }

    #[test]
    fn intervals_and_tests_as_scipy_has_them() {
        for (values, low, high, bound, p) in STUDENT {
            let (sample, near) = (sample(values), |a: f64, b: f64| (a - b).abs() < 1e-7);
            let interval = sample.interval().unwrap();
            assert!(near(interval.low, low) && near(interval.high, high), "{interval:?}");
            assert!(near(sample.p_not_above(bound).unwrap(), p), "{values:?}");
        }
    }

    #[test]
    fn one_value_says_nothing_and_equal_ones_leave_no_doubt() {
        assert_eq!((sample(&[1.0]).p_not_above(0.0), sample(&[1.0]).deviation()), (None, None));
        let same = sample(&[0.5, 0.5, 0.5]);
        assert_eq!((same.p_not_above(0.0), same.p_not_above(0.5)), (Some(0.0), Some(1.0)));
        assert_eq!(same.effect_size(), None);
    }
}
