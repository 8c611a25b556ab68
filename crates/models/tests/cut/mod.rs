//! Networks with zeros among their weights, and what they compute.

// Each test file uses its own part of this.
#![allow(dead_code)]

use burn::tensor::{Device, Tensor};
use chacha20::ChaCha8Rng;
use models::tensors::{self, HostTensor};
use models::{Architecture, Builder, Initialisation, Network, Value, zoo};
use rand::{RngExt, SeedableRng};

/// The architecture that `describe` makes of an image's value.
pub(crate) fn described(
    input: [usize; 3],
    describe: impl Fn(&mut Builder, Value) -> Value,
) -> Architecture {
    let mut net = Builder::new("t", input);
    let image = net.input();
    let output = describe(&mut net, image);
    net.build(output).unwrap()
}

/// The network of this name in the zoo.
pub(crate) fn known(name: &str) -> Architecture {
    zoo::architecture(&zoo::Request::named(name)).unwrap()
}

/// A network of random weights without zeros.
pub(crate) fn dense(architecture: Architecture, seed: u64) -> Network {
    Network::new(architecture, Initialisation::KaimingUniform, seed, &Device::flex())
}

/// The network with its tensors changed.
pub(crate) fn altered(network: &Network, mut change: impl FnMut(&str, &mut HostTensor)) -> Network {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("w.safetensors");
    let mut file = network.tensors();
    file.iter_mut().for_each(|(name, tensor)| change(name, tensor));
    tensors::write(&path, &file).unwrap();
    Network::load(network.architecture().clone(), &path, &network.device()).unwrap()
}

/// Zeros all weights of a unit.
pub(crate) fn mute_unit(weight: &mut HostTensor, unit: usize) {
    let row = weight.values.len() / weight.shape[0];
    weight.values[unit * row..][..row].fill(0.0);
}

/// Zeros what all units hear of a channel, one of so many.
pub(crate) fn mute_channel(weight: &mut HostTensor, channel: usize, channels: usize) {
    let row = weight.values.len() / weight.shape[0];
    let share = row / channels;
    weight.values.chunks_mut(row).for_each(|row| row[channel * share..][..share].fill(0.0));
}

/// A random network with random zeros: single weights, units, what is heard of a channel, scales and
/// shifts of norms. Everything else is random, biases and running statistics too.
pub(crate) fn cut(architecture: Architecture, seed: u64) -> Network {
    let density = [0.02, 0.1, 0.4, 0.9][(seed % 4) as usize];
    let holes = [0.0, 0.3, 0.6][(seed % 3) as usize];
    cut_to(&dense(architecture, seed), seed, density, holes)
}

/// The network with such zeros, where single weights stay with a chance of `density`, and units and channels go with one
/// of `holes`.
pub(crate) fn cut_to(network: &Network, seed: u64, density: f32, holes: f32) -> Network {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    altered(network, |name, tensor| {
        let mut sparse = |chance: f32, low: f32, high: f32| {
            if rng.random::<f32>() < chance { 0.0 } else { rng.random_range(low..high) }
        };
        if tensor.shape.len() == 1 {
            let (chance, low, high) = match name.rsplit('.').next().unwrap() {
                "running_var" => (0.0, 0.5, 2.0),
                "weight" => (0.2, 0.5, 1.5),
                _ => (0.3, -0.5, 0.5),
            };
            tensor.values.iter_mut().for_each(|value| *value = sparse(chance, low, high));
            return;
        }
        let keep = |rng: &mut ChaCha8Rng, share: f32| rng.random::<f32>() < share;
        tensor.values.iter_mut().filter(|_| !keep(&mut rng, density)).for_each(|w| *w = 0.0);
        for unit in 0..tensor.shape[0] {
            if keep(&mut rng, holes) {
                mute_unit(tensor, unit);
            }
        }
        for channel in 0..tensor.shape[1] {
            if keep(&mut rng, holes) {
                mute_channel(tensor, channel, tensor.shape[1]);
            }
        }
    })
}

/// Logits of random images, the same for every network that takes their shape.
pub(crate) fn logits(network: &Network, count: usize) -> Vec<f32> {
    let [channels, height, width] = network.architecture().input_shape();
    let device = network.device();
    let mut rng = ChaCha8Rng::seed_from_u64(99);
    let pixels = (0..count * channels * height * width).map(|_| rng.random_range(-1.0_f32..2.0));
    let pixels: Vec<f32> = pixels.collect();
    let flat = Tensor::<1>::from_data(pixels.as_slice(), &device);
    network
        .forward(flat.reshape([count, channels, height, width]))
        .into_data()
        .try_into_vec()
        .unwrap()
}

/// Panics unless both compute the same, to a part in 100,000 of the largest logit.
pub(crate) fn assert_same(a: &Network, b: &Network, what: &str) {
    let (a, b) = (logits(a, 3), logits(b, 3));
    assert_eq!(a.len(), b.len());
    let largest = a.iter().map(|logit| logit.abs()).fold(0.0, f32::max);
    let difference = a.iter().zip(&b).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
    assert!(difference <= 1e-5 * largest, "{what}: {difference} of {largest}");
}

/// Units of each layer.
pub(crate) fn widths(network: &Network) -> Vec<usize> {
    network.architecture().layers().iter().map(|layer| layer.units).collect()
}
