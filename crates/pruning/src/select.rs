//! From scores to a mask that meets its budget exactly.

use crate::density::Budget;
use crate::error::PruneError;
use crate::mask::{LayerMask, Mask};
use crate::scope::Scope;
use crate::scores::Scores;

/// The mask that keeps the `budget` best-scored weights among those that `within` still keeps.
///
/// Equal scores are kept in order of layer and index, so the budget is met exactly and the same
/// scores always give the same mask.
///
/// # Errors
/// When `within` keeps fewer weights than the budget asks for.
pub fn select(
    scores: &Scores,
    scope: Scope,
    within: &Mask,
    budget: Budget,
) -> Result<Mask, PruneError> {
    let survivors = within.kept();
    if budget.0 > survivors {
        return Err(PruneError::Budget { asked: budget.0, survivors });
    }
    let mut candidates: Vec<Vec<Candidate>> = Vec::with_capacity(within.layers.len());
    let mut first = 0;
    for (mask, scores) in within.layers.iter().zip(scores.layers()) {
        candidates.push(candidates_of(mask, scores, first));
        first += mask.keep.len();
    }
    match scope {
        Scope::Global => {
            let mut all = candidates.concat();
            keep_best(&mut all, budget.0);
            Ok(mask_of(within, &all))
        }
        Scope::PerLayer => {
            let alive: Vec<usize> = within.layers.iter().map(LayerMask::kept).collect();
            let sizes: Vec<usize> = within.layers.iter().map(|layer| layer.keep.len()).collect();
            let quotas = quotas(&sizes, &alive, budget.0);
            for (layer, quota) in candidates.iter_mut().zip(quotas) {
                keep_best(layer, quota);
            }
            Ok(mask_of(within, &candidates.concat()))
        }
    }
}

/// A weight in one number, the smaller the better: its score, falling, in the upper half, then its
/// position in the whole network. Comparing numbers makes the selection several times faster than
/// comparing scores and positions.
type Candidate = u64;

fn candidate(score: f32, position: usize) -> Candidate {
    // Adding 0 makes both zeros the same one.
    let bits = (score + 0.0).to_bits();
    let rising = if bits >> 31 == 0 { bits | 1 << 31 } else { !bits };
    u64::from(!rising) << 32 | position as u64
}

/// The weights that `mask` still keeps; `first` is the position of the layer's first weight.
fn candidates_of(mask: &LayerMask, scores: &[f32], first: usize) -> Vec<Candidate> {
    let scored = scores.iter().zip(&mask.keep).enumerate();
    let alive = scored.filter(|(_, (_, keep))| **keep);
    alive.map(|(index, (&score, _))| candidate(score, first + index)).collect()
}

/// A selection, not a sort: what is kept stands in no order.
fn keep_best(candidates: &mut Vec<Candidate>, count: usize) {
    if count > 0 && count < candidates.len() {
        candidates.select_nth_unstable(count - 1);
    }
    candidates.truncate(count);
}

fn mask_of(within: &Mask, kept: &[Candidate]) -> Mask {
    let mut keep = vec![false; within.total()];
    for candidate in kept {
        keep[(candidate & u64::from(u32::MAX)) as usize] = true;
    }
    let mut rest = keep.as_slice();
    let layers = within.layers.iter().map(|layer| {
        let (own, others) = rest.split_at(layer.keep.len());
        rest = others;
        LayerMask { name: layer.name.clone(), keep: own.to_vec() }
    });
    Mask { layers: layers.collect() }
}

/// How many weights each layer keeps: its share of all prunable weights, rounded so that the sum is
/// the budget (largest remainder), and never more than the layer has left; what such a layer cannot
/// take goes to the others. `alive` must hold as much as the budget.
pub(crate) fn quotas(sizes: &[usize], alive: &[usize], budget: usize) -> Vec<usize> {
    let total: usize = sizes.iter().sum();
    let share = |layer: usize| budget as f64 * sizes[layer] as f64 / total as f64;
    let mut quotas: Vec<usize> =
        (0..sizes.len()).map(|l| (share(l).floor() as usize).min(alive[l])).collect();
    let mut order: Vec<usize> = (0..sizes.len()).collect();
    order.sort_by(|&a, &b| share(b).fract().total_cmp(&share(a).fract()));
    let mut left = budget - quotas.iter().sum::<usize>();
    while left > 0 {
        for &layer in &order {
            if left > 0 && quotas[layer] < alive[layer] {
                quotas[layer] += 1;
                left -= 1;
            }
        }
    }
    quotas
}

