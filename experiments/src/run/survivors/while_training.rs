use std::time::Instant;

use models::Network;
use pruning::{Density, Mask};

use super::Survivors;
use crate::config::Timing;
use crate::error::Error;
use crate::records::CurveRow;
use crate::run::context::Quality;
use crate::run::rows::{history, layer_rows, set_before, set_shrunk};
use crate::train::{Masking, Steps, Stop, Trained};

/// A training during which masks were chosen.
pub(super) struct Outcome {
    /// Before it.
    before: Quality,
    trained: Result<Trained, Stop>,
    /// What it took, the choices included.
    seconds: f64,
    steps: Steps,
    speed_up: Option<f64>,
}

/// Prunings that are found while survivors train.
impl Survivors<'_> {
    /// Trains a network with masks that come on the way.
    pub(super) fn train_masking<'m>(
        &'m self,
        (k, density): (usize, Density),
        network: &Network,
        masking: Masking<'m>,
    ) -> Outcome {
        let context = self.context;
        let recipe = &context.prepared.experiment.retrain;
        let factors = masking.factors();
        let steps = context.steps((self.run, density.value()), recipe, factors);
        let speed_up = match (&steps, factors) {
            (Steps::Dense, _) => Some(1.0),
            // How many weights there are changes on the way.
            (Steps::Sparse { .. }, None) => None,
            (Steps::Sparse { .. }, Some(factors)) => {
                let own = (network, Some(factors), &steps);
                Some(context.speed_up((network, factors), own, self.iterations()))
            }
        };
        let started = Instant::now();
        let before = context.quality(network, &steps);
        let how = (recipe, steps.clone());
        let trained = context.train(self.run, network.clone(), how, (k, 0), masking);
        let earlier = trained.as_ref().map_or(0.0, |trained| trained.seconds_before);
        let seconds = earlier + started.elapsed().as_secs_f64();
        Outcome { before, trained, seconds, steps, speed_up }
    }

    /// Writes the rows of such a training: how it ended, the last mask, and the seconds that the choices
    /// took. The trained network, if there is one.
    pub(super) fn fill_masked(
        &mut self,
        density: Density,
        (outcome, mask, seconds): (Outcome, &Mask, f64),
        row: &mut CurveRow,
    ) -> Result<Option<Network>, Error> {
        let (context, prepared) = (self.context, self.context.prepared);
        *row = context.row(self.run, density.value(), mask);
        set_before(row, &outcome.before);
        (row.compute, row.train_speed_up) = (outcome.steps.to_string(), outcome.speed_up);
        row.points = self.choice.points();
        row.seconds_prune = seconds;
        row.seconds_train = outcome.seconds - seconds;
        let (trained, looks) = match self.trained(outcome.trained, row) {
            Ok(None) => (None, Vec::new()),
            Ok(Some(trained)) => {
                self.choice.check_budget(mask, prepared.budget(density))?;
                let factors = mask.factors(&prepared.architecture, &prepared.device);
                self.check_zeros(&trained, &factors)?;
                self.finish(&trained, row)?;
                set_shrunk(row, &trained.network);
                let looks = history(row, &trained.looks);
                (Some(trained.network), looks)
            }
            // A network that cannot be scored is this run's matter and not the experiment's.
            Err(Error::Prune(error)) => {
                row.status = error.to_string();
                self.broken = (self.how.timing == Timing::Iterative).then(|| error.to_string());
                (None, Vec::new())
            }
            Err(error) => return Err(error),
        };
        let layers = layer_rows(row, &prepared.architecture, mask);
        context.store.append(row, &layers, &looks, &[])?;
        Ok(trained)
    }
}
