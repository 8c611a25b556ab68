#[allow(clippy::duplicate_mod, reason = "the golden tests of SiPP read it too")]
#[path = "../../tests/common/mod.rs"]
mod common;

use burn::tensor::{Device, TensorData};
use common::Golden;
use models::{Builder, Convolution, Initialisation};
use rayon::ThreadPoolBuilder;

use super::refit::with;
use super::*;
use crate::methods::Magnitude;
use crate::patches::patches;
use crate::{Budget, Pruned, Quota, Ranked, Scope, Scores, Subject, generator, prune, select};

/// A convolution with stride and padding, then a linear layer.
pub(super) fn network() -> Network {
    let mut net = Builder::new("toy", [2, 7, 6]);
    let convolution = Convolution::new(5, 3).stride(2).padding(1);
    let x = net.convolution(net.input(), "conv", convolution);
    let x = net.relu(x);
    let x = net.linear(x, "fc", 4);
    Network::new(net.build(x).unwrap(), Initialisation::KaimingUniform, 3, &Device::flex())
}

pub(super) fn images(points: usize) -> Tensor<4> {
    let pixels = (0..points * 84).map(|i| (i as f32 * 0.7).sin() + 0.3).collect();
    Tensor::from_data(TensorData::new(pixels, [points, 2, 7, 6]), &Device::flex())
}

/// The mask that keeps this many of the largest scores.
pub(super) fn mask(network: &Network, scores: &[Vec<f32>], kept: usize) -> Mask {
    let scores = Scores::new(network, scores.to_vec()).unwrap();
    let everything = Mask::full(network.architecture());
    select(&scores, &everything, &Quota::Network(kept)).unwrap()
}

/// Mean squared change of each layer's output under new weights, on the network's own inputs.
fn errors(network: &Network, images: &Tensor<4>, values: &[Vec<f32>]) -> Vec<f32> {
    let mut errors = Vec::new();
    network.forward_watched(images.clone(), |index, input| {
        let spec = &network.architecture().layers()[index];
        let data = TensorData::new(values[index].clone(), [spec.units, spec.fan_in()]);
        let change = Tensor::<2>::from_data(data, &network.device()) - network.weight(index);
        let output = change.unsqueeze::<3>().matmul(patches(spec, input.clone()));
        errors.push(output.square().mean().into_scalar::<f32>());
    });
    errors
}

#[test]
fn products_of_inputs_are_those_of_the_definition() {
    let (network, images) = (network(), images(5));
    let spec = &network.architecture().layers()[0];
    let mut moments = Moments::new(spec);
    for images in chunks(&images, 2).unwrap() {
        moments.take(images);
    }
    let found = moments.finish().unwrap();
    let pixels: Vec<f32> = images.into_data().try_into_vec().unwrap();
    // Input k of the patch at (y, x) of an image, in PyTorch's order; zero beyond the edge.
    let input = |image: usize, (y, x): (usize, usize), k: usize| {
        let (row, column) = (2 * y + k / 3 % 3, 2 * x + k % 3);
        let inside = (1..=7).contains(&row) && (1..=6).contains(&column);
        let pixel = || pixels[image * 84 + k / 9 * 42 + (row - 1) * 6 + column - 1];
        if inside { f64::from(pixel()) } else { 0.0 }
    };
    let positions: Vec<_> = (0..5 * 12).map(|s| (s / 12, (s % 12 / 3, s % 3))).collect();
    assert_eq!((spec.output, spec.fan_in()), ([4, 3], 18));
    for (k, found) in found.iter().enumerate() {
        let products = positions.iter().map(|&(i, p)| input(i, p, k / 18) * input(i, p, k % 18));
        assert!((products.sum::<f64>() / 60.0 - found).abs() < 1e-5);
    }
}