#[cfg(test)]
mod tests {
    use burn::tensor::Device;
    use models::{Builder, Initialisation, Network};

    use super::*;

    /// Two layers of 4 and 2 weights.
    fn network() -> Network {
        let mut net = Builder::new("toy", [2, 1, 1]);
        let x = net.linear(net.input(), "fc1", 2);
        let x = net.linear(x, "fc2", 1);
        Network::new(net.build(x).unwrap(), Initialisation::KaimingUniform, 0, &Device::flex())
    }

    fn select_by_hand(
        scores: [&[f32]; 2],
        scope: Scope,
        budget: usize,
    ) -> Result<Vec<Vec<bool>>, PruneError> {
        let network = network();
        let scores = Scores::new(&network, scores.iter().map(|s| s.to_vec()).collect())?;
        let mask =
            super::select(&scores, scope, &Mask::full(network.architecture()), Budget(budget))?;
        assert_eq!(mask.kept(), budget);
        Ok(mask.layers.into_iter().map(|layer| layer.keep).collect())
    }

    const T: bool = true;
    const F: bool = false;

    #[test]
    fn small_cases_by_hand() {
        let distinct: [&[f32]; 2] = [&[0.1, 0.9, 0.3, 0.2], &[0.5, 0.0]];
        let ties: [&[f32]; 2] = [&[1.0; 4], &[1.0; 2]];
        for (name, scores, scope, budget, expected) in [
            ("global", distinct, Scope::Global, 3, [vec![F, T, T, F], vec![T, F]]),
            ("all", distinct, Scope::Global, 6, [vec![T; 4], vec![T; 2]]),
            ("ties by index", ties, Scope::Global, 5, [vec![T; 4], vec![T, F]]),
            ("per layer", distinct, Scope::PerLayer, 3, [vec![F, T, T, F], vec![T, F]]),
            ("per layer, 1", distinct, Scope::PerLayer, 1, [vec![F, T, F, F], vec![F, F]]),
            ("per layer, ties", ties, Scope::PerLayer, 4, [vec![T, T, T, F], vec![T, F]]),
        ] {
            assert_eq!(select_by_hand(scores, scope, budget).unwrap(), expected, "{name}");
        }
    }

    #[test]
    fn candidates_order_as_their_scores_do() {
        let falling = [f32::INFINITY, 3e8, 1.0, 1e-40, 0.0, -1e-40, -1.0, -3e8, f32::NEG_INFINITY];
        assert!(falling.map(|score| candidate(score, 5)).is_sorted_by(|a, b| a < b));
        assert_eq!(candidate(0.0, 7), candidate(-0.0, 7));
        assert!(candidate(0.5, 1) < candidate(0.5, 2));
    }

    #[test]
    fn pruned_weights_never_come_back() {
        let network = network();
        let mut within = Mask::full(network.architecture());
        within.layers[0].keep = vec![T, F, F, T];
        let scores = Scores::new(&network, vec![vec![0.0, 9.0, 9.0, 0.0], vec![0.0, 0.0]]).unwrap();
        for scope in [Scope::Global, Scope::PerLayer] {
            for budget in 1..=4 {
                let mask = super::select(&scores, scope, &within, Budget(budget)).unwrap();
                assert!(mask.is_within(&within) && mask.kept() == budget);
            }
            let error = super::select(&scores, scope, &within, Budget(5)).unwrap_err();
            assert_eq!(error, PruneError::Budget { asked: 5, survivors: 4 });
        }
    }

    #[test]
    fn scores_must_be_numbers_and_complete() {
        let error = select_by_hand([&[0.0, f32::NAN, 0.0, 0.0], &[0.0, 0.0]], Scope::Global, 1)
            .unwrap_err();
        assert!(matches!(error, PruneError::Score { index: 1, .. }));
        let error = select_by_hand([&[0.0; 3], &[0.0; 2]], Scope::Global, 1).unwrap_err();
        assert_eq!(
            error,
            PruneError::ScoreCount { layer: "fc1".to_owned(), found: 3, expected: 4 }
        );
    }
}
