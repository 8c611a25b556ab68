//! Factors reach the weights they are meant for, in both layouts, and gradients too.

use burn::module::Module;
use burn::optim::{GradientsParams, SgdConfig};
use burn::tensor::{Device, Tensor};
use models::{Initialisation, Network, PerWeight, zoo};

fn factors(network: &Network) -> Vec<Vec<f32>> {
    let layers = network.architecture().layers().iter();
    layers
        .map(|layer| (0..layer.weights()).map(|k| if k % 3 == 0 { 1.0 } else { 0.0 }).collect())
        .collect()
}

#[test]
fn weights_and_updates_are_masked() {
    let device = Device::flex();
    for name in ["lenet-300-100", "lenet-5"] {
        let architecture = zoo::architecture(&zoo::Request::named(name)).unwrap();
        let [channels, height, width] = architecture.input_shape();
        let network = Network::new(architecture, Initialisation::KaimingUniform, 1, &device);
        let factors = factors(&network);
        let mask =
            PerWeight::new(network.architecture(), factors.iter().map(Vec::as_slice), &device);
        let masked = mask.scale(network.clone());
        for (layer, factors) in factors.iter().enumerate() {
            let products: Vec<f32> =
                network.weight_values(layer).iter().zip(factors).map(|(w, f)| w * f).collect();
            let masked = masked.weight_values(layer);
            assert_eq!(masked, products);
            let signed = masked.iter().filter(|weight| weight.to_bits() == (-0.0f32).to_bits());
            assert_eq!(signed.count(), 0, "a zero has no sign");
            assert_eq!(mask.values(layer), *factors);
        }

        let escaped = |network: &Network| mask.escaped(network).into_scalar::<f32>() as usize;
        let pruned = factors.iter().flatten().filter(|factor| **factor == 0.0).count();
        assert_eq!((escaped(&masked), escaped(&network)), (0, pruned));

        let mut trained = mask.scale(network.train());
        let images = Tensor::ones([2, channels, height, width], &device.clone().autodiff());
        let loss = trained.forward(images).powi_scalar(2).mean();
        let mut gradients = GradientsParams::from_grads(loss.backward(), &trained);
        mask.scale_gradients(&trained, &mut gradients);
        trained = SgdConfig::new().init().step(0.1, trained, gradients);
        assert_eq!(escaped(&trained), 0);
        let mut moved = 0;
        for (layer, factors) in factors.iter().enumerate() {
            let (before, after) = (masked.weight_values(layer), trained.weight_values(layer));
            for ((factor, before), after) in factors.iter().zip(before).zip(after) {
                assert!(*factor == 1.0 || after == 0.0);
                moved += usize::from(before != after);
            }
        }
        assert!(moved > 100, "{name}: {moved} survivors moved");
    }
}
