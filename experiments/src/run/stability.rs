//! How much of a network depends on the order of its batches: two copies of one training are set beside each other,
//! with what lies between them (Frankle et al. 2020, "Linear Mode Connectivity and the Lottery Ticket
//! Hypothesis", arXiv 1912.05671).

use std::time::Instant;

use models::Network;

use super::context::Context;
use super::norms;
use crate::error::Error;
use crate::plan::Run;
use crate::records::{CurveRow, StabilityRow};
use crate::seeds::Seeds;
use crate::train::{Evaluation, Evaluator, Steps, Stop, Trained};

/// Steps from one network to the other.
const STEPS: usize = 10;

/// Two copies of one training.
pub(super) struct Copies<'a> {
    /// The one that the row is about.
    pub(super) first: &'a Network,
    /// The other one, and how it came about.
    pub(super) second: Result<Trained, Stop>,
    /// When it began.
    pub(super) started: Instant,
    /// Its iterations.
    pub(super) iterations: usize,
    /// The iteration from which on they saw different batches.
    pub(super) rewind_to: usize,
    /// Which training of the run's seed it is.
    pub(super) index: usize,
}

impl Context<'_> {
    /// Writes the row of two copies; what it says. A second copy that diverged leaves its numbers empty.
    pub(super) fn compare_copies(
        &self,
        run: &Run,
        row: &CurveRow,
        copies: Copies<'_>,
    ) -> Result<StabilityRow, Error> {
        let seconds = copies.started.elapsed().as_secs_f64();
        let seeds = Seeds::new(run.seed);
        let augments = self.prepared.experiment.augmentation.is_some();
        let augmentation = seeds.second_augmentation(copies.index);
        let plain = StabilityRow {
            rewind_to: copies.rewind_to,
            second_order_seed: seeds.second_order(copies.index),
            second_augmentation_seed: augments.then_some(augmentation),
            iterations: copies.iterations,
            seconds,
            ..StabilityRow::of(row)
        };
        let stability = match copies.second {
            Ok(second) => {
                let line = self.line(run, copies.index, (copies.first, &second.network))?;
                filled(plain, &line)
            }
            Err(Stop::Interrupted) => return Err(Error::Interrupted),
            Err(Stop::Failed(error)) => return Err(error),
            Err(Stop::Violated(violation)) => return Err(violation.in_run(&run.id)),
            Err(Stop::Diverged { iteration }) => StabilityRow {
                status: format!("diverged: loss not finite at iteration {iteration}"),
                ..plain
            },
        };
        self.store.append_stability(std::slice::from_ref(&stability))?;
        Ok(stability)
    }

    /// Both networks and those between them, on the test images and on training images: at each place the
    /// statistics of norms are those of the same training batches.
    fn line(
        &self,
        run: &Run,
        index: usize,
        (first, second): (&Network, &Network),
    ) -> Result<Vec<(Evaluation, Evaluation)>, Error> {
        let (data, sample) = (&self.prepared.data, &self.prepared.data.training_sample);
        let place = |step: usize| {
            let network = first.interpolated(second, step as f32 / STEPS as f32);
            let network = norms::reestimated(self, run, network, index)?;
            let mut evaluator = Evaluator::new(&network, &Steps::Dense);
            let test = evaluator.evaluate(data.test.to_report());
            Ok((test, evaluator.evaluate_part(data.images.to_report(), sample)))
        };
        (0..=STEPS).map(place).collect()
    }
}

fn filled(row: StabilityRow, line: &[(Evaluation, Evaluation)]) -> StabilityRow {
    let errors: Vec<f64> = line.iter().map(|(test, _)| 1.0 - test.accuracy).collect();
    let losses: Vec<f64> = line.iter().map(|(_, training)| training.loss).collect();
    let highest = highest(&errors);
    let words = |values: &[f64]| values.iter().map(f64::to_string).collect::<Vec<_>>().join(" ");
    StabilityRow {
        barrier: Some(barrier(&errors)),
        barrier_train_loss: Some(barrier(&losses)).filter(|barrier| barrier.is_finite()),
        highest_at: Some(highest as f64 / STEPS as f64),
        test_error_first: Some(errors[0]),
        test_error_second: Some(errors[STEPS]),
        test_error_highest: Some(errors[highest]),
        test_errors: words(&errors),
        train_losses: words(&losses),
        ..row
    }
}

/// The highest value on the line minus the mean of its two ends: at least 0.
fn barrier(line: &[f64]) -> f64 {
    line[highest(line)] - (line[0] + line[line.len() - 1]) / 2.0
}

/// Where the highest value is; the first of equal ones.
fn highest(line: &[f64]) -> usize {
    (0..line.len()).fold(0, |highest, at| if line[at] > line[highest] { at } else { highest })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_barrier_is_the_highest_value_above_the_mean_of_the_ends() {
        let near = |a: f64, b: f64| (a - b).abs() < 1e-12;
        assert!(near(barrier(&[0.02, 0.3, 0.5, 0.4, 0.04]), 0.47));
        // Nothing between them is worse than the worse of both.
        assert!(near(barrier(&[0.02, 0.01, 0.04]), 0.01));
        assert!(near(barrier(&[0.03, 0.01, 0.02, 0.03]), 0.0));
        assert_eq!(highest(&[0.1, 0.3, 0.3, 0.2]), 1);
    }
}
