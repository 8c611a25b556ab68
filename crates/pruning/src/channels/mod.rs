//! Pruning of whole channels: which there are, what is left when some go, and how a budget is met.

mod closest;
mod criterion;
mod measure;
mod quota;
mod scores;
mod tally;

use chacha20::ChaCha8Rng;
use models::{Architecture, ChannelGroups, LayerSpec, Network};
use rand::RngExt;
use rand::seq::SliceRandom;

use crate::budget::{Allocation, Budget};
use crate::error::PruneError;
use crate::mask::{LayerMask, Mask};
use crate::pruner::Pruned;
pub(crate) use closest::{choose, remove};
pub(crate) use criterion::RankedChannels;
pub use criterion::{ChannelCriterion, Filters};
pub use measure::Measure;
pub use quota::{ChannelQuota, ChannelSharing};
pub use scores::ChannelScores;
use tally::Tally;

/// The channels of a network: groups that go together, in pools that share a budget (see
/// [`ChannelGroups`]), with the layers that write and read them.
///
/// A group that is pruned takes the weights of its units with it, in every layer that writes it, and
/// the weights for it in every layer that reads it.
#[derive(Debug, Clone)]
pub struct Channels {
    layers: Vec<LayerSpec>,
    groups: ChannelGroups,
}

impl Channels {
    /// Those of this network; the image stays whole.
    pub fn of(architecture: &Architecture) -> Self {
        Self { layers: architecture.layers().to_vec(), groups: architecture.channel_groups() }
    }

    /// Those of this network, and what its first layers read of the image: pixels where they are
    /// linear, channels where they are convolutions.
    pub fn with_pixels(architecture: &Architecture) -> Self {
        let groups = architecture.channel_groups_with_pixels();
        Self { layers: architecture.layers().to_vec(), groups }
    }

    /// The groups.
    pub fn groups(&self) -> &ChannelGroups {
        &self.groups
    }

    /// The geometry of the layers.
    pub fn layers(&self) -> &[LayerSpec] {
        &self.layers
    }

    /// The groups that can go, by pool.
    pub fn pools(&self) -> &[Vec<usize>] {
        self.groups.pools()
    }

    /// Weights that a unit of the layer has for each input channel.
    pub fn block(&self, layer: usize) -> usize {
        self.layers[layer].fan_in() / self.groups.layer(layer).inputs.len()
    }

    /// For each group whether `within` still has a weight of it, in a unit or for a reader.
    pub fn alive(&self, within: &Mask) -> Vec<bool> {
        let mut alive = vec![false; self.groups.count()];
        for (index, mask) in within.layers.iter().enumerate() {
            let (layer, block) = (self.groups.layer(index), self.block(index));
            for (row, &unit) in mask.rows().zip(&layer.units) {
                for (weights, &input) in row.chunks_exact(block).zip(&layer.inputs) {
                    if weights.contains(&true) {
                        (alive[unit], alive[input]) = (true, true);
                    }
                }
            }
        }
        alive
    }

    /// The weights of `within` between channels that are `kept`, which has a flag for each group.
    pub fn mask(&self, kept: &[bool], within: &Mask) -> Mask {
        let layers = within.layers.iter().enumerate().map(|(index, mask)| {
            let (layer, block) = (self.groups.layer(index), self.block(index));
            let mut keep = mask.keep.clone();
            for (row, &unit) in keep.chunks_exact_mut(mask.fan_in).zip(&layer.units) {
                for (weights, &input) in row.chunks_exact_mut(block).zip(&layer.inputs) {
                    if !(kept[unit] && kept[input]) {
                        weights.fill(false);
                    }
                }
            }
            LayerMask { keep, ..mask.clone() }
        });
        Mask { layers: layers.collect() }
    }

    /// All weights between channels that are `kept`.
    pub fn whole(&self, kept: &[bool]) -> Mask {
        let layers = self.layers.iter().map(|layer| LayerMask {
            name: layer.name.clone(),
            fan_in: layer.fan_in(),
            keep: vec![true; layer.weights()],
        });
        self.mask(kept, &Mask { layers: layers.collect() })
    }

    /// How many channels of each pool are `kept`.
    pub fn counts(&self, kept: &[bool]) -> Vec<usize> {
        let count = |pool: &Vec<usize>| pool.iter().filter(|&&group| kept[group]).count();
        self.pools().iter().map(count).collect()
    }

    /// How large the network is with the channels that are `kept`.
    pub fn size(&self, kept: &[bool], measure: Measure) -> usize {
        Tally::new(self, kept).size(measure)
    }

    /// What the largest channel adds to the whole network: budgets are met within half of that, where
    /// nothing is drawn.
    pub fn largest(&self, measure: Measure) -> usize {
        let whole = Tally::new(self, &vec![true; self.groups.count()]);
        let groups = self.pools().iter().flatten();
        groups.map(|&group| whole.share(group, measure)).max().unwrap_or(0)
    }

    /// The mask shuffled: every pool keeps as many channels as before, among those that `within` has;
    /// which of them is left to chance.
    pub fn shuffled(&self, mask: &Mask, within: &Mask, rng: &mut ChaCha8Rng) -> Mask {
        let (candidates, mut kept) = (self.alive(within), self.alive(mask));
        for pool in self.pools() {
            let places: Vec<usize> = pool.iter().copied().filter(|&g| candidates[g]).collect();
            let mut flags: Vec<bool> = places.iter().map(|&group| kept[group]).collect();
            flags.shuffle(rng);
            places.iter().zip(flags).for_each(|(&group, flag)| kept[group] = flag);
        }
        self.mask(&kept, within)
    }

    /// A random mask of whole channels with as large a network as `mask` leaves, among those that
    /// `within` has: how many of which pool is left to chance too.
    ///
    /// # Errors
    /// When the layers that `allocation` leaves out are larger than that.
    pub fn random_of(
        &self,
        mask: &Mask,
        within: &Mask,
        allocation: &Allocation,
        rng: &mut ChaCha8Rng,
    ) -> Result<Mask, PruneError> {
        let draws = (0..self.groups.count()).map(|_| rng.random()).collect();
        let budget = Budget(self.size(&self.alive(mask), allocation.measure));
        let quota = ChannelQuota::new(allocation, budget, ChannelSharing::Global);
        let kept = choose(self, &ChannelScores::new(self, draws)?, within, &quota)?;
        Ok(self.mask(&kept, within))
    }

    /// The network without the channels that are not `kept`; where `folds`, with what their filters
    /// leave behind in the biases of their readers.
    pub(crate) fn pruned(
        &self,
        network: &Network,
        kept: &[bool],
        within: &Mask,
        folds: bool,
    ) -> Pruned {
        let mut pruned = Pruned::unchanged(self.mask(kept, within));
        pruned.constants = folds.then(|| network.constants_of(&self.groups, kept));
        pruned
    }
}

#[cfg(test)]
mod tests;
