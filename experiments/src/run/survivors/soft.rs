use std::fmt;
use std::time::Instant;

use models::{Network, PerWeight};
use pruning::{Density, Mask};

use super::Survivors;
use super::on_the_way::OnTheWay;
use crate::archive::Archive;
use crate::config::{Retraining, Timing};
use crate::error::Error;
use crate::records::CurveRow;
use crate::train::{Gradual, Masking};

/// Pruning that can be taken back while survivors train (He et al. 2018, arXiv 1808.06866).
impl Survivors<'_> {
    /// Whether what the method prunes trains on under this retraining.
    pub(super) fn is_soft(&self) -> bool {
        let trains_on = matches!(self.how.retraining, Retraining::FineTune | Retraining::AtInit);
        self.how.method.is_soft() && trains_on && self.how.timing != Timing::Gradual
    }

    /// Trains the network that is pruned with a choice that is renewed again and again, prunes by the
    /// last one, and writes the rows.
    pub(super) fn softly(
        &mut self,
        k: usize,
        density: Density,
        row: &mut CurveRow,
    ) -> Result<(), Error> {
        let prepared = self.context.prepared;
        let per_epoch = prepared.data.batches_per_epoch(prepared.experiment.retrain.batch_size);
        let every = prepared.experiment.renew_every.iterations(per_epoch).max(1);
        let (network, mask) = match self.how.timing {
            Timing::Iterative => self.current.clone(),
            _ => (self.parent.clone(), Mask::full(&prepared.architecture)),
        };
        let within = mask.factors(&prepared.architecture, &prepared.device);
        let masks = OnTheWay::new(&self.choice, k, mask.clone());
        let mut renewed = Renewed { density, within: mask, every, masks };
        let masking = Masking::Soft { choices: &mut renewed, within: &within };
        let outcome = self.train_masking((k, density), &network, masking);
        let OnTheWay { mask, seconds, .. } = renewed.masks;
        let trained = self.fill_masked(density, (outcome, &mask, seconds), row)?;
        if let Some(trained) = trained {
            // Under prune-at-init the next choice is one of the untrained survivors.
            let survivor = match self.how.retraining {
                Retraining::AtInit => {
                    mask.factors(&prepared.architecture, &prepared.device).scale(network)
                }
                _ => trained,
            };
            self.current = (survivor, mask);
        }
        Ok(())
    }
}

/// A choice that is renewed among all channels.
struct Renewed<'a, 'b> {
    density: Density,
    /// What it chooses from.
    within: Mask,
    /// Iterations between choices.
    every: usize,
    masks: OnTheWay<'a, 'b>,
}

impl fmt::Debug for Renewed<'_, '_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Renewed").field("every", &self.every).finish_non_exhaustive()
    }
}

impl Gradual for Renewed<'_, '_> {
    fn is_due(&self, iteration: usize) -> bool {
        iteration.is_multiple_of(self.every)
    }

    fn mask(&mut self, _: usize, network: &Network) -> Result<Option<PerWeight>, Error> {
        let started = Instant::now();
        let prepared = self.masks.choice.context.prepared;
        self.masks.renew(network, &self.within, prepared.budget(self.density))?;
        self.masks.seconds += started.elapsed().as_secs_f64();
        Ok(Some(self.masks.mask.factors(&prepared.architecture, &prepared.device)))
    }

    fn keep(&self, archive: &mut Archive) {
        self.masks.keep(archive);
    }

    fn go_back_to(&mut self, archive: &Archive) -> bool {
        self.masks.go_back_to(archive)
    }
}
