use std::sync::Arc;

use super::groups::ChannelGroups;
use super::host::{Host, HostLayer};
use super::order::Order;
use crate::architecture::{Architecture, Op};
use crate::network::Network;
use crate::norm::NormValues;

/// The way between a network and the smaller one of some of its channels, and back.
///
/// Where [`Network::shrink`] finds out what the output needs, this takes what it is told: a network that
/// was trained as the small one can be put back in its place in the large one.
#[derive(Debug, Clone)]
pub struct Narrowing {
    wide: Arc<Architecture>,
    narrow: Arc<Architecture>,
    layers: Vec<Part>,
    /// For each norm the channels that stay.
    norms: Vec<Vec<usize>>,
}

/// What stays of a layer.
#[derive(Debug, Clone)]
struct Part {
    units: Vec<usize>,
    inputs: Vec<usize>,
    /// Weights that a unit has for each input channel.
    block: usize,
    /// Weights of a unit in the large network.
    fan_in: usize,
}

impl Narrowing {
    /// To the channels that are `kept`, a flag for each of the `groups` that
    /// [`Architecture::channel_groups`] has. The image and the classes stay whole.
    ///
    /// # Panics
    /// When nothing would be left of a layer.
    pub fn new(architecture: &Architecture, groups: &ChannelGroups, kept: &[bool]) -> Self {
        let kept: Vec<bool> =
            kept.iter().enumerate().map(|(group, &kept)| kept || groups.is_fixed(group)).collect();
        let order = Order::new(architecture, groups, &kept);
        let layers: Vec<Part> = architecture
            .layers()
            .iter()
            .enumerate()
            .map(|(index, spec)| {
                let own = groups.layer(index);
                let (units, inputs) = (order.staying(&own.units), order.staying(&own.inputs));
                let fan_in = spec.fan_in();
                Part { units, inputs, block: fan_in / own.inputs.len(), fan_in }
            })
            .collect();
        let units: Vec<usize> = layers.iter().map(|layer| layer.units.len()).collect();
        assert!(!units.contains(&0), "every layer keeps a unit");
        let biases: Vec<bool> = architecture.layers().iter().map(|layer| layer.bias).collect();
        let narrow = architecture.resized(&units, &biases).expect("sums stay tied");
        let mut norms = vec![Vec::new(); architecture.norms().len()];
        for (node, described) in architecture.nodes().iter().enumerate() {
            if let Op::BatchNorm(norm) = described.op {
                norms[norm] = order.staying(groups.of(node));
            }
        }
        Self { wide: Arc::new(architecture.clone()), narrow: Arc::new(narrow), layers, norms }
    }

    /// The small network of the channels that stay, with the weights between them.
    pub fn narrow(&self, network: &Network) -> Network {
        let host = Host::of(network);
        let layers = host.layers.iter().zip(&self.layers).map(|(values, part)| {
            let weight = part.places().map(|place| values.weight[place]);
            let bias = values.bias.iter().flat_map(|bias| part.units.iter().map(|&u| bias[u]));
            (weight.collect(), bias.collect())
        });
        let norms = host.norms.iter().zip(&self.norms).map(|(norm, staying)| norm.sliced(staying));
        Network::from_values(&self.narrow, layers, norms, &network.device())
    }

    /// The large network with the small one in its place: weights of other channels are zero, their
    /// biases and norms are those of `template`.
    pub fn widen(&self, small: &Network, template: &Network) -> Network {
        let (small, mut host) = (Host::of(small), Host::of(template));
        for ((values, small), part) in host.layers.iter_mut().zip(&small.layers).zip(&self.layers) {
            part.put(values, small);
        }
        for ((norm, small), staying) in host.norms.iter_mut().zip(small.norms).zip(&self.norms) {
            norm.put(small, staying);
        }
        let layers = host.layers.into_iter().map(|l| (l.weight, l.bias.unwrap_or_default()));
        Network::from_values(&self.wide, layers, host.norms, &template.device())
    }
}

impl Part {
    /// The places of the small layer's weights among those of the large one, row by row.
    fn places(&self) -> impl Iterator<Item = usize> {
        self.units.iter().flat_map(move |unit| {
            let starts =
                self.inputs.iter().map(move |input| unit * self.fan_in + input * self.block);
            starts.flat_map(|start| start..start + self.block)
        })
    }

    /// Puts the small layer in its place.
    fn put(&self, values: &mut HostLayer, small: &HostLayer) {
        values.weight.fill(0.0);
        for (place, &weight) in self.places().zip(&small.weight) {
            values.weight[place] = weight;
        }
        if let (Some(bias), Some(small)) = (&mut values.bias, &small.bias) {
            self.units.iter().zip(small).for_each(|(&unit, &value)| bias[unit] = value);
        }
    }
}

impl NormValues {
    fn put(&mut self, small: Self, staying: &[usize]) {
        let put = |values: &mut Vec<f32>, small: Vec<f32>| {
            staying.iter().zip(small).for_each(|(&channel, value)| values[channel] = value);
        };
        put(&mut self.scale, small.scale);
        put(&mut self.shift, small.shift);
        put(&mut self.mean, small.mean);
        put(&mut self.variance, small.variance);
    }
}
