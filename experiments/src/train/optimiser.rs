use burn::optim::decay::WeightDecayConfig;
use burn::optim::momentum::MomentumConfig;
use burn::optim::{AdamConfig, AdamWConfig, ModuleOptimizer, SgdConfig};
use burn::tensor::Device;

use super::placed::placed;
use crate::config::Optimiser;

/// burn's optimiser, with PyTorch's rule and defaults, for a network on this device.
pub(super) fn build(optimiser: &Optimiser, device: &Device) -> ModuleOptimizer {
    match *optimiser {
        Optimiser::Sgd { momentum, nesterov, weight_decay } => {
            // burn's default dampening is 0.1, PyTorch's 0.
            let config = MomentumConfig::new()
                .with_momentum(momentum)
                .with_dampening(0.0)
                .with_nesterov(nesterov);
            let config = SgdConfig::new()
                .with_momentum((momentum > 0.0).then_some(config))
                .with_weight_decay(decay(weight_decay));
            placed(config.build(), device)
        }
        Optimiser::Adam { weight_decay } => {
            let config =
                AdamConfig::new().with_epsilon(1e-8).with_weight_decay(decay(weight_decay));
            placed(config.build(), device)
        }
        Optimiser::AdamW { weight_decay } => {
            let config =
                AdamWConfig::new().with_epsilon(1e-8).with_weight_decay(weight_decay as f32);
            placed(config.build(), device)
        }
    }
}

fn decay(weight_decay: f64) -> Option<WeightDecayConfig> {
    (weight_decay > 0.0).then(|| WeightDecayConfig::new(weight_decay as f32))
}
