use std::collections::HashSet;

use super::groups::ChannelGroups;
use crate::architecture::{Architecture, Op};

/// The order of the channels that stay in a smaller network: that of the large one, but where sums pad.
///
/// A padded sum puts the narrow value's channels in the middle of the wide one's, by their numbers alone.
/// When more of the zeros go on one side than on the other, channels at the inner end of the longer side
/// move to the shorter one, in every layer that writes or reads them. To the sum they are all alike: what
/// it adds to them is zero. So a smaller network is known by its widths, and a program that pads half of
/// the missing channels on each side computes the same with its weights.
pub(super) struct Order<'a> {
    kept: &'a [bool],
    /// By which the channels of a value are sorted; `None` for groups that no padded sum has.
    keys: Vec<Option<i64>>,
}

/// Whether smaller networks of this one are known by their widths.
pub(crate) fn is_cuttable(architecture: &Architecture) -> bool {
    let has = |op: &Op| architecture.nodes().iter().any(|node| node.op == *op);
    if !has(&Op::AddPadded) {
        return true;
    }
    let groups = architecture.channel_groups();
    let sums = architecture.nodes().iter().filter(|node| node.op == Op::AddPadded);
    let mut wide = sums.map(|sum| groups.of(sum.inputs[0]));
    let kept = vec![true; groups.count()];
    !has(&Op::Concat)
        && wide.all(|groups| groups.iter().collect::<HashSet<_>>().len() == groups.len())
        && keys(architecture, &groups, &kept).is_some()
}

impl<'a> Order<'a> {
    /// Of the groups that are `kept`.
    pub(super) fn new(
        architecture: &Architecture,
        groups: &ChannelGroups,
        kept: &'a [bool],
    ) -> Self {
        let keys = keys(architecture, groups, kept).expect("the builder has looked for that");
        Self { kept, keys }
    }

    /// The places in a list of groups (a value's channels, a layer's units or inputs) of those that stay,
    /// in the order of the smaller network.
    pub(super) fn staying(&self, groups: &[usize]) -> Vec<usize> {
        let mut places: Vec<usize> =
            (0..groups.len()).filter(|&place| self.kept[groups[place]]).collect();
        let keys: Option<Vec<i64>> = groups.iter().map(|&group| self.keys[group]).collect();
        if let Some(keys) = keys {
            places.sort_by_key(|&place| keys[place]);
        }
        places
    }
}

/// The keys of all groups; `None` when one is padded twice.
fn keys(
    architecture: &Architecture,
    groups: &ChannelGroups,
    kept: &[bool],
) -> Option<Vec<Option<i64>>> {
    let mut keys: Vec<Option<i64>> = vec![None; groups.count()];
    for node in architecture.nodes().iter().filter(|node| node.op == Op::AddPadded) {
        let [wide, narrow] = [groups.of(node.inputs[0]), groups.of(node.inputs[1])];
        let (front, rest) = wide.split_at(Op::zeros_in_front(wide.len(), narrow.len()));
        let (middle, back) = rest.split_at(narrow.len());
        let known: Vec<i64> =
            middle.iter().zip(0..).map(|(&g, place)| *keys[g].get_or_insert(place)).collect();
        let (low, high) = (*known.iter().min()?, *known.iter().max()?);
        let outer = || front.iter().chain(back).copied();
        if outer().any(|group| keys[group].is_some()) {
            return None;
        }
        // Those that go have a key too: it stands for "padded".
        outer().for_each(|group| keys[group] = Some(low));
        let staying: Vec<usize> = outer().filter(|&group| kept[group]).collect();
        let (front, back) = staying.split_at(Op::zeros_in_front(staying.len(), 0));
        front.iter().rev().zip(1..).for_each(|(&group, step)| keys[group] = Some(low - step));
        back.iter().zip(1..).for_each(|(&group, step)| keys[group] = Some(high + step));
    }
    Some(keys)
}
