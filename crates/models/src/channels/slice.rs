use super::host::is_silent;
use super::needed::{Anatomy, Place};
use super::order::Order;
use super::signal::Signal;
use crate::architecture::Op;
use crate::norm::NormValues;

/// What a layer or norm holds when some groups are gone.
pub(super) struct Slices<'a> {
    pub(super) anatomy: &'a Anatomy<'a>,
    /// Groups that the classes depend on.
    pub(super) needed: &'a [bool],
    /// Of the groups that stay: those and placeholders.
    pub(super) order: &'a Order<'a>,
}

impl Slices<'_> {
    /// Positions of the channels that stay, in the order of the smaller network.
    pub(super) fn channels(&self, node: usize) -> Vec<usize> {
        self.order.staying(self.anatomy.groups.of(node))
    }

    /// The layer's weights for what stays, row by row. Those for a placeholder are zero: its constant
    /// is folded as that of the channels that are gone.
    pub(super) fn weight(&self, place: Place) -> Vec<f32> {
        let spec = &self.anatomy.architecture.layers()[place.layer];
        let groups = self.anatomy.groups.of(place.source);
        let values = &self.anatomy.host.layers[place.layer];
        let (size, inputs) = (spec.fan_in() / groups.len(), self.channels(place.source));
        let mut weight = Vec::new();
        for unit in self.channels(place.node) {
            let row = &values.weight[unit * spec.fan_in()..][..spec.fan_in()];
            for &channel in &inputs {
                match self.needed[groups[channel]] {
                    true => weight.extend_from_slice(&row[channel * size..][..size]),
                    false => weight.resize(weight.len() + size, 0.0),
                }
            }
        }
        weight
    }

    /// The biases of the units that stay, if the layer has any.
    pub(super) fn bias(&self, place: Place) -> Option<Vec<f32>> {
        let bias = self.anatomy.host.layers[place.layer].bias.as_ref()?;
        Some(self.channels(place.node).into_iter().map(|unit| bias[unit]).collect())
    }

    /// What the constants of the channels that go add to each unit that stays.
    pub(super) fn constants(&self, place: Place) -> Vec<f64> {
        let spec = &self.anatomy.architecture.layers()[place.layer];
        let groups = self.anatomy.groups.of(place.source);
        let signals = &self.anatomy.signals[place.source];
        let values = &self.anatomy.host.layers[place.layer];
        let added = |unit| {
            let blocks = values.blocks(spec, unit, groups.len()).zip(groups).zip(signals);
            let gone =
                blocks.filter(|((block, group), _)| !self.needed[**group] && !is_silent(block));
            let constants = gone.map(|((block, _), signal)| match signal {
                Signal::Even(value) => value * block.iter().copied().map(f64::from).sum::<f64>(),
                // Only a placeholder hears it, and nothing hears that.
                Signal::Varies | Signal::Uneven => 0.0,
            });
            constants.sum()
        };
        self.channels(place.node).into_iter().map(added).collect()
    }

    /// The norm's values for what stays.
    pub(super) fn norm(&self, norm: usize) -> NormValues {
        let nodes = self.anatomy.architecture.nodes();
        let node = nodes.iter().position(|node| node.op == Op::BatchNorm(norm));
        let channels = self.channels(node.expect("every norm has its node"));
        self.anatomy.host.norms[norm].sliced(&channels)
    }
}

impl NormValues {
    pub(super) fn sliced(&self, channels: &[usize]) -> Self {
        let slice = |values: &[f32]| channels.iter().map(|&channel| values[channel]).collect();
        Self {
            scale: slice(&self.scale),
            shift: slice(&self.shift),
            mean: slice(&self.mean),
            variance: slice(&self.variance),
        }
    }
}
