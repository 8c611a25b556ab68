use chacha20::ChaCha8Rng;
use models::{Architecture, LayerKind, LayerSpec};

use super::{Budget, Quota, Scope, share_out};
use crate::channels::{ChannelQuota, ChannelSharing, Measure};
use crate::effective::without_dead;
use crate::error::PruneError;
use crate::mask::{LayerMask, Mask};
use crate::pruner::{Examined, Pruned, Scored};

/// How a budget is spent: where weights compete for it, and which layers are left alone.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Allocation {
    /// Where weights compete.
    pub scope: Scope,
    /// For [`Scope::Rates`]: the share of its survivors that each layer loses in a round, in [0, 1),
    /// one for each layer. Empty for the other scopes.
    pub rates: Vec<f64>,
    /// Indices of the layers that are left out: they keep all they have, and it counts towards the
    /// budget.
    pub left_out: Vec<usize>,
    /// Take weights without a path from input to output away, and spend the budget elsewhere. Pruned
    /// channels leave none.
    pub remove_dead: bool,
    /// What a budget of channels counts; one of weights counts weights.
    pub measure: Measure,
}

impl From<Scope> for Allocation {
    fn from(scope: Scope) -> Self {
        Self { scope, ..Self::default() }
    }
}

impl Allocation {
    /// Prunes to `budget` weights of those that `within` keeps, the layers that are left out
    /// included; by whole channels to what comes closest, in the measure.
    ///
    /// # Errors
    /// When `within` keeps fewer weights than the budget asks for; when the layers that are left out
    /// have more; when there are no rates to share it by.
    pub fn prune(
        &self,
        architecture: &Architecture,
        examined: &dyn Examined,
        within: &Mask,
        budget: Budget,
        rng: &mut ChaCha8Rng,
    ) -> Result<Pruned, PruneError> {
        if let Scored::Channels(..) = examined.scores() {
            let quota = ChannelQuota::new(self, budget, ChannelSharing::of(self.scope));
            return examined.prune(within, &Quota::Channels(quota), rng);
        }
        let mut prune = |candidates: &Mask| {
            let others = self.others(candidates);
            let budget = self.for_others(within, budget)?;
            let quota = self.quota(architecture, &others, budget)?;
            Ok(self.with_left_out(within, examined.prune(&others, &quota, rng)?))
        };
        match self.remove_dead {
            true => without_dead(architecture, within, budget.0, prune),
            false => prune(within),
        }
    }

    /// As [`prune`](Self::prune), with as many weights in each layer as `like` has, or as many channels
    /// in each pool; the scope does not matter.
    ///
    /// # Errors
    /// When `within` keeps fewer in some layer or pool.
    pub fn prune_like(
        &self,
        like: &Mask,
        examined: &dyn Examined,
        within: &Mask,
        rng: &mut ChaCha8Rng,
    ) -> Result<Pruned, PruneError> {
        if let Scored::Channels(channels, _) = examined.scores() {
            let counts = channels.counts(&channels.alive(like));
            let budget = Budget(like.kept());
            let quota = ChannelQuota::new(self, budget, ChannelSharing::Counts(counts));
            return examined.prune(within, &Quota::Channels(quota), rng);
        }
        let quota = Quota::like(&self.others(like));
        Ok(self.with_left_out(within, examined.prune(&self.others(within), &quota, rng)?))
    }

    /// `within` without the layers that are left out.
    pub fn others(&self, within: &Mask) -> Mask {
        let mut others = within.clone();
        self.left_out.iter().for_each(|&layer| others.layers[layer].keep.fill(false));
        others
    }

    /// What the layers that are left out leave of the budget.
    fn for_others(&self, within: &Mask, budget: Budget) -> Result<Budget, PruneError> {
        let survivors = within.kept();
        let apart = self.left_out.iter().map(|&layer| within.layers[layer].kept()).sum();
        if budget.0 > survivors {
            return Err(PruneError::Budget { asked: budget.0, survivors });
        }
        let rest = budget.0.checked_sub(apart);
        rest.map(Budget).ok_or(PruneError::LeftOut { asked: budget.0, left_out: apart })
    }

    /// Puts the layers that are left out back, as they were.
    fn with_left_out(&self, within: &Mask, mut pruned: Pruned) -> Pruned {
        for &layer in &self.left_out {
            pruned.mask.layers[layer].keep.clone_from(&within.layers[layer].keep);
            pruned.values[layer] = None;
        }
        pruned
    }

    /// The budget shared out among the weights that `within` keeps.
    fn quota(
        &self,
        architecture: &Architecture,
        within: &Mask,
        budget: Budget,
    ) -> Result<Quota, PruneError> {
        let layers = architecture.layers();
        let room: Vec<usize> = within.layers.iter().map(LayerMask::kept).collect();
        let shared = |demand: &dyn Fn(usize, &LayerSpec) -> f64| -> Vec<usize> {
            let demands = layers.iter().enumerate().map(|(index, layer)| {
                // A layer that takes no part makes no demand.
                if room[index] == 0 { 0.0 } else { demand(index, layer) }
            });
            share_out(&demands.collect::<Vec<_>>(), &room, budget.0)
        };
        let weights = |_: usize, layer: &LayerSpec| layer.weights() as f64;
        Ok(match self.scope {
            Scope::Global => Quota::Network(budget.0),
            Scope::PerLayer | Scope::Uniform => Quota::Layers(shared(&weights)),
            Scope::PerUnit => Quota::Units(shared(&weights)),
            Scope::Erk => Quota::Layers(shared(&|_, layer| erdos_renyi(layer))),
            Scope::Rates => {
                let rounds = self.rounds(architecture, &room, budget)?;
                let rates = &self.rates;
                Quota::Layers(shared(&|index, layer| {
                    layer.weights() as f64 * (1.0 - rates[index]).powf(rounds)
                }))
            }
        })
    }

    /// After how many rounds the layers that take part have `budget` weights left: found by
    /// bisection, since that number falls with the rounds.
    fn rounds(
        &self,
        architecture: &Architecture,
        room: &[usize],
        budget: Budget,
    ) -> Result<f64, PruneError> {
        let layers = architecture.layers();
        if self.rates.len() != layers.len() {
            return Err(PruneError::Rates(format!(
                "{} rates for {} layers; expected one for each",
                self.rates.len(),
                layers.len()
            )));
        }
        let left = |rounds: f64| -> f64 {
            let taking_part =
                layers.iter().zip(&self.rates).zip(room).filter(|(_, room)| **room > 0);
            taking_part
                .map(|((layer, rate), _)| layer.weights() as f64 * (1.0 - rate).powf(rounds))
                .sum()
        };
        let (mut few, mut many) = (0.0, 1.0);
        while left(many) > budget.0 as f64 {
            many *= 2.0;
            if many > 1e6 {
                return Err(PruneError::Rates(format!(
                    "the layers with rate 0 have more than the {} weights that are to stay",
                    budget.0
                )));
            }
        }
        for _ in 0..200 {
            let middle = f64::midpoint(few, many);
            if left(middle) > budget.0 as f64 { few = middle } else { many = middle }
        }
        Ok(many)
    }
}

/// A layer's weights by the Erdős–Rényi kernel rule, up to the common factor.
fn erdos_renyi(layer: &LayerSpec) -> f64 {
    let kernel = match layer.kind {
        LayerKind::Linear => 0,
        LayerKind::Convolution { .. } => layer.kernel[0] + layer.kernel[1],
    };
    (layer.units + layer.channels + kernel) as f64
}

#[cfg(test)]
#[path = "allocation_tests.rs"]
mod tests;
