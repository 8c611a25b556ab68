use chacha20::ChaCha8Rng;

use super::{Build, Entry, Needs};
use crate::budget::{Quota, share_out, unit_places};
use crate::mask::{LayerMask, Mask};
use crate::pruner::{Examined, Pruned, Pruner, Scored};
use crate::sampling::{Drawing, Fate, Pool, draw};
use crate::{PruneError, Scope, Scores, Subject};

const fn entry(name: &'static str, summary: &'static str, build: Build) -> Entry {
    Entry {
        name,
        summary,
        source: "Baykal et al. 2019, arXiv 1910.05422 (its baselines)",
        needs: Needs::NOTHING,
        exact: false,
        scope: Scope::PerUnit,
        options: &[],
        build,
    }
}

pub(super) const UNIFORM: Entry = entry(
    "sample-uniform",
    "each unit's weights drawn uniformly and reweighted",
    Build::Pruner(|_| Box::new(UnitSampling::Uniform)),
);

pub(super) const ABSOLUTE: Entry = entry(
    "sample-l1",
    "each unit's weights drawn by |w| and reweighted",
    Build::Pruner(|_| Box::new(UnitSampling::Absolute)),
);

pub(super) const SQUARE: Entry = entry(
    "sample-l2",
    "each unit's weights drawn by w² and reweighted",
    Build::Pruner(|_| Box::new(UnitSampling::Square)),
);

pub(super) const MIXED: Entry = entry(
    "sample-l1-l2",
    "each unit's weights drawn by (|w| + w²) / 2 and reweighted",
    Build::Pruner(|_| Box::new(UnitSampling::Mixed)),
);

/// Draws each unit's weights from a distribution of the weights alone: the sampling baselines of SiPP
/// and PFP (arXiv 1910.05422, 1911.07412), as the authors' code has them.
///
/// ```text
/// q_j ∝ 1, |w_j|, w_j² or ½ (|w_j| + w_j²)      over the weights w_j ≠ 0 of one unit, of both signs
/// w_j → c_j / (N q_j) · w_j                     c_j times drawn in N draws with replacement
/// ```
///
/// so that the unit's sum keeps its expectation. N is such that as many different weights are
/// expected as the unit has places; a unit that has a place for each of its weights keeps them as
/// they are. Places of a layer or of the whole network are shared among their units in proportion to
/// the weights that these have left.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UnitSampling {
    /// q ∝ 1.
    Uniform,
    /// q ∝ |w|.
    Absolute,
    /// q ∝ w².
    Square,
    /// q ∝ ½ (|w| + w²): of the values themselves, not of their shares, as in the authors' code.
    Mixed,
}

impl UnitSampling {
    /// What the probability of a weight is proportional to; 0 only for those that are 0.
    fn chance(self, weight: f32) -> f32 {
        let size = weight.abs();
        let chance = match self {
            Self::Uniform => 1.0,
            Self::Absolute => size,
            Self::Square => size * size,
            Self::Mixed => 0.5 * (size + size * size),
        };
        // The square of a very small weight must not become none.
        if weight == 0.0 { 0.0 } else { chance.max(f32::MIN_POSITIVE) }
    }
}

impl Pruner for UnitSampling {
    fn examine(
        &self,
        subject: Subject<'_>,
        _: &mut ChaCha8Rng,
    ) -> Result<Box<dyn Examined>, PruneError> {
        let network = subject.network;
        let layers = network.architecture().layers();
        let weights: Vec<Vec<f32>> = (0..layers.len()).map(|l| network.weight_values(l)).collect();
        let probabilities = weights.iter().zip(layers).map(|(weights, spec)| {
            weights.chunks(spec.fan_in()).flat_map(|unit| self.probabilities(unit)).collect()
        });
        let scores = Scores::new(network, probabilities.collect())?;
        Ok(Box::new(Units { weights, scores }))
    }
}

impl UnitSampling {
    /// q of a unit's weights.
    fn probabilities(self, unit: &[f32]) -> Vec<f32> {
        let chances: Vec<f32> = unit.iter().map(|&weight| self.chance(weight)).collect();
        let total: f64 = chances.iter().map(|&chance| f64::from(chance)).sum();
        let least = f64::from(f32::MIN_POSITIVE);
        let share = |chance: f32| match chance > 0.0 {
            true => (f64::from(chance) / total).max(least) as f32,
            false => 0.0,
        };
        chances.into_iter().map(share).collect()
    }
}

/// A network's weights with their probabilities, which are the scores.
struct Units {
    /// `[units, fan_in]` row by row for each layer.
    weights: Vec<Vec<f32>>,
    scores: Scores,
}

impl Examined for Units {
    fn scores(&self) -> Scored<'_> {
        Scored::Weights(&self.scores)
    }

    fn prune(
        &self,
        within: &Mask,
        quota: &Quota,
        rng: &mut ChaCha8Rng,
    ) -> Result<Pruned, PruneError> {
        quota.check(within)?;
        let (mut pools, mut fates, mut silent) = (Vec::new(), Vec::new(), Vec::new());
        for (layer, places) in places(within, quota).into_iter().enumerate() {
            let (mask, scores) = (&within.layers[layer], &self.scores.layers()[layer]);
            for (unit, places) in places.into_iter().enumerate() {
                let row = unit * mask.fan_in..(unit + 1) * mask.fan_in;
                let left = row.filter(|&index| mask.keep[index]);
                let (indices, zeros): (Vec<usize>, Vec<usize>) =
                    left.partition(|&index| scores[index] > 0.0);
                // More places than weights that can be drawn: zeros take the rest.
                silent.extend(
                    zeros
                        .into_iter()
                        .take(places.saturating_sub(indices.len()))
                        .map(|i| (layer, i)),
                );
                let weights: Vec<f32> = indices.iter().map(|&index| scores[index]).collect();
                fates.push(match places.min(indices.len()) {
                    places if places == 0 || places == indices.len() => Fate::Cut(places),
                    places => Fate::Drawn(Drawing::new(&weights), places),
                });
                pools.push(Pool { layer, indices, weights });
            }
        }
        let mut pruned =
            draw(&pools, &fates, &within.sizes(), rng).into_pruned(within, &self.weights);
        silent.into_iter().for_each(|(layer, i)| pruned.mask.layers[layer].keep[i] = true);
        Ok(pruned)
    }
}

/// Places of each unit of each layer.
fn places(within: &Mask, quota: &Quota) -> Vec<Vec<usize>> {
    let in_proportion = |room: &[usize], places| {
        let demands: Vec<f64> = room.iter().map(|&room| room as f64).collect();
        share_out(&demands, room, places)
    };
    let layers = &within.layers;
    let of_layers = |places: &[usize]| {
        let of_layer = |(layer, &places): (&LayerMask, &usize)| {
            let left = |row: &[bool]| row.iter().filter(|&&keep| keep).count();
            in_proportion(&layer.rows().map(left).collect::<Vec<_>>(), places)
        };
        layers.iter().zip(places).map(of_layer).collect()
    };
    match quota {
        Quota::Network(places) => {
            let room: Vec<usize> = layers.iter().map(LayerMask::kept).collect();
            of_layers(&in_proportion(&room, *places))
        }
        Quota::Layers(places) => of_layers(places),
        Quota::Units(places) => {
            let pairs = layers.iter().zip(places);
            pairs.map(|(layer, &places)| unit_places(layer, places)).collect()
        }
        Quota::Channels(_) => unreachable!("the check before has refused it"),
    }
}

#[cfg(test)]
#[path = "sampled_tests.rs"]
mod tests;
