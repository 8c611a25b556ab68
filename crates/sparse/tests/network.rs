//! A network in training against burn's layers with a mask.

#[path = "networks/case.rs"]
mod case;
mod networks;

use burn::optim::decay::WeightDecayConfig;
use burn::optim::momentum::MomentumConfig;
use burn::optim::{AdamConfig, AdamWConfig, SgdConfig};
use burn::tensor::{Device, Tensor, TensorData};
use case::{Case, difference};
use models::{Architecture, zoo};
use networks::{everything, small};
use sparse::{Optimiser, Trainer};

fn networks() -> Vec<Architecture> {
    vec![
        everything(),
        small("mlp", &[20, 10], [1, 6, 5]),
        zoo::architecture(&zoo::Request::named("lenet-5")).unwrap(),
        small("resnet-20", &[4, 6, 8], [3, 12, 12]),
        small("resnet-20-padded", &[4, 6, 9], [3, 12, 12]),
    ]
}

const SEED: u32 = 3;
const PLAIN: Optimiser = Optimiser::Sgd { momentum: 0.0, nesterov: false, weight_decay: 0.0 };

/// A step of rate 1 without momentum moves every number by its gradient.
#[test]
fn gradients_are_those_of_burn() {
    for architecture in networks() {
        for (density, batch) in [(1.0, 7), (0.3, 16), (0.05, 33)] {
            let name = architecture.name().to_owned();
            let mut case = Case::new(architecture.clone(), density, batch, SEED);
            let (dense, expected) = case.dense(SgdConfig::new().init(), 1, 1.0);
            let layers = case.mask.len();
            for filled in [vec![], (0..layers).step_by(2).collect(), (0..layers).collect()] {
                case.filled = filled;
                let (sparse, loss) = case.sparse(PLAIN, 1, 1.0);
                assert!((loss - expected).abs() < 1e-5 * expected, "{name} {loss} {expected}");
                let (error, tensor) = difference(&sparse, &dense);
                assert!(error < 1e-5, "{name} {density} {:?}: {error} in {tensor}", case.filled);
            }
        }
    }
}

/// Which linear layers are filled is a matter of a microsecond here and there, so it must not matter to anything else.
#[test]
fn filled_linear_layers_have_the_same_bits() {
    for batch in [7, 16, 40, 64, 100, 150, 200] {
        let mut case = Case::new(small("mlp", &[70, 33], [1, 9, 8]), 0.6, batch, SEED);
        let optimiser = Optimiser::Sgd { momentum: 0.9, nesterov: false, weight_decay: 1e-4 };
        let (stored, loss) = case.sparse(optimiser, 5, 0.1);
        case.filled = vec![0, 1, 2];
        let (filled, same) = case.sparse(optimiser, 5, 0.1);
        assert_eq!(loss.to_bits(), same.to_bits(), "batch {batch}");
        for layer in 0..3 {
            assert_eq!(stored.weight_values(layer), filled.weight_values(layer), "batch {batch}");
        }
    }
}

#[test]
fn what_is_no_number_is_seen_in_the_loss() {
    for architecture in networks() {
        let mut case = Case::new(architecture, 0.5, 16, SEED);
        case.images.fill(f32::NAN);
        assert!(case.sparse(PLAIN, 1, 0.1).1.is_nan());
    }
}

#[test]
fn predictions_are_those_of_burn() {
    for architecture in networks() {
        let case = Case::new(architecture, 0.4, 19, SEED);
        let mut trainer = case.trainer(PLAIN);
        let found = trainer.predict(&case.rows().collect::<Vec<_>>());
        let [channels, height, width] = case.network.architecture().input_shape();
        let data = TensorData::new(case.images.clone(), [19, channels, height, width]);
        let expected = case.network.forward(Tensor::from_data(data, &Device::flex()));
        let expected: Vec<f32> = expected.into_data().try_into_vec().unwrap();
        for (found, expected) in found.iter().zip(expected) {
            assert!((found - expected).abs() < 1e-5, "{found} {expected}");
        }
    }
}

