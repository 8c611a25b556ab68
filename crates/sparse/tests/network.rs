//! A network in training against burn's layers with a mask.

mod networks;

use burn::module::Module;
use burn::nn::loss::CrossEntropyLossConfig;
use burn::optim::decay::WeightDecayConfig;
use burn::optim::momentum::MomentumConfig;
use burn::optim::{AdamConfig, AdamWConfig, GradientsParams, ModuleOptimizer, SgdConfig};
use burn::tensor::{Device, Int, Tensor, TensorData};
use models::{Architecture, Initialisation, Network, PerWeight, zoo};
use networks::{everything, small};
use sparse::{Optimiser, Pattern, Trainer};

struct Case {
    network: Network,
    mask: Vec<Vec<f32>>,
    images: Vec<f32>,
    labels: Vec<u16>,
}

impl Case {
    /// With about this share of the weights; the batch has classes in turn.
    fn new(architecture: Architecture, density: f64, batch: usize) -> Self {
        let device = Device::flex();
        let network = Network::new(architecture, Initialisation::KaimingUniform, 3, &device);
        let architecture = network.architecture();
        let mut state = 9u32;
        let mut draw = || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            f64::from(state >> 8) / f64::from(1 << 24)
        };
        let specs = architecture.layers().iter();
        let mask: Vec<Vec<f32>> = specs
            .map(|spec| {
                (0..spec.weights()).map(|_| f32::from(u8::from(draw() < density))).collect()
            })
            .collect();
        let values = batch * architecture.input_shape().iter().product::<usize>();
        let images = (0..values).map(|_| 2.0 * draw() as f32 - 1.0).collect();
        let labels = (0..batch).map(|image| (image % architecture.classes()) as u16).collect();
        let factors = PerWeight::new(architecture, mask.iter().map(Vec::as_slice), &device);
        Self { network: factors.scale(network.clone()), mask, images, labels }
    }

    fn trainer(&self, optimiser: Optimiser) -> Trainer {
        let layers = self.network.architecture().layers().iter().zip(&self.mask);
        let patterns =
            layers.map(|(spec, mask)| Pattern::new(spec.fan_in(), mask.iter().map(|&m| m > 0.0)));
        Trainer::new(&self.network, patterns.collect(), optimiser)
    }

    fn rows(&self) -> impl Iterator<Item = &[f32]> {
        self.images.chunks_exact(self.images.len() / self.labels.len())
    }

    fn sparse(&self, optimiser: Optimiser, steps: usize, rate: f64) -> (Network, f32) {
        let mut trainer = self.trainer(optimiser);
        let mut loss = 0.0;
        (0..steps).for_each(|_| loss = trainer.step(self.rows(), &self.labels, rate));
        (trainer.network(), loss)
    }

    fn dense(&self, mut optimiser: ModuleOptimizer, steps: usize, rate: f64) -> (Network, f32) {
        let device = Device::flex();
        let architecture = self.network.architecture();
        let factors = PerWeight::new(architecture, self.mask.iter().map(Vec::as_slice), &device);
        let [channels, height, width] = architecture.input_shape();
        let shape = [self.labels.len(), channels, height, width];
        let images = Tensor::<4>::from_data(TensorData::new(self.images.clone(), shape), &device);
        let labels: Vec<i64> = self.labels.iter().map(|&label| i64::from(label)).collect();
        let labels = Tensor::<1, Int>::from_data(labels.as_slice(), &device);
        let (images, labels) = (Tensor::from_inner(images), Tensor::from_inner(labels));
        let cross_entropy = CrossEntropyLossConfig::new().init(&device);
        let mut network = self.network.clone().train();
        let mut value = 0.0;
        for _ in 0..steps {
            let loss = cross_entropy.forward(network.forward(images.clone()), labels.clone());
            value = loss.clone().into_scalar::<f32>();
            let mut gradients = GradientsParams::from_grads(loss.backward(), &network);
            factors.scale_gradients(&network, &mut gradients);
            network = optimiser.step(rate, network, gradients);
        }
        (network.valid(), value)
    }
}

/// The largest difference between tensors of this kind of name, relative to the largest number of the
/// tensor, or to 1e-3 where that is more.
fn difference(a: &Network, b: &Network) -> (f32, String) {
    let (a, b) = (a.tensors(), b.tensors());
    let differences = a.iter().map(|(name, a)| {
        let scale = a.values.iter().fold(1e-3f32, |scale, x| scale.max(x.abs()));
        let pairs = a.values.iter().zip(&b[name].values);
        (pairs.fold(0f32, |most, (a, b)| most.max((a - b).abs())) / scale, name.clone())
    });
    differences.max_by(|a, b| a.0.total_cmp(&b.0)).unwrap()
}

fn networks() -> Vec<Architecture> {
    vec![
        everything(),
        small("mlp", &[20, 10], [1, 6, 5]),
        zoo::architecture(&zoo::Request::named("lenet-5")).unwrap(),
        small("resnet-20", &[4, 6, 8], [3, 12, 12]),
        small("resnet-20-padded", &[4, 6, 9], [3, 12, 12]),
    ]
}

const PLAIN: Optimiser = Optimiser::Sgd { momentum: 0.0, nesterov: false, weight_decay: 0.0 };

/// A step of rate 1 without momentum moves every number by its gradient.
#[test]
fn gradients_are_those_of_burn() {
    for architecture in networks() {
        for (density, batch) in [(1.0, 7), (0.3, 16), (0.05, 33)] {
            let name = architecture.name().to_owned();
            let case = Case::new(architecture.clone(), density, batch);
            let (sparse, loss) = case.sparse(PLAIN, 1, 1.0);
            let (dense, expected) = case.dense(SgdConfig::new().init(), 1, 1.0);
            assert!((loss - expected).abs() < 1e-5 * expected, "{name} {loss} {expected}");
            let (error, tensor) = difference(&sparse, &dense);
            assert!(error < 1e-5, "{name} {density}: {error} in {tensor}");
        }
    }
}

#[test]
fn what_is_no_number_is_seen_in_the_loss() {
    for architecture in networks() {
        let mut case = Case::new(architecture, 0.5, 16);
        case.images.fill(f32::NAN);
        assert!(case.sparse(PLAIN, 1, 0.1).1.is_nan());
    }
}

#[test]
fn predictions_are_those_of_burn() {
    for architecture in networks() {
        let case = Case::new(architecture, 0.4, 19);
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
        let case = Case::new(small("mlp", &[20, 10], [1, 6, 5]), 0.3, 32);
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
    let case = Case::new(small("mlp", &[30, 20], [1, 8, 8]), 0.1, 64);
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