#[test]
fn no_layer_errs_more_than_under_the_mask_alone() {
    let (network, images) = (network(), images(40));
    let reconstruction = Reconstruction::new(&network, &images, 0.01, 16).unwrap();
    let scores = reconstruction.scores();
    let total = network.architecture().prunable_weights();
    for kept in [0, 1, total / 10, total / 2, total - 1] {
        let mask = mask(&network, &scores, kept);
        let values = reconstruction.values(&mask);
        let kept = mask.layers().iter().map(|layer| &layer.keep);
        for (values, keep) in values.iter().zip(kept) {
            assert!(values.iter().zip(keep).all(|(&value, &keep)| keep || value == 0.0));
        }
        let alone = Pruned::unchanged(mask).apply(&network);
        let alone: Vec<_> = (0..2).map(|layer| alone.weight_values(layer)).collect();
        let alone = errors(&network, &images, &alone);
        for (ours, alone) in errors(&network, &images, &values).iter().zip(alone) {
            assert!(*ours <= alone * (1.0 + 1e-5), "{ours} {alone}");
        }
    }
}

#[test]
fn logits_change_less_than_with_magnitude() {
    let Golden { network, images, .. } = Golden::of("lenet-300-100");
    let reconstruction = Reconstruction::new(&network, &images, 0.01, 24).unwrap();
    let budget = network.architecture().prunable_weights() / 5;
    let mask = mask(&network, &reconstruction.scores(), budget);
    let ours = with(&network, &reconstruction.values(&mask));

    let subject = Subject::new(&network, &images);
    let everything = Mask::full(network.architecture());
    let (budget, rng) = (Budget(budget), &mut generator(0));
    let pruned =
        prune(&Ranked(Magnitude), subject, Scope::Global, &everything, budget, rng).unwrap();
    assert_eq!(mask.kept(), pruned.mask.kept());

    let dense = network.forward(images.clone());
    let change = |network: &Network| {
        let change = network.forward(images.clone()) - dense.clone();
        change.square().mean().into_scalar::<f32>()
    };
    let (ours, magnitude) = (change(&ours), change(&pruned.apply(&network)));
    assert!(ours < 0.5 * magnitude, "{ours} {magnitude}");
}

#[test]
fn threads_change_no_bit_and_what_is_kept_keeps_its_values() {
    let (network, images) = (network(), images(9));
    let on = |threads: usize| {
        let pool = ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| {
            let reconstruction = Reconstruction::new(&network, &images, 0.01, 4).unwrap();
            let scores = reconstruction.scores();
            let values = reconstruction.values(&mask(&network, &scores, 200));
            let all = reconstruction.values(&Mask::full(network.architecture()));
            (scores, values, all)
        })
    };
    let (scores, values, all) = on(1);
    assert_eq!(on(3), (scores.clone(), values, all.clone()));
    for (layer, values) in all.iter().enumerate() {
        assert_eq!(*values, network.weight_values(layer));
    }
    // Within a unit no two scores are the same.
    let mut row = scores[0][..18].to_vec();
    row.sort_by(f32::total_cmp);
    assert!(row[0] > 0.0 && row.windows(2).all(|pair| pair[0] < pair[1]));
}

#[test]
fn what_cannot_be_used_is_told() {
    let network = network();
    let found = |images: &Tensor<4>| Reconstruction::new(&network, images, 0.01, 8).map(|_| ());
    assert_eq!(found(&Tensor::zeros([0, 2, 7, 6], &Device::flex())), Err(PruneError::NoPoints));
    let broken = images(3).mul_scalar(f32::NAN);
    let Err(PruneError::Score { layer, .. }) = found(&broken) else { panic!("not told") };
    assert_eq!(layer, "conv");

    // Inputs that are all zero say nothing, and harm nothing.
    let silent = Tensor::zeros([3, 2, 7, 6], &Device::flex());
    let reconstruction = Reconstruction::new(&network, &silent, 0.0, 8).unwrap();
    assert!(reconstruction.scores().iter().flatten().all(|score| score.is_finite()));
}