/// Within a trainer the weights of linear layers lie in another order, and there are more of them in layers that are
/// filled.
#[test]
fn what_is_reached_lies_in_the_order_of_patterns_and_can_be_gone_back_to() {
    let lenet = zoo::architecture(&zoo::Request::named("lenet-5")).unwrap();
    let case = Case { filled: vec![1, 3], ..Case::new(lenet, 0.4, 7, SEED) };
    let optimiser = Optimiser::Sgd { momentum: 0.9, nesterov: false, weight_decay: 0.0 };
    let mut trainer = case.trainer(optimiser);
    trainer.step(case.rows(), &case.labels, 0.1);
    let (reached, network) = (trainer.reached(), trainer.network());
    for (layer, mask) in case.mask.iter().enumerate() {
        let stored = network.weight_values(layer).into_iter().zip(mask);
        let stored: Vec<f32> =
            stored.filter(|(_, m)| **m > 0.0).map(|(weight, _)| weight).collect();
        // Values and two moments of weights and of biases.
        assert_eq!(reached.numbers[6 * layer], stored);
    }
    let mut other = case.trainer(optimiser);
    assert!(other.go_back_to(&reached));
    assert_eq!(other.reached(), reached);
    // It does not depend on which layers are filled.
    trainer.fill(&[2]);
    assert_eq!(trainer.reached(), reached);
    trainer.fill(&case.filled);
    let step = |mut trainer: Trainer| {
        trainer.step(case.rows(), &case.labels, 0.1);
        trainer.reached()
    };
    assert_eq!(step(other), step(trainer));
}

fn momentum(nesterov: bool) -> Option<MomentumConfig> {
    let config = MomentumConfig::new().with_momentum(0.9).with_dampening(0.0);
    Some(config.with_nesterov(nesterov))
}

#[test]
fn optimisers_are_those_of_burn() {
    let decay = || Some(WeightDecayConfig::new(1e-2));
    let adam = || AdamConfig::new().with_epsilon(1e-8).with_weight_decay(decay()).init();
    let adam_w = || AdamWConfig::new().with_epsilon(1e-8).with_weight_decay(1e-2).init();
    let sgd = |nesterov| {
        SgdConfig::new().with_momentum(momentum(nesterov)).with_weight_decay(decay()).init()
    };
    let pairs = [
        (Optimiser::Sgd { momentum: 0.9, nesterov: false, weight_decay: 1e-2 }, sgd(false), 0.05),
        (Optimiser::Sgd { momentum: 0.9, nesterov: true, weight_decay: 1e-2 }, sgd(true), 0.05),
        (Optimiser::Adam { weight_decay: 1e-2 }, adam(), 1e-3),
        (Optimiser::AdamW { weight_decay: 1e-2 }, adam_w(), 1e-3),
    ];
    for (optimiser, burn, rate) in pairs {
        let case = Case::new(small("mlp", &[20, 10], [1, 6, 5]), 0.3, 32, SEED);
        let ((sparse, _), (dense, _)) =
            (case.sparse(optimiser, 30, rate), case.dense(burn, 30, rate));
        let (error, tensor) = difference(&sparse, &dense);
        assert!(error < 1e-4, "{optimiser:?}: {error} in {tensor}");
    }
}

#[test]
fn a_thousand_steps_stay_together() {
    let optimiser = Optimiser::Sgd { momentum: 0.9, nesterov: false, weight_decay: 1e-4 };
    let burn = SgdConfig::new()
        .with_momentum(momentum(false))
        .with_weight_decay(Some(WeightDecayConfig::new(1e-4)));
    let case = Case::new(small("mlp", &[30, 20], [1, 8, 8]), 0.1, 64, SEED);
    let ((sparse, _), (dense, _)) =
        (case.sparse(optimiser, 1000, 0.01), case.dense(burn.init(), 1000, 0.01));
    let (error, tensor) = difference(&sparse, &dense);
    assert!(error < 1e-4, "{error} in {tensor}");
    // Pruned weights are as they were.
    for (index, mask) in case.mask.iter().enumerate() {
        let pairs = sparse.weight_values(index).into_iter().zip(mask);
        assert!(pairs.filter(|(_, mask)| **mask == 0.0).all(|(weight, _)| weight == 0.0));
    }
}
