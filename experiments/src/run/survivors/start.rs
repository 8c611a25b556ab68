use models::Network;
use pruning::Pruned;

use super::Survivors;
use crate::config::{Retraining, Timing};
use crate::run::signs;
use crate::seeds::Seeds;

/// What survivors start from.
impl Survivors<'_> {
    /// The network that is pruned.
    pub(super) fn pruned_from(&self, timing: Timing) -> &Network {
        match timing {
            Timing::OneShot | Timing::Gradual => &self.parent,
            Timing::Iterative => &self.current.0,
        }
    }

    /// The survivors as they start into retraining. New values that the method gives to weights are
    /// for those that it pruned; values that are put in their place take the mask alone.
    pub(super) fn survivors(&self, k: usize, pruned: &Pruned) -> Network {
        let start = self.start(k);
        match self.how.retraining.keeps_values() {
            true => pruned.apply(&start),
            false => pruned.mask.factors(start.architecture(), &start.device()).scale(start),
        }
    }

    /// The values that survivors start from, before the mask.
    pub(super) fn start(&self, k: usize) -> Network {
        let seeds = Seeds::new(self.run.seed);
        match (self.how.retraining, self.how.timing) {
            (Retraining::None | Retraining::FineTune | Retraining::AtInit, timing) => {
                self.pruned_from(timing).clone()
            }
            (Retraining::Rewind | Retraining::RandomMask, _) => self.rewind.clone(),
            (Retraining::Reinit, _) => self
                .parent
                .redrawn(self.context.prepared.experiment.init, seeds.reinit(k, self.run.repeat)),
            (Retraining::FreshSigns, _) => signs::fresh_signs(
                &self.rewind,
                &mut pruning::generator(seeds.signs(k, self.run.repeat)),
            ),
            (Retraining::SignedConstant, _) => {
                signs::signed_constant(&self.rewind, &self.context.initial(self.run.seed))
            }
        }
    }

    /// Where in the recipe this retraining starts.
    pub(super) fn first_iteration(&self) -> usize {
        if self.how.retraining.is_rewound() { self.context.rewind_to(self.run) } else { 0 }
    }

    /// Iterations of one retraining.
    pub(super) fn iterations(&self) -> usize {
        self.context.prepared.iterations(self.run)
    }
}
