use std::collections::HashSet;

use burn::module::RunningState;
use burn::nn::BatchNorm;
use burn::tensor::{Tensor, TensorData};

use super::groups::ChannelGroups;
use super::host::{Host, is_padded, is_silent};
use super::needed::{Anatomy, Place};
use super::shrink::Unfolded;
use super::signal::{Signal, signals};
use crate::architecture::{Architecture, Op};
use crate::network::Network;
use crate::norm::statistic;
use crate::parameters::Parameters;

/// What channels leave behind when their filters are taken away: constants, made of biases and of the
/// shifts of norms, that the layers behind them have heard.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Constants {
    /// For each layer what its biases gain, one number a unit; `None` where nothing is folded.
    biases: Vec<Option<Vec<f32>>>,
    /// For each norm what its running means lose, one number a channel.
    means: Vec<Option<Vec<f32>>>,
    /// Channels with a constant other than 0 that a reader cannot fold: it is lost.
    pub lost: Vec<Unfolded>,
}

impl Constants {
    /// How many channels' constants are lost, whatever the number of readers.
    pub fn lost_channels(&self) -> usize {
        let channels = self.lost.iter().map(|lost| (lost.layer.as_str(), lost.unit));
        channels.collect::<HashSet<_>>().len()
    }
}

impl Network {
    /// The constants that the groups which are not `kept` leave behind when all weights of their units
    /// become zero. They can be folded into the bias of a layer that hears them, or into the running
    /// mean of a norm directly behind it. A padded convolution cannot take them (at the edge of the map
    /// the bias would have to be another), nor a layer with neither bias nor norm.
    ///
    /// `kept` has one flag for each group. The network that the constants are for has lost the weights
    /// of the readers too: see [`with_constants`](Self::with_constants).
    pub fn constants_of(&self, groups: &ChannelGroups, kept: &[bool]) -> Constants {
        let architecture = self.architecture();
        let mut host = Host::of(self);
        for (index, layer) in host.layers.iter_mut().enumerate() {
            let rows = layer.weight.chunks_exact_mut(architecture.layers()[index].fan_in());
            let gone = rows.zip(&groups.layer(index).units).filter(|(_, group)| !kept[**group]);
            gone.for_each(|(row, _)| row.fill(0.0));
        }
        let signals = signals(architecture, &host);
        let anatomy = Anatomy { architecture, host: &host, groups: groups.clone(), signals };
        let mut constants = Constants {
            biases: vec![None; architecture.layers().len()],
            means: vec![None; architecture.norms().len()],
            lost: Vec::new(),
        };
        for place in anatomy.places() {
            anatomy.fold(place, kept, &mut constants);
        }
        constants
    }

    /// The network with these constants in its biases and running means.
    pub fn with_constants(self, constants: &Constants) -> Self {
        let network = self.map_parameters(|index, mut parameters| {
            let bias = match &mut parameters {
                Parameters::Linear(layer) => &mut layer.bias,
                Parameters::Convolution(layer) => &mut layer.bias,
            };
            if let Some(gain) = &constants.biases[index] {
                *bias = bias.take().map(|own| own.map(|values| moved(values, gain, 1.0)));
            }
            parameters
        });
        network.map_norms(|index, norm| match &constants.means[index] {
            Some(loss) => BatchNorm {
                running_mean: RunningState::new(moved(statistic(&norm.running_mean), loss, -1.0)),
                ..norm.clone()
            },
            None => norm.clone(),
        })
    }
}

fn moved(values: Tensor<1>, by: &[f32], sign: f32) -> Tensor<1> {
    let by = TensorData::new(by.to_vec(), [by.len()]);
    values.clone() + Tensor::<1>::from_data(by, &values.device()).mul_scalar(sign)
}

impl Anatomy<'_> {
    /// Folds what the layer hears of channels that go.
    fn fold(&self, place: Place, kept: &[bool], constants: &mut Constants) {
        let (spec, values) =
            (&self.architecture.layers()[place.layer], &self.host.layers[place.layer]);
        let layer = self.groups.layer(place.layer);
        let norm = self.architecture.norm_behind(place.node);
        let folds = !is_padded(spec) && (values.bias.is_some() || norm.is_some());
        let mut gains = vec![0.0; spec.units];
        let mut lost = vec![false; layer.inputs.len()];
        for (unit, gain) in gains.iter_mut().enumerate().filter(|(u, _)| kept[layer.units[*u]]) {
            let blocks = values.blocks(spec, unit, layer.inputs.len());
            let heard = blocks.zip(&layer.inputs).enumerate();
            let gone = heard.filter(|(_, (block, group))| !kept[**group] && !is_silent(block));
            for (channel, (block, _)) in gone {
                // A pixel that goes is no constant: nothing stands in its place.
                if let Some(&Signal::Even(value)) = self.signals[place.source].get(channel) {
                    lost[channel] |= value != 0.0 && !folds;
                    *gain += value * block.iter().copied().map(f64::from).sum::<f64>();
                }
            }
        }
        constants.lost.extend(self.lost(place, &lost));
        if folds && gains.iter().any(|&gain| gain != 0.0) {
            let gains = gains.into_iter().map(|gain| gain as f32).collect();
            match (&values.bias, norm) {
                (None, Some(norm)) => constants.means[norm] = Some(gains),
                _ => constants.biases[place.layer] = Some(gains),
            }
        }
    }

    /// The channels of the layer's input that are lost, by the unit that writes them.
    fn lost(&self, place: Place, lost: &[bool]) -> Vec<Unfolded> {
        let reader = &self.architecture.layers()[place.layer].name;
        let groups = self.groups.layer(place.layer).inputs.iter().zip(lost);
        let units = groups.filter(|(_, lost)| **lost).filter_map(|(&group, _)| {
            let writes = |other: &Place| self.groups.layer(other.layer).units.contains(&group);
            let writer = self.places().find(writes)?.layer;
            let unit = self.groups.layer(writer).units.iter().position(|&own| own == group)?;
            let layer = self.architecture.layers()[writer].name.clone();
            Some(Unfolded { layer, unit, reader: reader.clone() })
        });
        units.collect()
    }
}

impl Architecture {
    /// The norm that alone reads the value of this node, if it is one.
    pub(super) fn norm_behind(&self, node: usize) -> Option<usize> {
        let readers: Vec<_> =
            self.nodes().iter().filter(|other| other.inputs.contains(&node)).collect();
        match readers[..] {
            [reader] => match reader.op {
                Op::BatchNorm(norm) => Some(norm),
                _ => None,
            },
            _ => None,
        }
    }
}
