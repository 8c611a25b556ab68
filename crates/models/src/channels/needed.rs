use super::groups::ChannelGroups;
use super::host::{Host, is_padded, is_silent};
use super::signal::Signal;
use crate::architecture::{Architecture, Op};

/// A layer's place in the graph: its node, its index and the node that it reads.
#[derive(Clone, Copy)]
pub(super) struct Place {
    pub(super) node: usize,
    pub(super) layer: usize,
    pub(super) source: usize,
}

/// A network, looked at for the channels that the classes depend on.
pub(super) struct Anatomy<'a> {
    pub(super) architecture: &'a Architecture,
    pub(super) host: &'a Host,
    pub(super) groups: ChannelGroups,
    pub(super) signals: Vec<Vec<Signal>>,
}

impl Anatomy<'_> {
    pub(super) fn places(&self) -> impl Iterator<Item = Place> {
        let nodes = self.architecture.nodes().iter().enumerate();
        nodes.filter_map(|(node, described)| match described.op {
            Op::Layer(layer) => Some(Place { node, layer, source: described.inputs[0] }),
            _ => None,
        })
    }

    /// For each group, whether it must stay: images and classes, and what a unit that must stay hears
    /// and cannot have folded into its bias. Found from the classes backwards, so that channels which
    /// hear nothing but each other are not among them; each weight is looked at once.
    pub(super) fn needed(&self) -> Vec<bool> {
        let mut units: Vec<Vec<(Place, usize)>> = vec![Vec::new(); self.groups.count()];
        for place in self.places() {
            let channels = self.groups.of(place.node).iter().enumerate();
            channels.for_each(|(unit, &group)| units[group].push((place, unit)));
        }
        let mut needed: Vec<_> =
            (0..self.groups.count()).map(|group| self.groups.is_fixed(group)).collect();
        let mut open: Vec<_> = (0..needed.len()).filter(|&group| needed[group]).collect();
        while let Some(group) = open.pop() {
            for &(place, unit) in &units[group] {
                for channel in self.binding(place, unit) {
                    let source = self.groups.of(place.source)[channel];
                    if !needed[source] {
                        needed[source] = true;
                        open.push(source);
                    }
                }
            }
        }
        needed
    }

    /// The channels that a unit hears and that cannot be folded into its bias.
    pub(super) fn binding(&self, place: Place, unit: usize) -> impl Iterator<Item = usize> {
        let spec = &self.architecture.layers()[place.layer];
        let signals = &self.signals[place.source];
        let padded = is_padded(spec);
        let blocks = self.host.layers[place.layer].blocks(spec, unit, signals.len());
        let channels = blocks.zip(signals).enumerate();
        channels
            .filter(move |(_, (block, signal))| !is_silent(block) && !signal.can_be_folded(padded))
            .map(|(channel, _)| channel)
    }

    /// The groups that stay: those that are needed, and where a value would be left without any
    /// channel its first one, so that every shape stays valid.
    pub(super) fn kept(&self, needed: &[bool]) -> Vec<bool> {
        let mut kept = needed.to_vec();
        for node in 0..self.architecture.nodes().len() {
            let channels = self.groups.of(node);
            if !channels.iter().any(|&group| kept[group]) {
                kept[channels[0]] = true;
            }
        }
        kept
    }
}
