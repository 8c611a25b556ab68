use chacha20::ChaCha8Rng;
use models::Network;

use crate::budget::{Allocation, Budget, Quota};
use crate::criterion::Subject;
use crate::error::PruneError;
use crate::mask::Mask;
use crate::scores::Scores;

/// A pruning method: it looks at a network and its points once, and can then prune it to any budget.
///
/// A [`Criterion`](crate::Criterion) is made one by [`Ranked`](crate::Ranked) or
/// [`Stepwise`](crate::Stepwise). Methods that give the weights that stay new values implement this
/// trait themselves.
pub trait Pruner: Send + Sync {
    /// Looks at the network. Draws that are the same for every budget come from `rng`.
    ///
    /// # Errors
    /// When the subject lacks what the method needs, or a score is not a number.
    fn examine(
        &self,
        subject: Subject<'_>,
        rng: &mut ChaCha8Rng,
    ) -> Result<Box<dyn Examined>, PruneError>;
}

/// A network that a pruner has looked at.
pub trait Examined: Send {
    /// The scores that weights are chosen by.
    fn scores(&self) -> &Scores;

    /// Keeps as many of the weights that `within` still keeps as `quota` has places. Draws come from
    /// `rng`. Most callers want [`Allocation::prune`], which makes the quota from a budget.
    ///
    /// # Errors
    /// When `within` keeps fewer weights than there are places.
    fn prune(
        &self,
        within: &Mask,
        quota: &Quota,
        rng: &mut ChaCha8Rng,
    ) -> Result<Pruned, PruneError>;
}

/// What pruning decided: which weights stay, and with what values.
#[derive(Debug, Clone, PartialEq)]
pub struct Pruned {
    /// Which weights stay.
    pub mask: Mask,
    /// New values of each layer's weights, `[units, fan_in]` row by row and zero where one goes;
    /// `None` for a layer in which those that stay keep their values.
    pub values: Vec<Option<Vec<f32>>>,
    /// How often each side of each unit was drawn from, for each layer: the positive sides of all
    /// units, then the negative ones. 0 for a side that was kept or cut without drawing. `None` for
    /// methods that draw nothing, or not by sides.
    pub draws: Option<Vec<Vec<u64>>>,
}

impl Pruned {
    /// Weights that stay as they are.
    pub fn unchanged(mask: Mask) -> Self {
        let values = vec![None; mask.layers.len()];
        Self { mask, values, draws: None }
    }

    /// The pruned network; `network` is the one that was pruned.
    pub fn apply(&self, network: &Network) -> Network {
        if self.values.iter().all(Option::is_none) {
            let factors = self.mask.factors(network.architecture(), &network.device());
            return factors.scale(network.clone());
        }
        network.with_weights(&self.weights(network))
    }

    fn weights(&self, network: &Network) -> Vec<Vec<f32>> {
        let layers = self.values.iter().zip(&self.mask.layers).enumerate();
        layers
            .map(|(index, (values, mask))| match values {
                Some(values) => values.clone(),
                None => {
                    let pairs = network.weight_values(index).into_iter().zip(&mask.keep);
                    pairs.map(|(weight, &keep)| if keep { weight } else { 0.0 }).collect()
                }
            })
            .collect()
    }
}

/// Looks at a network and prunes it to one budget.
///
/// # Errors
/// When the method fails, or the budget cannot be met (see [`Allocation::prune`]).
pub fn prune(
    pruner: &dyn Pruner,
    subject: Subject<'_>,
    allocation: impl Into<Allocation>,
    within: &Mask,
    budget: Budget,
    rng: &mut ChaCha8Rng,
) -> Result<Pruned, PruneError> {
    let examined = pruner.examine(subject, rng)?;
    let architecture = subject.network.architecture();
    allocation.into().prune(architecture, &*examined, within, budget, rng)
}

impl<P: Pruner + ?Sized> Pruner for Box<P> {
    fn examine(
        &self,
        subject: Subject<'_>,
        rng: &mut ChaCha8Rng,
    ) -> Result<Box<dyn Examined>, PruneError> {
        (**self).examine(subject, rng)
    }
}
