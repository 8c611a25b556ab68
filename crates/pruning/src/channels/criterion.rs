use chacha20::ChaCha8Rng;
use models::Network;

use super::{ChannelScores, Channels, choose};
use crate::budget::Quota;
use crate::criterion::Subject;
use crate::error::PruneError;
use crate::mask::Mask;
use crate::pruner::{Examined, Pruned, Pruner, Scored};

/// A way to tell which channels matter: it scores them, and everything else is shared.
pub trait ChannelCriterion: Send + Sync {
    /// A score for each group of channels; the larger, the sooner it is kept. Draws, if there are any,
    /// come from `rng`.
    ///
    /// # Errors
    /// When the subject lacks what the criterion needs, or a score is not a number.
    fn scores(
        &self,
        subject: Subject<'_>,
        channels: &Channels,
        rng: &mut ChaCha8Rng,
    ) -> Result<ChannelScores, PruneError>;
}

impl<C: ChannelCriterion + ?Sized> ChannelCriterion for Box<C> {
    fn scores(
        &self,
        subject: Subject<'_>,
        channels: &Channels,
        rng: &mut ChaCha8Rng,
    ) -> Result<ChannelScores, PruneError> {
        (**self).scores(subject, channels, rng)
    }
}

/// The pruner of a criterion: the filters of the worst-scored channels go, and all that reads them.
/// The constants that zero filters leave behind are folded where that is exact.
#[derive(Debug, Clone, Copy)]
pub struct Filters<C>(
    /// Scores the channels.
    pub C,
);

impl<C: ChannelCriterion> Pruner for Filters<C> {
    fn examine(
        &self,
        subject: Subject<'_>,
        rng: &mut ChaCha8Rng,
    ) -> Result<Box<dyn Examined>, PruneError> {
        let channels = Channels::of(subject.network.architecture());
        let scores = self.0.scores(subject, &channels, rng)?;
        let network = subject.network.clone();
        Ok(Box::new(RankedChannels { network, channels, scores, folds: true }))
    }
}

/// Scores of channels that are all that pruning needs.
pub(crate) struct RankedChannels {
    pub(crate) network: Network,
    pub(crate) channels: Channels,
    pub(crate) scores: ChannelScores,
    /// Whether constants are folded.
    pub(crate) folds: bool,
}

impl Examined for RankedChannels {
    fn scores(&self) -> Scored<'_> {
        Scored::Channels(&self.channels, &self.scores)
    }

    fn prune(
        &self,
        within: &Mask,
        quota: &Quota,
        _: &mut ChaCha8Rng,
    ) -> Result<Pruned, PruneError> {
        let kept = choose(&self.channels, &self.scores, within, quota.channels()?)?;
        Ok(self.channels.pruned(&self.network, &kept, within, self.folds))
    }
}
