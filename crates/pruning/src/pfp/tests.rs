use burn::tensor::{Device, Tensor, TensorData};
use models::{Builder, Convolution, Initialisation, Network};

use super::*;
use crate::methods::testing::{images, two_layers};

/// One point, x = (1, 2): h = relu((1, 4, 0)). Sides of the second layer: + (2·1, 1·4, 5·0) of unit 0,
/// − (0, 3·4, 0) of unit 1.
#[test]
fn sensitivities_by_hand() {
    let network =
        two_layers((&[1.0, 0.0, 0.0, 2.0, -1.0, 0.0], 3), (&[2.0, 1.0, 5.0, 0.0, -3.0, 0.0], 2));
    let images = images(&[1.0, 2.0], [1, 2, 1, 1]);
    let channels = Channels::of(network.architecture());
    let found = channel_sensitivities(&network, &channels, &images, Offsets::Sum, 64).unwrap();
    assert_eq!(found.layers[1], [2.0 / 6.0, 1.0, 0.0]);
    // Three units and two, two sides each, one point.
    assert!((found.events - 10.0).abs() < 1e-12);
}

fn convolutional() -> (Network, Tensor<4>) {
    let mut net = Builder::new("t", [2, 5, 5]);
    let x = net.convolution(net.input(), "a", Convolution::new(4, 3).padding(1));
    let x = net.relu(x);
    let x = net.convolution(x, "b", Convolution::new(3, 3).stride(2));
    let x = net.relu(x);
    let x = net.linear(x, "fc", 3);
    let device = Device::flex();
    let architecture = net.build(x).unwrap();
    let network = Network::new(architecture, Initialisation::KaimingUniform, 3, &device);
    let pixels = (0..6 * 50).map(|i| (i as f32 * 1.7).sin()).collect();
    (network, Tensor::from_data(TensorData::new(pixels, [6, 2, 5, 5]), &device))
}

/// By the definition, in f64: for each layer, point, unit, position, side and sign of the input.
fn by_definition(network: &Network, images: &Tensor<4>, offsets: Offsets) -> Vec<Vec<f64>> {
    let channels = Channels::of(network.architecture());
    let mut largest: Vec<Vec<f64>> = channels
        .layers()
        .iter()
        .enumerate()
        .map(|(index, spec)| vec![0.0; spec.fan_in() / channels.block(index)])
        .collect();
    network.forward_watched(images.clone(), |index, input| {
        let (spec, block) = (&channels.layers()[index], channels.block(index));
        let weights = network.weight_values(index);
        let patches = crate::patches::patches(spec, input.clone());
        let [points, fan_in, positions] = patches.dims();
        let patches: Vec<f32> = patches.into_data().try_into_vec().unwrap();
        for case in 0..points * spec.units * positions * 4 {
            let (side, rest) = (case % 2, case / 2);
            let (sign, rest) = (rest % 2, rest / 2);
            let (position, rest) = (rest % positions, rest / positions);
            let (unit, point) = (rest % spec.units, rest / spec.units);
            let part = |value: f32, negative: usize| {
                f64::from(if negative == 1 { -value } else { value }).max(0.0)
            };
            let products: Vec<f64> = (0..fan_in)
                .map(|k| {
                    let a = patches[(point * fan_in + k) * positions + position];
                    part(weights[unit * fan_in + k], side) * part(a, sign)
                })
                .collect();
            let sum: f64 = products.iter().sum();
            if sum <= f64::from(f32::EPSILON) {
                continue;
            }
            for (largest, block) in largest[index].iter_mut().zip(products.chunks_exact(block)) {
                let share = match offsets {
                    Offsets::Sum => block.iter().sum::<f64>(),
                    Offsets::Max => block.iter().copied().fold(0.0, f64::max),
                };
                *largest = largest.max(share / sum);
            }
        }
    });
    largest
}

#[test]
fn sensitivities_follow_their_definition() {
    let (network, images) = convolutional();
    let channels = Channels::of(network.architecture());
    for &offsets in Offsets::ALL {
        let expected = by_definition(&network, &images, offsets);
        for chunk in [1, 4, 64] {
            let found =
                channel_sensitivities(&network, &channels, &images, offsets, chunk).unwrap();
            for (found, expected) in found.layers.iter().flatten().zip(expected.iter().flatten()) {
                assert!(
                    (f64::from(*found) - expected).abs() < 1e-5,
                    "{offsets}: {found} {expected}"
                );
            }
        }
    }
}
