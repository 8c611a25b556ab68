use std::sync::Arc;

use super::host::Host;
use super::needed::Anatomy;
use super::order::Order;
use super::signal::{Signal, signals};
use super::slice::Slices;
use crate::network::Network;

/// A smaller network that computes what a larger one did.
#[derive(Debug)]
pub struct Shrunk {
    /// The smaller network.
    pub network: Network,
    /// Channels that carry a constant and had to stay.
    pub unfolded: Vec<Unfolded>,
    /// Layers of which nothing is needed; one unit is left so that their shapes are valid.
    pub placeholders: Vec<String>,
    /// Layers that have a bias now and had none before.
    pub gained_bias: Vec<String>,
}

/// A channel that carries a constant which cannot be folded into the layers that hear it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unfolded {
    /// The layer whose unit the channel is.
    pub layer: String,
    /// The unit's index in that layer before shrinking.
    pub unit: usize,
    /// A layer that hears it, padded or behind a padded one.
    pub reader: String,
}

impl Network {
    /// The network without the channels that its output does not need, by the zeros among its weights:
    /// the same outputs in evaluation, up to rounding, from fewer parameters.
    ///
    /// A channel can go when no path of non-zero weights leads from it to a class, or when it has the
    /// same value for every image (no path leads to it, or a norm's scale is 0) and everything that
    /// hears it can take that value into a bias: the layer's own, else the running mean of a norm
    /// directly behind it, else a bias that the layer gets. A padded convolution cannot, unless the
    /// value is 0. Channels that sums tie together go together or stay. Images and classes stay, and
    /// so does one unit of each layer.
    ///
    /// ```
    /// # use burn::tensor::{Device, Tensor};
    /// # use models::{Initialisation, Network, PerWeight, zoo};
    /// # let device = Device::flex();
    /// # let architecture = zoo::architecture(&zoo::Request::named("lenet-300-100"))?;
    /// # let network = Network::new(architecture, Initialisation::KaimingUniform, 7, &device);
    /// // Nothing hears all units of fc2 but one.
    /// let heard: Vec<f32> = (0..1000).map(|i| if i % 100 == 5 { 1.0 } else { 0.0 }).collect();
    /// let everything = [vec![1.0; 300 * 784], vec![1.0; 100 * 300], heard];
    /// let factors = everything.iter().map(Vec::as_slice);
    /// let pruned = PerWeight::new(network.architecture(), factors, &device).scale(network);
    /// let small = pruned.shrink().network;
    /// assert_eq!(small.architecture().layers()[1].units, 1);
    /// assert_eq!(small.architecture().layers()[2].channels, 1);
    /// # Ok::<(), models::ModelError>(())
    /// ```
    pub fn shrink(&self) -> Shrunk {
        let architecture = self.architecture();
        let host = Host::of(self);
        let signals = signals(architecture, &host);
        let groups = architecture.channel_groups();
        let anatomy = Anatomy { architecture, host: &host, groups, signals };
        let needed = anatomy.needed();
        let kept = anatomy.kept(&needed);
        let order = Order::new(architecture, &anatomy.groups, &kept);
        let slices = Slices { anatomy: &anatomy, needed: &needed, order: &order };

        let mut norms: Vec<_> = (0..architecture.norms().len()).map(|n| slices.norm(n)).collect();
        let mut layers = Vec::new();
        let (mut placeholders, mut gained_bias) = (Vec::new(), Vec::new());
        for place in anatomy.places() {
            let spec = &architecture.layers()[place.layer];
            if !anatomy.groups.of(place.node).iter().any(|&group| needed[group]) {
                placeholders.push(spec.name.clone());
            }
            let constants = slices.constants(place);
            let changes = constants.iter().any(|&constant| constant != 0.0);
            let bias = match (slices.bias(place), architecture.norm_behind(place.node)) {
                (Some(bias), _) => sum(&bias, &constants),
                (None, Some(norm)) => {
                    // The norm takes any constant away in training: a bias would be there for nothing.
                    let constants: Vec<_> = constants.iter().map(|constant| -constant).collect();
                    norms[norm].mean = sum(&norms[norm].mean, &constants);
                    Vec::new()
                }
                (None, None) if changes => {
                    gained_bias.push(spec.name.clone());
                    constants.iter().map(|&constant| constant as f32).collect()
                }
                (None, None) => Vec::new(),
            };
            layers.push((slices.weight(place), bias));
        }
        let units: Vec<_> =
            anatomy.places().map(|place| slices.channels(place.node).len()).collect();
        let biases: Vec<_> = layers.iter().map(|(_, bias)| !bias.is_empty()).collect();
        let smaller = architecture.resized(&units, &biases).expect("sums stay tied");
        let network = Self::from_values(&Arc::new(smaller), layers, norms, &self.device());
        Shrunk { network, unfolded: anatomy.unfolded(&needed), placeholders, gained_bias }
    }
}

impl Anatomy<'_> {
    /// Channels that are kept for nothing but their constants.
    fn unfolded(&self, needed: &[bool]) -> Vec<Unfolded> {
        let mut varies = vec![false; self.groups.count()];
        let mut readers = vec![None; self.groups.count()];
        for place in self.places() {
            let units = self.groups.of(place.node).iter().enumerate();
            for (unit, _) in units.filter(|(_, group)| needed[**group]) {
                for channel in self.binding(place, unit) {
                    let group = self.groups.of(place.source)[channel];
                    varies[group] |= self.signals[place.source][channel] == Signal::Varies;
                    readers[group].get_or_insert(place.layer);
                }
            }
        }
        let name = |layer: usize| self.architecture.layers()[layer].name.clone();
        let mut unfolded = Vec::new();
        for place in self.places() {
            for (unit, &group) in self.groups.of(place.node).iter().enumerate() {
                if let Some(reader) = readers[group]
                    && !varies[group]
                    && !self.groups.is_fixed(group)
                {
                    let (layer, reader) = (name(place.layer), name(reader));
                    unfolded.push(Unfolded { layer, unit, reader });
                }
            }
        }
        unfolded
    }
}

fn sum(values: &[f32], constants: &[f64]) -> Vec<f32> {
    let pairs = values.iter().zip(constants);
    pairs.map(|(&value, constant)| (f64::from(value) + constant) as f32).collect()
}
