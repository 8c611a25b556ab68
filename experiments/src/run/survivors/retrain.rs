use std::time::Instant;

use models::{Constants, PerWeight};
use pruning::Pruned;

use super::Survivors;
use crate::config::{Retraining, Timing};
use crate::error::Error;
use crate::invariants;
use crate::masks;
use crate::records::{CurveRow, HistoryRow, files};
use crate::run::rows::{history, set_before, set_shrunk, set_untrained};
use crate::run::starts;
use crate::train::{Masking, Steps, Stop, Trained};

/// How survivors are trained.
impl Survivors<'_> {
    /// Trains the survivors of a pruning, where that is wanted, and fills the row in.
    pub(super) fn retrain(
        &mut self,
        k: usize,
        pruned: &Pruned,
        row: &mut CurveRow,
    ) -> Result<Vec<HistoryRow>, Error> {
        let mask = &pruned.mask;
        let (context, prepared) = (self.context, self.context.prepared);
        let factors = mask.factors(&prepared.architecture, &prepared.device);
        let start = self.survivors(k, pruned);
        starts::check(context, self.run, self.how.retraining, (&start, mask, &factors))?;
        let start = self.with_norms_of(k, start)?;
        let small = self.small(&start, mask);
        let network = small.as_ref().map_or(&start, |small| &small.network);
        let fixed = small.is_none().then_some(&factors);
        let recipe = &prepared.experiment.retrain;
        let is_trained = self.how.retraining != Retraining::None;
        let steps = match is_trained {
            true => context.steps((self.run, row.density_asked), recipe, fixed),
            false => Steps::Dense,
        };
        let before = context.quality(network, &steps);
        set_before(row, &before);
        set_shrunk(row, &start);
        if self.how.retraining.keeps_values() {
            row.constants_lost = pruned.constants.as_ref().map(Constants::lost_channels);
        }
        if !is_trained {
            context.set_test(row, &before.test, Some(&self.tested.predicted));
            context.test_corrupted(row, (network, &steps), Some(&self.tested))?;
            self.set_inference(network, row);
            set_untrained(row, &before);
            self.current = (start, mask.clone());
            return Ok(Vec::new());
        }
        row.compute = steps.to_string();
        let iterations = self.iterations();
        row.train_speed_up =
            Some(context.speed_up((&start, &factors), (network, fixed, &steps), iterations));
        let started = Instant::now();
        let masking = fixed.map_or(Masking::None, Masking::Fixed);
        let moments = (k, self.first_iteration());
        let how = (recipe, steps.clone());
        let trained = context.train(self.run, network.clone(), how, moments, masking);
        let before = trained.as_ref().map_or(0.0, |trained| trained.seconds_before);
        row.seconds_train = before + started.elapsed().as_secs_f64();
        let Some(mut trained) = self.trained(trained, row)? else { return Ok(Vec::new()) };
        self.finish(&trained, row)?;
        self.set_stability((k, network), (fixed, steps), &trained.network, row)?;
        if let Some(small) = &small {
            trained = small.widened(trained, &start);
        }
        self.check_zeros(&trained, &factors)?;
        if self.how.retraining == Retraining::Rewind && self.how.timing == Timing::Iterative {
            masks::save(
                &files::mask(context.store.folder(), &self.run.id, k),
                mask,
                &prepared.architecture,
            )?;
        }
        // Under prune-at-init the next scores are those of the untrained survivors.
        let survivor =
            if self.how.retraining == Retraining::AtInit { start } else { trained.network };
        self.current = (survivor, mask.clone());
        Ok(history(row, &trained.looks))
    }

    /// The trained network; `None`, and why in the row, where training has diverged.
    pub(super) fn trained(
        &mut self,
        outcome: Result<Trained, Stop>,
        row: &mut CurveRow,
    ) -> Result<Option<Trained>, Error> {
        match outcome {
            Ok(trained) => Ok(Some(trained)),
            Err(Stop::Interrupted) => Err(Error::Interrupted),
            Err(Stop::Violated(violation)) => Err(violation.in_run(&self.run.id)),
            Err(Stop::Failed(error)) => Err(error),
            Err(Stop::Diverged { iteration }) => {
                row.status = format!("diverged: loss not finite at iteration {iteration}");
                row.iterations = iteration - self.first_iteration();
                let second = self.context.prepared.second_iterations(self.run);
                self.context.meter.skip(self.iterations() - row.iterations + second);
                self.broken = (self.how.timing == Timing::Iterative)
                    .then(|| format!("retraining diverged at density {}", row.density_asked));
                Ok(None)
            }
        }
    }

    /// Pruned weights are zero in the large network.
    pub(super) fn check_zeros(&self, trained: &Trained, factors: &PerWeight) -> Result<(), Error> {
        for network in [&trained.network, &trained.best] {
            let outcome = invariants::pruned_are_zero(network, factors);
            outcome.map_err(|violation| violation.in_run(&self.run.id))?;
        }
        Ok(())
    }

    /// The quality of what was trained stands in the row.
    pub(super) fn finish(&self, trained: &Trained, row: &mut CurveRow) -> Result<(), Error> {
        row.iterations = self.iterations();
        self.context.set_after(row, trained, Some(&self.tested.predicted));
        self.set_inference(&trained.network, row);
        let tested = (&trained.network, &trained.steps);
        self.context.test_corrupted(row, tested, Some(&self.tested))
    }
}
