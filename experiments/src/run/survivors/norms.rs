use models::Network;

use super::Survivors;
use crate::error::Error;
use crate::run::norms::reestimated;

impl Survivors<'_> {
    /// The survivors of the k-th pruning with the statistics of their norms taken anew, where that is
    /// wanted and survivors have trained values; from training images, drawn from the run's seed.
    pub(super) fn with_norms_of(&self, k: usize, survivors: Network) -> Result<Network, Error> {
        let is_wanted = self.context.prepared.experiment.reestimate_norms;
        if !is_wanted || !self.run.kind.keeps_trained_values() {
            return Ok(survivors);
        }
        reestimated(self.context, self.run, survivors, k)
    }
}
