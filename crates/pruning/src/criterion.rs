use std::sync::Arc;

use burn::tensor::{Int, Tensor};
use chacha20::ChaCha8Rng;
use models::Network;
use rand::SeedableRng;

use crate::error::PruneError;
use crate::scores::Scores;

/// What a criterion looks at.
#[derive(Debug, Clone, Copy)]
pub struct Subject<'a> {
    /// The network as it stands, pruned weights at zero, without gradients.
    pub network: &'a Network,
    /// Images `[points, channels, height, width]` drawn from the data, for the criteria that need
    /// some; may hold none for the others.
    pub images: &'a Tensor<4>,
    /// The class of each image, for the criteria that look at the loss.
    pub labels: Option<&'a Tensor<1, Int>>,
    /// The network before it was trained, for the criteria that look at what training changed.
    pub initial: Option<&'a Network>,
}

impl<'a> Subject<'a> {
    /// A network and images, which is all that most criteria look at.
    pub fn new(network: &'a Network, images: &'a Tensor<4>) -> Self {
        Self { network, images, labels: None, initial: None }
    }

    /// With the class of each image, `[points]`.
    #[must_use]
    pub fn with_labels(self, labels: &'a Tensor<1, Int>) -> Self {
        Self { labels: Some(labels), ..self }
    }

    /// With the network before it was trained.
    #[must_use]
    pub fn with_initial(self, initial: &'a Network) -> Self {
        Self { initial: Some(initial), ..self }
    }
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

impl<C: Criterion + ?Sized> Criterion for Box<C> {
    fn scores(&self, subject: Subject<'_>, rng: &mut ChaCha8Rng) -> Result<Scores, PruneError> {
        (**self).scores(subject, rng)
    }
}

impl<C: Criterion + ?Sized> Criterion for Arc<C> {
    fn scores(&self, subject: Subject, rng: &mut ChaCha8Rng) -> Result<Scores, PruneError> {
        (**self).scores(subject, rng)
    }
}

/// The generator for a seed: ChaCha with 8 rounds, the same stream on every machine and for ever.
pub fn generator(seed: u64) -> ChaCha8Rng {
    ChaCha8Rng::seed_from_u64(seed)
}
