use burn::module::ParamId;
use burn::optim::ModuleOptimizer;
use models::{Network, PerWeight};

use super::{Stop, moments};
use crate::archive::Archive;
use crate::error::Error;
use crate::invariants::{Violation, all_finite, pruned_are_zero};

/// Which weights a training leaves at zero.
#[derive(Debug)]
pub enum Masking<'a> {
    /// All weights are trained.
    None,
    /// Those with the factor 0, from beginning to end; the network has them at zero already.
    Fixed(&'a PerWeight),
    /// More and more of them.
    Gradual(&'a mut dyn Gradual),
    /// None: those that a mask takes become zero when it comes, and train on until the next one. The
    /// outcome is the network under the last one.
    Soft {
        /// Gives the masks.
        choices: &'a mut dyn Gradual,
        /// Weights with the factor 0 do not train on: earlier prunings took them.
        within: &'a PerWeight,
    },
}

impl Masking<'_> {
    /// Under which all of the training stays: whatever has the factor 0 here is zero from beginning to end.
    pub(crate) fn factors(&self) -> Option<&PerWeight> {
        match self {
            Self::Fixed(factors) | Self::Soft { within: factors, .. } => Some(*factors),
            Self::None | Self::Gradual(_) => None,
        }
    }
}

/// Gives the masks of a training that prunes as it goes (Zhu & Gupta, arXiv 1710.01878; with soft ones
/// He et al., arXiv 1808.06866).
pub trait Gradual: std::fmt::Debug {
    /// Whether there may be a new mask before the step of this iteration. It is asked before every
    /// step, so it should cost nothing.
    fn is_due(&self, iteration: usize) -> bool;

    /// The mask from the step of this iteration on: factors 0 and 1; within those of the mask
    /// before, unless what is pruned trains on. `None` for no change. The network is as the steps so far have left it, without
    /// gradients.
    ///
    /// # Errors
    /// When there should be a mask and cannot be one; it ends the training.
    fn mask(&mut self, iteration: usize, network: &Network) -> Result<Option<PerWeight>, Error>;

    /// Writes down what its next masks depend on, under names that start with `pruning`.
    fn keep(&self, archive: &mut Archive);

    /// Goes back to what was written down; `false`, and nothing is changed, where it is not there.
    fn go_back_to(&mut self, archive: &Archive) -> bool;
}

/// A mask in force.
pub(super) struct Masked {
    /// 0 where a weight is pruned.
    pub(super) factors: PerWeight,
    pub(super) layers: Vec<MaskedLayer>,
}

/// The part of it that concerns one layer.
pub(super) struct MaskedLayer {
    pub(super) name: String,
    /// Under which an optimiser knows the weights.
    pub(super) id: ParamId,
    /// Where weights are pruned, in the order in which the network stores them.
    pub(super) pruned: Vec<bool>,
}

impl Masked {
    pub(super) fn new(factors: PerWeight, network: &Network) -> Self {
        let layers = network.architecture().layers().iter().zip(network.weight_ids()).enumerate();
        let layers = layers.map(|(index, (layer, id))| MaskedLayer {
            name: layer.name.clone(),
            id,
            pruned: factors.stored_values(index).iter().map(|&factor| factor == 0.0).collect(),
        });
        Self { layers: layers.collect(), factors }
    }

    /// What the mask before has pruned stays pruned.
    pub(super) fn is_within(&self, before: &Self) -> Result<(), Violation> {
        for (now, before) in self.layers.iter().zip(&before.layers) {
            let pairs = now.pruned.iter().zip(&before.pruned);
            let back = pairs.filter(|(now, before)| !**now && **before).count();
            if back > 0 {
                let problem = format!("{back} weights stay that had been pruned before");
                return Err(Violation::of_layer("nested", &now.name, problem));
            }
        }
        Ok(())
    }

    /// Pruned weights are zero, and so is all that the optimiser remembers of them.
    pub(super) fn check(
        &self,
        network: &Network,
        optimiser: &ModuleOptimizer,
        iteration: usize,
    ) -> Result<(), Stop> {
        let outcome = pruned_are_zero(network, &self.factors)
            .and_then(|()| moments::are_zero(optimiser, &self.layers));
        outcome.map_err(|violation: Violation| match all_finite(network) {
            true => Stop::Violated(violation.at(iteration)),
            // A gradient overflowed, and infinity times zero is no number: not the mask's fault.
            false => Stop::Diverged { iteration },
        })
    }
}
