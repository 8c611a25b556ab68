use burn::tensor::Device;
use chacha20::ChaCha8Rng;
use models::{Architecture, Network, PerWeight};

use crate::criterion::{Criterion, Subject};
use crate::density::Budget;
use crate::error::PruneError;
use crate::mask::Mask;
use crate::scope::Scope;
use crate::scores::Scores;
use crate::select::select;

/// A pruning method: it looks at a network and its points once, and can then prune it to any budget.
///
/// A [`Criterion`] with a [`Scope`] is a pruner: see [`Ranked`]. Methods that draw weights and give
/// those that stay new values implement this trait themselves.
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

    /// Prunes to `budget` weights of those that `within` still keeps. Draws come from `rng`.
    ///
    /// # Errors
    /// When `within` keeps fewer weights than the budget asks for.
    fn prune(
        &self,
        within: &Mask,
        budget: Budget,
        rng: &mut ChaCha8Rng,
    ) -> Result<Pruned, PruneError>;
}

/// What pruning decided: which weights stay, and with what values.
#[derive(Debug, Clone, PartialEq)]
pub struct Pruned {
    /// Which weights stay.
    pub mask: Mask,
    /// What the weights that stay are multiplied with, `[units, fan_in]` row by row for each layer;
    /// `None` where they keep their values.
    pub factors: Option<Vec<Vec<f32>>>,
    /// How often each side of each unit was drawn from, for each layer: the positive sides of all
    /// units, then the negative ones. 0 for a side that was kept or cut without drawing. `None` for
    /// methods that draw nothing.
    pub draws: Option<Vec<Vec<u64>>>,
}

impl Pruned {
    /// Weights that stay as they are.
    pub fn unchanged(mask: Mask) -> Self {
        Self { mask, factors: None, draws: None }
    }

    /// The factor of every weight: 0 for those that go, 1 for those that stay as they are.
    pub fn factors(&self, architecture: &Architecture, device: &Device) -> PerWeight {
        match &self.factors {
            None => self.mask.factors(architecture, device),
            Some(factors) => {
                PerWeight::new(architecture, factors.iter().map(Vec::as_slice), device)
            }
        }
    }

    /// The pruned network.
    pub fn apply(&self, network: &Network) -> Network {
        self.factors(network.architecture(), &network.device()).scale(network.clone())
    }
}

/// Looks at a network and prunes it to one budget.
///
/// # Errors
/// When the method fails, or `within` keeps fewer weights than the budget asks for.
pub fn prune(
    pruner: &dyn Pruner,
    subject: Subject<'_>,
    within: &Mask,
    budget: Budget,
    rng: &mut ChaCha8Rng,
) -> Result<Pruned, PruneError> {
    pruner.examine(subject, rng)?.prune(within, budget, rng)
}

/// The pruner of a criterion: the best-scored weights stay as they are.
#[derive(Debug, Clone, Copy)]
pub struct Ranked<C> {
    /// Scores the weights.
    pub criterion: C,
    /// Where scores compete.
    pub scope: Scope,
}

impl<C: Criterion> Pruner for Ranked<C> {
    fn examine(
        &self,
        subject: Subject<'_>,
        rng: &mut ChaCha8Rng,
    ) -> Result<Box<dyn Examined>, PruneError> {
        Ok(Box::new(Ranking { scores: self.criterion.scores(subject, rng)?, scope: self.scope }))
    }
}

struct Ranking {
    scores: Scores,
    scope: Scope,
}

impl Examined for Ranking {
    fn scores(&self) -> &Scores {
        &self.scores
    }

    fn prune(
        &self,
        within: &Mask,
        budget: Budget,
        _: &mut ChaCha8Rng,
    ) -> Result<Pruned, PruneError> {
        Ok(Pruned::unchanged(select(&self.scores, self.scope, within, budget)?))
    }
}
