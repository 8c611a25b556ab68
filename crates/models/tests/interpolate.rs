//! Networks on the straight line between two.

use burn::tensor::{Device, Tensor};
use models::{Initialisation, Network, zoo};

fn network(name: &str, seed: u64) -> Network {
    let architecture = zoo::architecture(&zoo::Request::named(name)).unwrap();
    Network::new(architecture, Initialisation::KaimingUniform, seed, &Device::flex())
}

#[test]
fn ends_are_the_networks_and_the_middle_is_their_mean() {
    let (a, b) = (network("lenet-5", 1), network("lenet-5", 2));
    let (first, middle, last) =
        (a.interpolated(&b, 0.0), a.interpolated(&b, 0.5), a.interpolated(&b, 1.0));
    for layer in 0..a.architecture().layers().len() {
        let (x, y) = (a.weight_values(layer), b.weight_values(layer));
        assert_eq!(first.weight_values(layer), x);
        assert_eq!(last.weight_values(layer), y);
        let mean: Vec<f32> = x.iter().zip(&y).map(|(x, y)| 0.5 * x + 0.5 * y).collect();
        assert_eq!(middle.weight_values(layer), mean);
        let (x, y) = (a.bias_values(layer).unwrap(), b.bias_values(layer).unwrap());
        let mean: Vec<f32> = x.iter().zip(&y).map(|(x, y)| 0.5 * x + 0.5 * y).collect();
        assert_eq!(middle.bias_values(layer).unwrap(), mean);
    }
}

#[test]
fn norms_lie_on_the_line_too() {
    let device = Device::flex();
    let plain = network("resnet-20", 1);
    let images = Tensor::random([16, 3, 32, 32], burn::tensor::Distribution::Default, &device);
    let moved = plain.reestimated([images]);
    let middle = plain.interpolated(&moved, 0.25);
    // A norm stretches by scale / √(variance + ε), and initially by 1 but for ε.
    let variance = |network: &Network| -> Vec<f32> {
        let scale: Vec<f32> = network.norm_scale(0).into_data().try_into_vec().unwrap();
        scale.into_iter().map(|scale| 1.0 / (scale * scale)).collect()
    };
    let (a, b, found) = (variance(&plain), variance(&moved), variance(&middle));
    for ((a, b), found) in a.iter().zip(&b).zip(found) {
        assert!((found - (0.75 * a + 0.25 * b)).abs() < 1e-4, "{a} {b} {found}");
        assert!((a - b).abs() > 1e-2);
    }
}
