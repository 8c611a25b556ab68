//! From scores to a mask that has a weight for each place.

use crate::budget::{Quota, unit_places};
use crate::error::PruneError;
use crate::mask::{LayerMask, Mask};
use crate::scores::Scores;

/// The mask that keeps the best-scored weights among those that `within` still keeps, one for each
/// place of the quota.
///
/// Equal scores are kept in order of layer and index, so the quota is met exactly and the same
/// scores always give the same mask.
///
/// # Errors
/// When `within` keeps fewer weights than there are places.
pub fn select(scores: &Scores, within: &Mask, quota: &Quota) -> Result<Mask, PruneError> {
    quota.check(within)?;
    let mut candidates: Vec<Vec<Candidate>> = Vec::with_capacity(within.layers.len());
    let mut first = 0;
    for (mask, scores) in within.layers.iter().zip(scores.layers()) {
        candidates.push(candidates_of(&mask.keep, scores, first));
        first += mask.keep.len();
    }
    match quota {
        Quota::Network(places) => {
            let mut all = candidates.concat();
            keep_best(&mut all, *places);
            Ok(mask_of(within, &all))
        }
        Quota::Layers(places) => {
            candidates.iter_mut().zip(places).for_each(|(layer, &places)| keep_best(layer, places));
            Ok(mask_of(within, &candidates.concat()))
        }
        Quota::Units(places) => {
            let mut kept = Vec::with_capacity(quota.total());
            let mut first = 0;
            for ((mask, scores), &places) in within.layers.iter().zip(scores.layers()).zip(places) {
                let units = unit_places(mask, places);
                let rows = mask.rows().zip(scores.chunks(mask.fan_in));
                for ((keep, scores), places) in rows.zip(units) {
                    let mut row = candidates_of(keep, scores, first);
                    keep_best(&mut row, places);
                    kept.extend(row);
                    first += mask.fan_in;
                }
            }
            Ok(mask_of(within, &kept))
        }
        Quota::Channels(_) => unreachable!("the check before has refused it"),
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

/// The weights that are still kept; `first` is the position of the first one.
fn candidates_of(keep: &[bool], scores: &[f32], first: usize) -> Vec<Candidate> {
    let scored = scores.iter().zip(keep).enumerate();
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
        LayerMask { keep: own.to_vec(), ..layer.clone() }
    });
    Mask { layers: layers.collect() }
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

    fn select_by_hand(scores: [&[f32]; 2], quota: &Quota) -> Result<Vec<Vec<bool>>, PruneError> {
        let network = network();
        let scores = Scores::new(&network, scores.iter().map(|s| s.to_vec()).collect())?;
        let mask = select(&scores, &Mask::full(network.architecture()), quota)?;
        assert_eq!(mask.kept(), quota.total());
        Ok(mask.layers.into_iter().map(|layer| layer.keep).collect())
    }

    const T: bool = true;
    const F: bool = false;

    #[test]
    fn small_cases_by_hand() {
        let distinct: [&[f32]; 2] = [&[0.1, 0.9, 0.3, 0.2], &[0.5, 0.0]];
        let ties: [&[f32]; 2] = [&[1.0; 4], &[1.0; 2]];
        let (network, layers, units) =
            (Quota::Network, |a, b| Quota::Layers(vec![a, b]), |a, b| Quota::Units(vec![a, b]));
        for (name, scores, quota, expected) in [
            ("network", distinct, network(3), [vec![F, T, T, F], vec![T, F]]),
            ("all", distinct, network(6), [vec![T; 4], vec![T; 2]]),
            ("ties by index", ties, network(5), [vec![T; 4], vec![T, F]]),
            ("layers", distinct, layers(2, 1), [vec![F, T, T, F], vec![T, F]]),
            ("layers, one empty", distinct, layers(1, 0), [vec![F, T, F, F], vec![F, F]]),
            ("layers, ties", ties, layers(3, 1), [vec![T, T, T, F], vec![T, F]]),
            // fc1 has two units of two weights.
            ("units", distinct, units(2, 1), [vec![F, T, T, F], vec![T, F]]),
            ("units, odd", distinct, units(3, 2), [vec![T, T, T, F], vec![T, T]]),
            ("units, ties", ties, units(2, 0), [vec![T, F, T, F], vec![F, F]]),
        ] {
            assert_eq!(select_by_hand(scores, &quota).unwrap(), expected, "{name}");
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
        for places in 1..=4 {
            let mask = select(&scores, &within, &Quota::Network(places)).unwrap();
            assert!(mask.is_within(&within) && mask.kept() == places);
        }
        for (quota, asked) in
            [(Quota::Network(5), 5), (Quota::Layers(vec![3, 0]), 3), (Quota::Units(vec![3, 1]), 4)]
        {
            let error = select(&scores, &within, &quota).unwrap_err();
            assert_eq!(error, PruneError::Budget { asked, survivors: 4 });
        }
    }

    #[test]
    fn scores_must_be_numbers_and_complete() {
        let error = select_by_hand([&[0.0, f32::NAN, 0.0, 0.0], &[0.0, 0.0]], &Quota::Network(1))
            .unwrap_err();
        assert!(matches!(error, PruneError::Score { index: 1, .. }));
        let error = select_by_hand([&[0.0; 3], &[0.0; 2]], &Quota::Network(1)).unwrap_err();
        assert_eq!(
            error,
            PruneError::ScoreCount { layer: "fc1".to_owned(), found: 3, expected: 4 }
        );
    }
}
