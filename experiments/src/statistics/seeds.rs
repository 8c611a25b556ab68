use statrs::distribution::{ContinuousCDF, StudentsT};

use super::{Interval, LEVEL, Sample};

/// Chance of a decision that a number of seeds is planned for.
pub const POWER: f64 = 0.8;

/// More seeds than this nobody trains.
const MOST: usize = 1000;

/// The least number of seeds that should decide a question, by [`POWER`], if means and deviations stay as
/// they are; `None` where no number up to 1,000 does.
///
/// `decides` is shown intervals that hold a true mean even if the next experiment is unlucky: with
/// n seeds mean ± (t₀.₉₇₅ + t₀.₈) s / √n, Student's quantiles with n − 1 degrees of freedom. A bound outside
/// of it is the usual formula for the size of a paired sample.
pub fn seeds_needed(
    samples: &[&Sample],
    decides: impl Fn(&[Option<Interval>]) -> bool,
) -> Option<usize> {
    let had = samples.iter().map(|sample| sample.seeds()).max()?;
    let enough = |&seeds: &usize| {
        let planned: Vec<_> = samples.iter().map(|sample| planned(sample, seeds)).collect();
        decides(&planned)
    };
    (had.max(1) + 1..=MOST).find(enough)
}

fn planned(sample: &Sample, seeds: usize) -> Option<Interval> {
    let student = StudentsT::new(0.0, 1.0, seeds as f64 - 1.0).ok()?;
    let quantiles = student.inverse_cdf(1.0 - LEVEL) + student.inverse_cdf(POWER);
    let (mean, half) = (sample.mean()?, quantiles * sample.deviation()? / (seeds as f64).sqrt());
    Some(Interval { mean, low: mean - half, high: mean + half })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::statistics::expected::SEEDS;

    /// Two values with this mean and a deviation of 1.
    fn pair(mean: f64) -> Sample {
        let half = 0.5_f64.sqrt();
        Sample::new([(1, mean - half), (2, mean + half)])
    }

    fn above_zero(intervals: &[Option<Interval>]) -> bool {
        intervals.iter().all(|interval| interval.is_some_and(|interval| interval.low > 0.0))
    }

    #[test]
    fn within_a_seed_of_the_exact_power_that_statsmodels_computes() {
        for (effect, expected) in SEEDS {
            let found = seeds_needed(&[&pair(effect)], above_zero).unwrap();
            assert!(found.abs_diff(expected) <= 1, "{effect}: {found} {expected}");
        }
    }

    #[test]
    fn what_no_number_decides_needs_none() {
        assert_eq!(seeds_needed(&[&pair(0.0)], above_zero), None);
        assert_eq!(seeds_needed(&[&Sample::new([(1, 1.0)])], above_zero), None);
        assert_eq!(seeds_needed(&[], above_zero), None);
    }
}
