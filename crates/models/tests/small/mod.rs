//! A small network with norms, and how the tests train it.

// Each test file uses its own part of this.
#![allow(dead_code)]

use std::collections::BTreeMap;

use burn::optim::{GradientsParams, SgdConfig};
use burn::tensor::{Device, Tensor, TensorData};
use models::tensors::{self, HostTensor};
use models::{Architecture, Builder, Convolution, Initialisation, Network};

/// Norms, a sum, a concatenation and both kinds of mean.
pub(crate) fn described() -> Architecture {
    let mut net = Builder::new("small", [2, 6, 6]);
    let convolution = Convolution::new(4, 3).padding(1).bias(false);
    let x = net.convolution(net.input(), "conv1", convolution);
    let x = net.batch_norm(x, "bn1");
    let x = net.relu(x);
    let y = net.convolution(x, "conv2", convolution);
    let y = net.batch_norm(y, "bn2");
    let sum = net.add(x, y);
    let joined = net.concat(&[sum, net.input()]);
    let x = net.average_pool(joined, 2);
    let x = net.global_average_pool(x);
    let x = net.linear(x, "fc", 3);
    net.build(x).unwrap()
}

pub(crate) fn fresh() -> Network {
    Network::new(described(), Initialisation::KaimingUniform, 1, &Device::flex())
}

pub(crate) fn images(device: &Device) -> Tensor<4> {
    let pixels = (0..8 * 72).map(|i| 1.0 + (0.7 * i as f32).sin() * (i / 72) as f32).collect();
    Tensor::from_data(TensorData::new(pixels, [8, 2, 6, 6]), device)
}

/// Trains for some steps and returns the loss before each.
pub(crate) fn train(network: Network, steps: usize) -> (Network, Vec<f32>) {
    let mut network = network;
    let images = images(&network.device());
    let target = Tensor::<2>::ones([8, 3], &network.device());
    let mut optimiser = SgdConfig::new().init();
    let losses = (0..steps).map(|_| {
        let loss = (network.forward(images.clone()) - target.clone()).powi_scalar(2).mean();
        let value = loss.clone().into_scalar::<f32>();
        let gradients = GradientsParams::from_grads(loss.backward(), &network);
        network = optimiser.step(0.1, network.clone(), gradients);
        value
    });
    let losses = losses.collect();
    (network, losses)
}

/// What a file of the network holds.
pub(crate) fn tensors_of(network: &Network) -> BTreeMap<String, HostTensor> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("w.safetensors");
    network.save(&path).unwrap();
    tensors::read(&path).unwrap()
}
