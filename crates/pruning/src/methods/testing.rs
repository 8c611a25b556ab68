//! Small networks and points for the tests of methods.

use burn::tensor::{Device, Int, Tensor, TensorData};
use models::{Architecture, Builder, Initialisation, Network, PerWeight};

/// A network of this architecture with these weights, `[units, fan_in]` row by row, and no biases.
pub(crate) fn with_weights(architecture: Architecture, weights: &[&[f32]]) -> Network {
    let device = Device::flex();
    let weights = PerWeight::new(&architecture, weights.iter().copied(), &device);
    weights.put_into(Network::new(architecture, Initialisation::GlorotNormal, 0, &device))
}

/// One linear layer with these weights.
pub(crate) fn linear(weights: &[f32], units: usize, channels: usize) -> Network {
    let mut net = Builder::new("toy", [channels, 1, 1]);
    let x = net.linear(net.input(), "fc1", units);
    with_weights(net.build(x).unwrap(), &[weights])
}

/// Two linear layers with these weights and so many units, ReLU between them.
pub(crate) fn two_layers(first: (&[f32], usize), second: (&[f32], usize)) -> Network {
    let mut net = Builder::new("toy", [first.0.len() / first.1, 1, 1]);
    let x = net.linear(net.input(), "fc1", first.1);
    let x = net.relu(x);
    let x = net.linear(x, "fc2", second.1);
    with_weights(net.build(x).unwrap(), &[first.0, second.0])
}

pub(crate) fn images(pixels: &[f32], shape: [usize; 4]) -> Tensor<4> {
    Tensor::from_data(TensorData::new(pixels.to_vec(), shape), &Device::flex())
}

pub(crate) fn labels(classes: &[i64]) -> Tensor<1, Int> {
    Tensor::from_data(TensorData::new(classes.to_vec(), [classes.len()]), &Device::flex())
}
