use crate::channels::{ChannelQuota, Channels, remove};
use crate::error::PruneError;

/// A pool of channels as the allocation sees it.
#[derive(Debug, Clone)]
pub(super) struct Share {
    /// Its channels that are left, the most sensitive first.
    pub(super) groups: Vec<usize>,
    /// q_j of those with a sensitivity above 0, in the same order.
    pub(super) probabilities: Vec<f64>,
    /// C S ln(…) / 3.
    pub(super) coefficient: f64,
}

impl Share {
    /// The channels that are expected to come out of m = t · coefficient draws; at least one stays.
    fn count(&self, t: f64) -> usize {
        let draws = (t * self.coefficient).ceil().max(1.0);
        let missed = self.probabilities.iter().map(|q| ((-q).ln_1p() * draws).exp());
        let unique = self.probabilities.len() as f64 - missed.sum::<f64>();
        // A certain channel among many draws leaves a rest of rounding.
        ((unique - 1e-9).ceil() as usize).clamp(1, self.groups.len().max(1))
    }
}

/// The relative error ε of m = t · coefficient draws in every pool: (6 + 2ε) / ε² = t.
pub(super) fn error(t: f64) -> f64 {
    (1.0 + (1.0 + 6.0 * t).sqrt()) / t
}

/// The channels that stay when all pools have the same relative error, a flag for each group. `kept` are
/// those that can stay; the outcome is as close to the budget as whole channels allow. With it the
/// error, which is infinite where channels without any sensitivity have to stay too.
pub(super) fn allocate(
    channels: &Channels,
    shares: &[Share],
    quota: &ChannelQuota,
    kept: &[bool],
) -> Result<(Vec<bool>, f64), PruneError> {
    let at = |t: f64| {
        let mut kept = kept.to_vec();
        for share in shares {
            let gone = share.groups.iter().skip(share.count(t));
            gone.for_each(|&group| kept[group] = false);
        }
        kept
    };
    let size = |t: f64| channels.size(&at(t), quota.measure);
    const MOST: f64 = 1e30;
    if size(MOST) < quota.budget {
        let silent = shares.iter().flat_map(|share| &share.groups[share.count(MOST)..]);
        let mut all = kept.to_vec();
        remove(channels, quota, &silent.rev().copied().collect::<Vec<_>>(), &mut all)?;
        return Ok((all, f64::INFINITY));
    }
    // ln t: the size grows with it.
    let (mut low, mut high) = (-MOST.ln(), MOST.ln());
    for _ in 0..100 {
        let middle = f64::midpoint(low, high);
        if size(middle.exp()) < quota.budget { low = middle } else { high = middle }
    }
    let (fewer, mut more) = (at(low.exp()), at(high.exp()));
    let between = shares.iter().flat_map(|share| share.groups.iter().rev());
    let going: Vec<usize> =
        between.copied().filter(|&group| more[group] && !fewer[group]).collect();
    remove(channels, quota, &going, &mut more)?;
    Ok((more, error(high.exp())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_error_solves_its_equation() {
        for t in [1e-6, 0.3, 8.0, 1e9] {
            let error = error(t);
            assert!(((6.0 + 2.0 * error) / (error * error) / t - 1.0).abs() < 1e-9);
        }
    }

    #[test]
    fn as_many_channels_are_expected_as_by_hand() {
        let share =
            Share { groups: vec![4, 2, 7], probabilities: vec![0.5, 0.5], coefficient: 2.0 };
        // 2 (1 − 2^−m): 1 for one draw, 1.5 for two, never more than 2.
        assert_eq!([0.0, 0.5, 1.0, 50.0, 1e30].map(|t| share.count(t)), [1, 1, 2, 2, 2]);
    }
}
