use burn::tensor::Tensor;
use chacha20::ChaCha8Rng;
use models::Network;
use rand::SeedableRng;

use crate::density::Budget;
use crate::error::PruneError;
use crate::mask::Mask;
use crate::scope::Scope;
use crate::scores::Scores;
use crate::select::select;

/// What a criterion looks at.
#[derive(Debug, Clone, Copy)]
pub struct Subject<'a> {
    /// The network as it stands, pruned weights at zero, without gradients.
    pub network: &'a Network,
    /// Images `[points, channels, height, width]` drawn from the data, for the criteria that need
    /// some; may hold none for the others.
    pub images: &'a Tensor<4>,
}

/// A way to tell which weights matter: it scores them, and everything else is shared.
pub trait Criterion: Send + Sync {
    /// A score for each prunable weight; the larger, the sooner it is kept. Draws, if there are
    /// any, come from `rng`.
    ///
    /// # Errors
    /// When the subject lacks what the criterion needs, or a score is not a number.
    fn scores(&self, subject: Subject<'_>, rng: &mut ChaCha8Rng) -> Result<Scores, PruneError>;
}

/// The generator for a seed: ChaCha with 8 rounds, the same stream on every machine and for ever.
pub fn generator(seed: u64) -> ChaCha8Rng {
    ChaCha8Rng::seed_from_u64(seed)
}

/// Scores the weights and [selects](crate::select()) the best: the mask that keeps exactly `budget` of
/// those that `within` still keeps.
///
/// # Errors
/// When the criterion fails, or `within` keeps fewer weights than the budget asks for.
pub fn prune(
    criterion: &dyn Criterion,
    scope: Scope,
    subject: Subject<'_>,
    within: &Mask,
    budget: Budget,
    rng: &mut ChaCha8Rng,
) -> Result<Mask, PruneError> {
    let scores = criterion.scores(subject, rng)?;
    select(&scores, scope, within, budget)
}
