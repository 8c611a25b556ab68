use chacha20::ChaCha8Rng;
use rand::RngExt;

use super::{Build, Entry, Needs};
use crate::{ChannelCriterion, ChannelScores, Channels, PruneError, Scope, Subject};

pub(super) const ENTRY: Entry = Entry {
    name: "random-filter",
    summary: "uniform draws, one a channel",
    source: "the baseline that every method of channels must beat",
    needs: Needs::NOTHING,
    exact: true,
    scope: Scope::Uniform,
    options: &[],
    build: Build::Filters(|_| Box::new(RandomFilter)),
};

/// Uniform draws in [0, 1): every channel is as good as another.
#[derive(Debug, Clone, Copy)]
pub struct RandomFilter;

impl ChannelCriterion for RandomFilter {
    fn scores(
        &self,
        _: Subject<'_>,
        channels: &Channels,
        rng: &mut ChaCha8Rng,
    ) -> Result<ChannelScores, PruneError> {
        let draws = (0..channels.groups().count()).map(|_| rng.random());
        ChannelScores::new(channels, draws.collect())
    }
}
