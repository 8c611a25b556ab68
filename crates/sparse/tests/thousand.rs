//! A thousand steps with the weights that are left, and a thousand of burn's with a mask, from the same state.

#[path = "networks/case.rs"]
mod case;

use burn::optim::decay::WeightDecayConfig;
use burn::optim::momentum::MomentumConfig;
use burn::optim::{AdamConfig, ModuleOptimizer, SgdConfig};
use case::{Case, difference};
use models::{Architecture, Builder, Convolution};
use proptest::prelude::*;
use proptest::test_runner::{RngAlgorithm, TestRng, TestRunner};
use sparse::Optimiser;

/// A convolution and two linear layers of any shape that fits, without rectifiers: where one turns by the last bit,
/// trainings go ways of their own. A single step's gradients are compared with them.
#[derive(Debug, Clone)]
struct Shape {
    input: [usize; 3],
    maps: usize,
    kernel: usize,
    stride: usize,
    padding: usize,
    hidden: usize,
    classes: usize,
}

impl Shape {
    fn architecture(&self) -> Architecture {
        let mut net = Builder::new("shape", self.input);
        let image = net.input();
        let convolution = Convolution::new(self.maps, self.kernel);
        let convolution = convolution.stride(self.stride).padding(self.padding);
        let maps = net.convolution(image, "conv", convolution);
        let hidden = net.linear(maps, "fc1", self.hidden);
        let logits = net.linear(hidden, "fc2", self.classes);
        net.build(logits).unwrap()
    }
}

/// With few weights there are units and columns without any.
fn cases() -> impl Strategy<Value = (Shape, f64, usize, usize, u32)> {
    let shape = (
        [1..4usize, 4..9usize, 4..9usize],
        1..6usize,
        (1..5usize, 1..4usize, 0..3usize),
        (1..13usize, 2..6usize),
    );
    let shape = shape.prop_map(|(input, maps, (kernel, stride, padding), (hidden, classes))| {
        Shape { input, maps, kernel, stride, padding, hidden, classes }
    });
    let density = prop_oneof![Just(0.03), Just(1.0), 0.03..1.0];
    (shape, density, 1..40usize, 0..4usize, any::<u32>())
}

const DECAY: f32 = 1e-3;

/// The optimiser of this number, here and in burn, and its rate.
fn optimisers(number: usize) -> (Optimiser, ModuleOptimizer, f64) {
    let decay = Some(WeightDecayConfig::new(DECAY));
    let sgd = SgdConfig::new().with_weight_decay(decay.clone());
    let momentum = |nesterov| {
        let config = MomentumConfig::new().with_momentum(0.9).with_dampening(0.0);
        sgd.clone().with_momentum(Some(config.with_nesterov(nesterov))).init()
    };
    let own = |momentum, nesterov| Optimiser::Sgd { momentum, nesterov, weight_decay: DECAY };
    match number {
        0 => (own(0.0, false), sgd.init(), 0.01),
        1 => (own(0.9, false), momentum(false), 0.01),
        2 => (own(0.9, true), momentum(true), 0.01),
        _ => {
            let adam = AdamConfig::new().with_epsilon(1e-8).with_weight_decay(decay);
            (Optimiser::Adam { weight_decay: DECAY }, adam.init(), 1e-3)
        }
    }
}

/// The same cases each time.
#[test]
fn a_thousand_steps_stay_together() {
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &[7; 32]);
    let mut runner = TestRunner::new_with_rng(ProptestConfig::with_cases(16), rng);
    let outcome = runner.run(&cases(), |(shape, density, batch, optimiser, seed)| {
        let mut case = Case::new(shape.architecture(), density, batch, seed);
        case.filled = (0..case.mask.len()).filter(|layer| seed >> layer & 1 == 1).collect();
        let (own, burn, rate) = optimisers(optimiser);
        let ((sparse, _), (dense, _)) =
            (case.sparse(own, 1000, rate), case.dense(burn, 1000, rate));
        let (error, tensor) = difference(&sparse, &dense);
        prop_assert!(error < 1e-4, "{} in {}", error, tensor);
        for (index, mask) in case.mask.iter().enumerate() {
            let mut pairs = sparse.weight_values(index).into_iter().zip(mask);
            prop_assert!(pairs.all(|(weight, &mask)| mask != 0.0 || weight == 0.0));
        }
        Ok(())
    });
    outcome.unwrap();
}
