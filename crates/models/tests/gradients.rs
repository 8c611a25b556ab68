//! Gradients with respect to the prunable weights: values, and what they must not move.

use burn::module::Module;
use burn::tensor::{Tensor, TensorData};
use models::{Builder, Convolution, Initialisation, Network, PerWeight, Window};

use crate::small::{fresh, images, tensors_of, train};

mod small;

fn host(tensor: Tensor<2>) -> Vec<f32> {
    tensor.into_data().try_into_vec().unwrap()
}

fn loss(network: &Network) -> Tensor<1> {
    network.forward(Tensor::from_inner(images(&network.device().inner()))).powi_scalar(2).mean()
}

/// Two outputs of one linear layer, the loss is their sum: the gradient is the sum of the inputs.
#[test]
fn a_linear_layer_by_hand() {
    let mut net = Builder::new("toy", [3, 1, 1]);
    let x = net.linear(net.input(), "fc", 2);
    let device = burn::tensor::Device::flex();
    let network = Network::new(net.build(x).unwrap(), Initialisation::GlorotNormal, 1, &device);
    let points = TensorData::new(vec![1.0_f32, 2.0, 3.0, 10.0, 20.0, 30.0], [2, 3, 1, 1]);
    let points = Tensor::<4>::from_data(points, &device);
    let found = network.weight_gradients(|network| network.forward(points).sum());
    assert_eq!(found.len(), 1);
    assert!(!found[0].is_autodiff());
    assert_eq!(host(found[0].clone()), [11.0, 22.0, 33.0, 11.0, 22.0, 33.0]);
}

/// Whatever device the network is on, norms are in evaluation, and nothing of it moves.
#[test]
fn the_network_stays_as_it_is() {
    let (trained, _) = train(fresh().train(), 5);
    let (before, valid) = (tensors_of(&trained), trained.valid());
    let expected = valid.forward(images(&valid.device())).powi_scalar(2).mean();
    let expected = expected.into_scalar::<f32>();
    let gradients = |network: &Network| {
        let found = network.weight_gradients(|twin| {
            let loss = loss(twin);
            let value = loss.clone().into_scalar::<f32>();
            assert!((value - expected).abs() < 1e-5, "{value} {expected}");
            loss
        });
        found.into_iter().map(host).collect::<Vec<_>>()
    };
    assert_eq!(gradients(&trained), gradients(&valid));
    assert_eq!(tensors_of(&trained), before);
    assert_eq!(tensors_of(&valid), before);
    // And it still trains.
    assert_ne!(tensors_of(&train(trained, 1).0)["bn1.running_mean"], before["bn1.running_mean"]);
}

#[test]
fn gradients_and_tangents_agree() {
    check_tangents(&train(fresh().train(), 3).0.valid());
}

/// Maxima of windows that overlap and reach over the edge.
#[test]
fn gradients_and_tangents_agree_behind_maxima() {
    let mut net = Builder::new("maxima", [2, 6, 6]);
    let x = net.convolution(net.input(), "conv1", Convolution::new(4, 3));
    let x = net.max_pool(x, Window::new(3).stride(2).padding(1));
    let x = net.convolution(x, "conv2", Convolution::new(3, 1));
    let x = net.max_pool(x, Window::new(2).stride(1));
    let x = net.linear(x, "fc", 3);
    let device = burn::tensor::Device::flex();
    let scheme = Initialisation::KaimingUniform;
    check_tangents(&Network::new(net.build(x).unwrap(), scheme, 1, &device));
}

/// Gradients along a direction against the tangents of the logits, and both against differences.
fn check_tangents(network: &Network) {
    let images = images(&network.device());
    let layers = 0..network.architecture().layers().len();
    let direction: Vec<Vec<f32>> = layers
        .clone()
        .map(|l| (0..network.weight_values(l).len()).map(|i| (0.9 * i as f32).sin()).collect())
        .collect();
    let gradients = network.weight_gradients(loss);
    let pairs = gradients.iter().zip(&direction);
    let tangents: Vec<Tensor<2>> = pairs
        .clone()
        .map(|(g, d)| Tensor::from_data(TensorData::new(d.clone(), g.dims()), &network.device()))
        .collect();
    let (logits, tangent) = network.forward_with_tangent(images.clone(), &tangents);
    assert_eq!(host(logits.clone()), host(network.forward(images.clone())));

    let along = |(g, d): (&Tensor<2>, &Vec<f32>)| {
        host(g.clone()).iter().zip(d).map(|(g, d)| g * d).sum::<f32>()
    };
    let slope: f32 = pairs.map(along).sum();
    let expected = (logits * tangent.clone()).mean().mul_scalar(2).into_scalar::<f32>();
    assert!((slope - expected).abs() < 1e-5 * expected.abs(), "{slope} {expected}");

    let moved = |by: f32| {
        let moved = |l: usize| {
            let pairs = network.weight_values(l).into_iter().zip(&direction[l]);
            pairs.map(|(weight, d)| weight + by * d).collect()
        };
        let rows: Vec<Vec<f32>> = layers.clone().map(moved).collect();
        let rows = rows.iter().map(Vec::as_slice);
        let weights = PerWeight::new(network.architecture(), rows, &network.device());
        weights.put_into(network.clone()).forward(images.clone())
    };
    // Small, since a rectifier that changes sides in between bends the line.
    let step = 1e-4;
    let expected = host((moved(step) - moved(-step)).div_scalar(2.0 * step));
    let largest = expected.iter().fold(0.0_f32, |most, value| most.max(value.abs()));
    for (found, expected) in host(tangent).iter().zip(expected) {
        assert!((found - expected).abs() < 1e-2 * largest, "{found} {expected} {largest}");
    }
}

/// A layer that the loss does not depend on has a gradient of zeros.
#[test]
fn what_does_not_matter_has_no_slope() {
    let network = fresh();
    let found = network.weight_gradients(|network| {
        let mut first = None;
        network.forward_watched(Tensor::from_inner(images(&fresh().device())), |layer, input| {
            if layer == 1 {
                first = Some(input.clone());
            }
        });
        first.expect("there are three layers").sum()
    });
    assert!(host(found[0].clone()).iter().any(|&slope| slope != 0.0));
    assert!(host(found[1].clone()).iter().all(|&slope| slope == 0.0));
    assert_eq!(found[2].dims(), [3, 6]);
}
