//! From scores to the channels that stay.

use super::{ChannelQuota, ChannelScores, ChannelSharing, Channels, Tally};
use crate::error::PruneError;
use crate::mask::Mask;

/// The channels that stay, a flag for each group: the worst go one after the other until the network
/// is as close to the budget as it can be; of two that are equally close, the larger one. The last
/// channel of a pool stays, and equal scores go in order, the last first.
///
/// # Errors
/// When even the smallest network is beyond the budget, or `within` has fewer channels than places.
pub(crate) fn choose(
    channels: &Channels,
    scores: &ChannelScores,
    within: &Mask,
    quota: &ChannelQuota,
) -> Result<Vec<bool>, PruneError> {
    let (alive, pinned) = (channels.alive(within), quota.pinned(channels));
    let ranked = ranked_pools(channels, scores, &alive, &pinned);
    let mut kept = alive;
    if let ChannelSharing::Counts(places) = &quota.sharing {
        for (pool, &places) in ranked.iter().zip(places) {
            if places > pool.len() {
                let survivors = pool.len();
                return Err(PruneError::Budget { asked: places, survivors });
            }
            pool[places..].iter().for_each(|&group| kept[group] = false);
        }
        return Ok(kept);
    }
    let going = going(channels, scores, &ranked, &pinned, &quota.sharing);
    remove(channels, quota, &going, &mut kept)?;
    Ok(kept)
}

/// Takes channels away, in order, until the network is closest to the budget.
pub(crate) fn remove(
    channels: &Channels,
    quota: &ChannelQuota,
    going: &[usize],
    kept: &mut [bool],
) -> Result<(), PruneError> {
    let mut tally = Tally::new(channels, kept);
    let mut before = tally.size(quota.measure);
    for &group in going {
        if before <= quota.budget {
            return Ok(());
        }
        tally.remove(group);
        let after = tally.size(quota.measure);
        if after.abs_diff(quota.budget) >= before.abs_diff(quota.budget) {
            return Ok(());
        }
        kept[group] = false;
        before = after;
    }
    if before > quota.budget && before - quota.budget > channels.largest(quota.measure) {
        return Err(PruneError::Smallest { asked: quota.budget, least: before });
    }
    Ok(())
}

/// The channels of each pool that are alive, the best first; pinned ones are the best.
fn ranked_pools(
    channels: &Channels,
    scores: &ChannelScores,
    alive: &[bool],
    pinned: &[bool],
) -> Vec<Vec<usize>> {
    let scores = scores.groups();
    let pools = channels.pools().iter().map(|pool| {
        let mut pool: Vec<usize> = pool.iter().copied().filter(|&group| alive[group]).collect();
        // A stable sort: equal scores stay in order.
        pool.sort_by(|&a, &b| pinned[b].cmp(&pinned[a]).then(scores[b].total_cmp(&scores[a])));
        pool
    });
    pools.collect()
}

/// The channels that may go, the first to go first.
fn going(
    channels: &Channels,
    scores: &ChannelScores,
    ranked: &[Vec<usize>],
    pinned: &[bool],
    sharing: &ChannelSharing,
) -> Vec<usize> {
    let mut going: Vec<(f64, usize, usize)> = Vec::new();
    for (pool, ranked) in channels.pools().iter().zip(ranked) {
        for (rank, &group) in ranked.iter().enumerate().skip(1).filter(|(_, g)| !pinned[**g]) {
            going.push(match sharing {
                // The share of the pool from which on so many channels are rounded to one more. At
                // the same share the larger pool loses first, which changes the share least.
                ChannelSharing::Uniform => {
                    let size = pool.len();
                    (-(2.0 * rank as f64 + 1.0) / (2.0 * size as f64), size, group)
                }
                _ => (f64::from(scores.groups()[group]), 0, group),
            });
        }
    }
    going.sort_by(|a, b| a.0.total_cmp(&b.0).then(b.1.cmp(&a.1)).then(b.2.cmp(&a.2)));
    going.into_iter().map(|(_, _, group)| group).collect()
}
