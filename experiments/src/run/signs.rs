//! Initial values with a part of their information taken away (Zhou et al. 2019, arXiv 1905.01067).

use chacha20::ChaCha8Rng;
use models::Network;
use rand::RngExt;

/// The same magnitudes with signs drawn anew.
pub(super) fn fresh_signs(network: &Network, rng: &mut ChaCha8Rng) -> Network {
    changed(network, |_, weights| {
        weights.iter().map(|w| if rng.random::<bool>() { w.abs() } else { -w.abs() }).collect()
    })
}

/// The same signs with one magnitude for each layer: the standard deviation of its weights in
/// `initial`, about their mean. A weight of exactly 0 counts as positive.
pub(super) fn signed_constant(network: &Network, initial: &Network) -> Network {
    changed(network, |layer, weights| {
        let constant = deviation(&initial.weight_values(layer));
        weights.iter().map(|w| constant.copysign(*w)).collect()
    })
}

fn deviation(values: &[f32]) -> f32 {
    let count = values.len() as f64;
    let mean = values.iter().map(|&value| f64::from(value)).sum::<f64>() / count;
    let squares: f64 = values.iter().map(|&value| (f64::from(value) - mean).powi(2)).sum();
    (squares / count).sqrt() as f32
}

fn changed(network: &Network, mut change: impl FnMut(usize, Vec<f32>) -> Vec<f32>) -> Network {
    let layers = 0..network.architecture().layers().len();
    let weights = layers.map(|layer| change(layer, network.weight_values(layer)));
    network.with_weights(&weights.collect::<Vec<_>>())
}

#[cfg(test)]
mod tests {
    use burn::tensor::Device;
    use models::{Initialisation, zoo};

    use super::*;

    #[test]
    fn magnitudes_or_signs_stay() {
        let architecture = zoo::architecture(&zoo::Request::named("lenet-5")).unwrap();
        let scheme = Initialisation::GlorotNormal;
        let network = Network::new(architecture, scheme, 1, &Device::flex());
        let fresh = fresh_signs(&network, &mut pruning::generator(2));
        let constant = signed_constant(&network, &network);
        for (layer, spec) in network.architecture().layers().iter().enumerate() {
            let (before, signs, constant) = (
                network.weight_values(layer),
                fresh.weight_values(layer),
                constant.weight_values(layer),
            );
            assert!(before.iter().zip(&signs).all(|(a, b)| a.abs() == b.abs()));
            let turned =
                before.iter().zip(&signs).filter(|(a, b)| a.signum() != b.signum()).count();
            let share = turned as f64 / before.len() as f64;
            // Within 4 standard errors of a half.
            assert!((share - 0.5).abs() < 2.0 / (before.len() as f64).sqrt(), "{share}");
            assert!(before.iter().zip(&constant).all(|(a, b)| a.signum() == b.signum()));
            // Glorot's normal distribution has the deviation √(2 / (fan in + fan out)).
            let expected = (2.0 / (spec.fan_in() + spec.fan_out()) as f32).sqrt();
            assert!((constant[0].abs() / expected - 1.0).abs() < 0.3, "{}", constant[0]);
            assert!(constant.iter().all(|value| value.abs() == constant[0].abs()));
        }
    }
}
