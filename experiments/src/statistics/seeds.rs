use statrs::distribution::{ContinuousCDF, StudentsT};

use super::{Interval, Sample};

/// Chance of a decision that a number of seeds is planned for.
pub const POWER: f64 = 0.8;

/// More seeds than this nobody trains.
const MOST: usize = 1000;

/// The least number of seeds to add that should decide a question, by [`POWER`], if means and deviations stay
/// as they are; `None` where not even 1,000 in all would.
///
/// `decides` is shown intervals that hold a true mean even if the next experiment is unlucky: with
/// n seeds mean ± (t + t₀.₈) s / √n, where t is the quantile of a one-sided test at `level`, with n − 1 degrees
/// of freedom. A bound outside of it is the usual formula for the size of a paired sample.
pub fn more_seeds(
    samples: &[&Sample],
    level: f64,
    decides: impl Fn(&[Option<Interval>]) -> bool,
) -> Option<usize> {
    let had = samples.iter().map(|sample| sample.seeds()).max()?;
    let enough = |seeds: usize| {
        planned_error(seeds, level).is_some_and(|errors| {
            let planned: Vec<_> =
                samples.iter().map(|sample| planned(sample, seeds, errors)).collect();
            decides(&planned)
        })
    };
    // Most of what is never decided is found out at once.
    let ever = enough(MOST);
    let first = || (had.max(1) + 1..=MOST).find(|&seeds| enough(seeds));
    ever.then(first).flatten().map(|seeds| seeds - had)
}

/// Standard errors from the mean to the end of a planned interval.
fn planned_error(seeds: usize, level: f64) -> Option<f64> {
    let student = StudentsT::new(0.0, 1.0, seeds as f64 - 1.0).ok()?;
    Some(student.inverse_cdf(1.0 - level) + student.inverse_cdf(POWER))
}

fn planned(sample: &Sample, seeds: usize, errors: f64) -> Option<Interval> {
    let (mean, half) = (sample.mean()?, errors * sample.deviation()? / (seeds as f64).sqrt());
    Some(Interval { mean, low: mean - half, high: mean + half })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::statistics::LEVEL;
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
            // Two are there.
            let found = 2 + more_seeds(&[&pair(effect)], LEVEL, above_zero).unwrap();
            assert!(found.abs_diff(expected) <= 1, "{effect}: {found} {expected}");
        }
    }

    #[test]
    fn what_no_number_decides_needs_none() {
        assert_eq!(more_seeds(&[&pair(0.0)], LEVEL, above_zero), None);
        assert_eq!(more_seeds(&[&Sample::new([(1, 1.0)])], LEVEL, above_zero), None);
        assert_eq!(more_seeds(&[], LEVEL, above_zero), None);
    }
}
