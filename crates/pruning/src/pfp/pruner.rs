use std::cmp::Reverse;

use chacha20::ChaCha8Rng;
use models::Network;

use super::Choice;
use super::allocation::{Share, allocate};
use super::sampled::Sampling;
use crate::budget::Quota;
use crate::channels::{ChannelQuota, ChannelScores, ChannelSharing, Channels, choose};
use crate::error::PruneError;
use crate::mask::Mask;
use crate::pruner::{Examined, Pruned, Scored};

/// A network whose channels' sensitivities are known.
pub(super) struct Examination {
    pub(super) choice: Choice,
    pub(super) network: Network,
    pub(super) channels: Channels,
    /// The sensitivities.
    pub(super) scores: ChannelScores,
    /// C ln(…) / 3 of each pool.
    pub(super) coefficients: Vec<f64>,
}

impl Examined for Examination {
    fn scores(&self) -> Scored<'_> {
        Scored::Channels(&self.channels, &self.scores)
    }

    fn prune(
        &self,
        within: &Mask,
        quota: &Quota,
        rng: &mut ChaCha8Rng,
    ) -> Result<Pruned, PruneError> {
        let quota = quota.channels()?;
        let (kept, allocated_error) = self.kept(within, quota)?;
        let pruned = match self.choice {
            Choice::Deterministic => self.channels.pruned(&self.network, &kept, within, false),
            Choice::Partly | Choice::Sampled => {
                let pinned = quota.pinned(&self.channels);
                let shares = self.shares(&self.channels.alive(within), &pinned);
                let sampling = Sampling { examination: self, shares, within, quota };
                sampling.pruned(&kept, rng)
            }
        };
        Ok(Pruned { allocated_error, ..pruned })
    }
}

impl Examination {
    /// The channels with the largest sensitivities, as many of each pool as it is allocated; with the error
    /// by which that was found.
    fn kept(
        &self,
        within: &Mask,
        quota: &ChannelQuota,
    ) -> Result<(Vec<bool>, Option<f64>), PruneError> {
        if quota.sharing != ChannelSharing::Global {
            return Ok((choose(&self.channels, &self.scores, within, quota)?, None));
        }
        let alive = self.channels.alive(within);
        let pinned = quota.pinned(&self.channels);
        let shares = self.shares(&alive, &pinned);
        let (kept, error) = allocate(&self.channels, &shares, quota, &alive)?;
        Ok((kept, Some(error)))
    }

    /// The pools without the channels that are pruned already; `pinned` ones take no part.
    pub(super) fn shares(&self, alive: &[bool], pinned: &[bool]) -> Vec<Share> {
        let scores = self.scores.groups();
        let pools = self.channels.pools().iter().zip(&self.coefficients);
        let shares = pools.map(|(pool, coefficient)| {
            let is_open = |group: &usize| alive[*group] && !pinned[*group];
            let mut groups: Vec<usize> = pool.iter().copied().filter(is_open).collect();
            groups.sort_by_key(|&group| (Reverse(ordered(scores[group])), group));
            let live = groups.iter().map(|&group| f64::from(scores[group]));
            let live: Vec<f64> = live.filter(|&score| score > 0.0).collect();
            let total: f64 = live.iter().sum();
            Share {
                groups,
                probabilities: live.iter().map(|score| score / total).collect(),
                coefficient: coefficient * total,
            }
        });
        shares.collect()
    }
}

/// The bits of a number that is at least 0, which are in its order.
fn ordered(score: f32) -> u32 {
    score.to_bits()
}
