use chacha20::ChaCha8Rng;

use super::Choice;
use super::allocation::Share;
use super::pruner::Examination;
use crate::channels::ChannelQuota;
use crate::mask::Mask;
use crate::pruner::{ChannelDraws, Draws, Pruned};
use crate::sampling::{Drawing, Drawn, Fate, Pool, draw};

/// How often channels are drawn, at the most, to end as close to the budget as one of them takes it.
const ATTEMPTS: usize = 64;

/// Pools of channels that are to be drawn from.
pub(super) struct Sampling<'a> {
    pub(super) examination: &'a Examination,
    pub(super) shares: Vec<Share>,
    pub(super) within: &'a Mask,
    pub(super) quota: &'a ChannelQuota,
}

impl Sampling<'_> {
    /// Draws as many channels as are `kept`: the outcome whose size is closest to the budget, of at most
    /// 64. Where the size is not what was asked for, it is that of `kept`.
    pub(super) fn pruned(&self, kept: &[bool], rng: &mut ChaCha8Rng) -> Pruned {
        let (pools, fates) = self.fates(kept);
        let channels = &self.examination.channels;
        let (measure, groups) = (self.quota.measure, channels.groups().count());
        let target = channels.size(kept, measure);
        let close = channels.largest(measure) / 2;
        let mut best: Option<(usize, Vec<f32>, Drawn)> = None;
        for _ in 0..ATTEMPTS {
            let drawn = draw(&pools, &fates, &[groups], rng);
            let factors = self.factors(kept, &pools, &drawn);
            let flags: Vec<bool> = factors.iter().map(|&factor| factor > 0.0).collect();
            let miss = channels.size(&flags, measure).abs_diff(target);
            if best.as_ref().is_none_or(|(least, ..)| miss < *least) {
                best = Some((miss, factors, drawn));
            }
            if miss <= close {
                break;
            }
        }
        let (_, factors, drawn) = best.expect("there is at least one attempt");
        self.outcome(&factors, &pools, &drawn)
    }

    /// What happens to each pool; the part of it that is kept as it is comes first.
    fn fates(&self, kept: &[bool]) -> (Vec<Pool>, Vec<Fate>) {
        let scores = self.examination.scores.groups();
        let (mut pools, mut fates) = (Vec::new(), Vec::new());
        for share in &self.shares {
            let count = share.groups.iter().filter(|&&group| kept[group]).count();
            let live = share.probabilities.len();
            let mut add = |groups: &[usize], fate: Fate| {
                let weights = groups.iter().map(|&group| scores[group]).collect();
                pools.push(Pool { layer: 0, indices: groups.to_vec(), weights });
                fates.push(fate);
            };
            if count >= live {
                add(&share.groups, Fate::Cut(count));
                continue;
            }
            let apart = match self.examination.choice {
                Choice::Partly => certain(share, count),
                _ => 0,
            };
            add(&share.groups[..apart], Fate::Cut(apart));
            let rest = &share.groups[apart..live];
            if count > apart {
                let weights: Vec<f32> = rest.iter().map(|&group| scores[group]).collect();
                add(rest, Fate::Drawn(Drawing::new(&weights), count - apart));
            }
        }
        (pools, fates)
    }

    /// What each group's weights are multiplied with.
    fn factors(&self, kept: &[bool], pools: &[Pool], drawn: &Drawn) -> Vec<f32> {
        let mut factors: Vec<f32> = kept.iter().map(|&kept| f32::from(u8::from(kept))).collect();
        for share in &self.shares {
            share.groups.iter().for_each(|&group| factors[group] = 0.0);
        }
        for &group in pools.iter().flat_map(|pool| &pool.indices) {
            factors[group] = drawn.factors[0][group];
        }
        factors
    }

    fn outcome(&self, factors: &[f32], pools: &[Pool], drawn: &Drawn) -> Pruned {
        let Examination { network, channels, .. } = self.examination;
        let kept: Vec<bool> = factors.iter().map(|&factor| factor > 0.0).collect();
        let mut pruned = channels.pruned(network, &kept, self.within, false);
        let mut draws = Vec::new();
        for (index, spec) in channels.layers().iter().enumerate() {
            let inputs = &channels.groups().layer(index).inputs;
            let of_layer = draws_of(inputs, pools, &drawn.draws);
            draws.push(vec![of_layer; 2 * spec.units]);
            if of_layer.count > 0 {
                let mask = &pruned.mask.layers[index];
                let rows = network.weight_values(index).into_iter().zip(&mask.keep).enumerate();
                let values = rows.map(|(place, (weight, &keep))| {
                    let channel = place % spec.fan_in() / channels.block(index);
                    if keep { weight * factors[inputs[channel]] } else { 0.0 }
                });
                pruned.values[index] = Some(values.collect());
            }
        }
        pruned.draws = Some(draws);
        pruned
    }
}

/// How many of a pool's channels are so probable, q ≥ 1/m for the m draws that `count` channels take,
/// that they would be drawn anyway.
fn certain(share: &Share, count: usize) -> usize {
    let weights: Vec<f32> = share.probabilities.iter().map(|&q| q as f32).collect();
    let draws = Drawing::new(&weights).draws_for(count as f64) as f64;
    let likely = share.probabilities.iter().take_while(|&&q| q * draws >= 1.0).count();
    likely.min(count)
}

/// The draws of a layer that reads some of these pools. Several that are drawn apart count together
/// as one, with the largest share of sensitivity for a draw.
fn draws_of(inputs: &[usize], pools: &[Pool], counts: &[u64]) -> Draws {
    let (mut total, mut largest) = (0.0_f64, 0.0_f64);
    let mut single = 0;
    for (pool, &count) in pools.iter().zip(counts) {
        if count > 0 && inputs.contains(&pool.indices[0]) {
            let sum: f64 = pool.weights.iter().map(|&s| f64::from(s)).sum();
            (total, largest) = (total + sum, largest.max(sum / count as f64));
            single = if single == 0 { count } else { (total / largest) as u64 };
        }
    }
    let drawn = ChannelDraws { sensitivity: total, attempts: ATTEMPTS };
    Draws { count: single, channels: (single > 0).then_some(drawn) }
}
