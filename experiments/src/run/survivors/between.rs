use super::Survivors;
use crate::config::Timing;
use crate::error::Error;

/// Densities that iterative pruning passes on its way, without retraining.
impl Survivors<'_> {
    /// Whether the k-th density (from 1) is one of them.
    pub(super) fn is_between(&self, k: usize) -> bool {
        let every = self.context.prepared.experiment.retrain_every;
        self.how.timing == Timing::Iterative && !k.is_multiple_of(every)
    }

    /// Prunes what is left after the density before to this one, for the next one to go on from.
    ///
    /// Not where masks are a ticket's, which are there for the densities with retraining, nor where
    /// filters go while they train.
    pub(super) fn prune_on(&mut self, k: usize) -> Result<(), Error> {
        if self.broken.is_some() || self.choice.is_of_ticket() || self.is_soft() {
            return Ok(());
        }
        let density = self.context.prepared.experiment.densities[k - 1];
        if let Some(pruned) = self.choose(k, density)? {
            self.current = (pruned.apply(&self.current.0), pruned.mask);
        }
        Ok(())
    }
}
