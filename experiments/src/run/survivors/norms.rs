use models::Network;

use super::Survivors;
use crate::error::Error;
use crate::run::Prepared;
use crate::seeds::Seeds;

/// Batches that statistics are taken from, at most an epoch of them: a few thousand images tell a
/// channel's mean and variance well, and cost no more than an evaluation.
const BATCHES: usize = 32;

impl Survivors<'_> {
    /// The survivors of the k-th pruning with the statistics of their norms taken anew, where that is
    /// wanted and survivors have trained values; from training images, drawn from the run's seed.
    pub(super) fn with_norms_of(&self, k: usize, survivors: Network) -> Result<Network, Error> {
        let Prepared { experiment, data, .. } = self.context.prepared;
        if !experiment.reestimate_norms || !self.run.kind.keeps_trained_values() {
            return Ok(survivors);
        }
        let images = data.images.to_select().map_err(|problem| problem.in_run(&self.run.id))?;
        let batch_size = experiment.retrain.batch_size;
        let mut batches = data.batches(batch_size, Seeds::new(self.run.seed).norms(k));
        let count = BATCHES.min(data.batches_per_epoch(batch_size));
        let images = (0..count).map(|_| images.select(batches.next_batch()).images);
        Ok(survivors.reestimated(images))
    }
}
