use std::collections::HashMap;

use chacha20::ChaCha8Rng;
use models::Network;

use super::{Build, Entry, Needs};
use crate::budget::Quota;
use crate::channels::{ChannelScores, Channels, choose};
use crate::contributions::{Contributions, contributions};
use crate::mask::Mask;
use crate::pruner::{Examined, Pruned, Pruner, Scored};
use crate::reconstruction::Form;
use crate::{PruneError, Scope, Subject};

pub(super) const ENTRY: Entry = Entry {
    name: "thinet",
    summary: "channels go whose contributions to drawn outputs add up to least; the others make up for it",
    source: "Luo et al. 2017, arXiv 1707.06342",
    needs: Needs::POINTS,
    exact: true,
    scope: Scope::Uniform,
    options: &["samples", "damping"],
    build: Build::ChannelPruner(|options| {
        let usual = ThiNet::default();
        Box::new(ThiNet {
            samples: options.samples.unwrap_or(usual.samples),
            damping: options.damping.unwrap_or(usual.damping),
            ..usual
        })
    }),
};

/// ThiNet (Luo et al. 2017, arXiv 1707.06342): channels by what the layers behind them lose.
///
/// A drawn output z of a layer (one unit at one position of one point, without bias) is the sum of what
/// its input channels contribute, z = Σ_j c_j. The set T of channels that go is built greedily, always by
/// the one that keeps
///
/// ```text
/// Σ over samples of (Σ_{j ∈ T} c_j)²          (equation 6 there)
/// ```
///
/// least. Where several layers read a channel, each layer's sum counts in shares of its Σ z². The score of
/// a channel is that share when its turn comes, and never less than that of the channel before.
///
/// The weights for each channel that stays are multiplied with one number, those with which
/// Σ (z − Σ_{j ∉ T} v_j c_j)² is least (equation 7), damped towards 1.
///
/// All is found on the network as it is before any layer is pruned; the paper goes through the layers
/// one after the other and trains in between.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ThiNet {
    /// Outputs of each layer that are drawn for each point; the paper has 10.
    pub samples: usize,
    /// What is added to the diagonal of the least-squares problem, as a share of its mean.
    pub damping: f64,
    /// Points taken through the network at a time; it bounds the memory and changes nothing.
    pub chunk: usize,
}

impl Default for ThiNet {
    fn default() -> Self {
        Self { samples: 10, damping: 0.01, chunk: 16 }
    }
}

impl Pruner for ThiNet {
    fn examine(
        &self,
        subject: Subject<'_>,
        rng: &mut ChaCha8Rng,
    ) -> Result<Box<dyn Examined>, PruneError> {
        let network = subject.network;
        let channels = Channels::of(network.architecture());
        let found =
            contributions(network, &channels, subject.images, self.samples, self.chunk, rng)?;
        let mut scores = vec![0.0; channels.groups().count()];
        for pool in channels.pools() {
            let losses = greedy(&joint(&channels, &found, pool), pool.len());
            pool.iter().zip(losses).for_each(|(&group, loss)| scores[group] = loss);
        }
        let scores = ChannelScores::new(&channels, scores)?;
        let (network, damping) = (network.clone(), self.damping);
        Ok(Box::new(Reconstructed { network, channels, scores, found, damping }))
    }
}

/// Σ over samples of c_j c_k for the channels of a pool, over all layers that read it, each in shares of
/// its Σ z².
fn joint(channels: &Channels, found: &[Contributions], pool: &[usize]) -> Vec<f64> {
    let size = pool.len();
    let members: HashMap<usize, usize> = pool.iter().copied().zip(0..).collect();
    let mut joint = vec![0.0; size * size];
    for (index, found) in found.iter().enumerate() {
        let inputs = &channels.groups().layer(index).inputs;
        let places: Vec<_> = inputs.iter().map(|group| members.get(group)).collect();
        let total = found.total();
        if total <= 0.0 || places.iter().all(Option::is_none) {
            continue;
        }
        for (j, row) in places.iter().zip(found.products.chunks_exact(inputs.len())) {
            for (k, product) in places.iter().zip(row) {
                if let (Some(&j), Some(&k)) = (*j, *k) {
                    joint[j * size + k] += product / total;
                }
            }
        }
    }
    joint
}

/// The order in which channels go, as rising losses: (Σ_{j ∈ T} c_j)² with the channel in T.
fn greedy(products: &[f64], size: usize) -> Vec<f32> {
    // What the channel adds: its own square, and twice its product with those that are in T.
    let mut added: Vec<f64> = products.iter().step_by(size + 1).copied().collect();
    let mut losses = vec![0.0_f32; size];
    let mut open: Vec<usize> = (0..size).collect();
    let (mut loss, mut last) = (0.0, 0.0_f32);
    while let Some(place) =
        (0..open.len()).min_by(|&a, &b| added[open[a]].total_cmp(&added[open[b]]))
    {
        let next = open.remove(place);
        loss += added[next];
        // Strictly rising, so that the order is that of the turns.
        last = (loss as f32).max(last.next_up());
        losses[next] = last;
        for &other in &open {
            added[other] += 2.0 * products[next * size + other];
        }
    }
    losses
}

/// A network whose channels' contributions are known.
struct Reconstructed {
    network: Network,
    channels: Channels,
    scores: ChannelScores,
    found: Vec<Contributions>,
    damping: f64,
}

impl Examined for Reconstructed {
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
        let mut pruned = self.channels.pruned(&self.network, &kept, within, false);
        let alive = self.channels.alive(within);
        for (index, found) in self.found.iter().enumerate() {
            let inputs = &self.channels.groups().layer(index).inputs;
            if inputs.iter().all(|&group| kept[group] || !alive[group]) {
                continue;
            }
            let keep: Vec<bool> = inputs.iter().map(|&group| kept[group]).collect();
            let form = Form::damped(&found.products, inputs.len(), self.damping);
            let factors = form.closest(&vec![1.0; inputs.len()], &keep);
            let (spec, block) = (&self.channels.layers()[index], self.channels.block(index));
            let weights = self.network.weight_values(index).into_iter();
            let weights = weights.zip(&pruned.mask.layers[index].keep).enumerate();
            let values = weights.map(|(place, (weight, &keep))| {
                let factor = factors[place % spec.fan_in() / block];
                if keep { (f64::from(weight) * factor) as f32 } else { 0.0 }
            });
            pruned.values[index] = Some(values.collect());
        }
        Ok(pruned)
    }
}

#[cfg(test)]
#[path = "thinet_tests.rs"]
mod tests;
