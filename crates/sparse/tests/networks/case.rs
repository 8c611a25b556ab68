//! Training with the weights that are left against burn's layers with a mask.

use burn::module::Module;
use burn::nn::loss::CrossEntropyLossConfig;
use burn::optim::{GradientsParams, ModuleOptimizer};
use burn::tensor::{Device, Int, Tensor, TensorData};
use models::{Architecture, Initialisation, Network, PerWeight};
use sparse::{Optimiser, Pattern, Trainer};

/// A network whose weights are zero where a mask is, and a batch for it.
pub(crate) struct Case {
    pub(crate) network: Network,
    pub(crate) mask: Vec<Vec<f32>>,
    pub(crate) images: Vec<f32>,
    pub(crate) labels: Vec<u16>,
    /// Layers that compute with all their weights.
    pub(crate) filled: Vec<usize>,
}

impl Case {
    /// With about this share of the weights; the batch has classes in turn. Initial values, mask and images are drawn by
    /// the seed.
    pub(crate) fn new(architecture: Architecture, density: f64, batch: usize, seed: u32) -> Self {
        let device = Device::flex();
        let network =
            Network::new(architecture, Initialisation::KaimingUniform, u64::from(seed), &device);
        let architecture = network.architecture();
        let mut state = seed;
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
        let network = factors.scale(network.clone());
        Self { network, mask, images, labels, filled: Vec::new() }
    }

    pub(crate) fn trainer(&self, optimiser: Optimiser) -> Trainer {
        let layers = self.network.architecture().layers().iter().zip(&self.mask);
        let patterns =
            layers.map(|(spec, mask)| Pattern::new(spec.fan_in(), mask.iter().map(|&m| m > 0.0)));
        let mut trainer = Trainer::new(&self.network, patterns.collect(), optimiser);
        trainer.fill(&self.filled);
        trainer
    }

    pub(crate) fn rows(&self) -> impl Iterator<Item = &[f32]> {
        self.images.chunks_exact(self.images.len() / self.labels.len())
    }

    pub(crate) fn sparse(&self, optimiser: Optimiser, steps: usize, rate: f64) -> (Network, f32) {
        let mut trainer = self.trainer(optimiser);
        let mut loss = 0.0;
        (0..steps).for_each(|_| loss = trainer.step(self.rows(), &self.labels, rate));
        (trainer.network(), loss)
    }

    pub(crate) fn dense(
        &self,
        mut optimiser: ModuleOptimizer,
        steps: usize,
        rate: f64,
    ) -> (Network, f32) {
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
pub(crate) fn difference(a: &Network, b: &Network) -> (f32, String) {
    let (a, b) = (a.tensors(), b.tensors());
    let differences = a.iter().map(|(name, a)| {
        let scale = a.values.iter().fold(1e-3f32, |scale, x| scale.max(x.abs()));
        let pairs = a.values.iter().zip(&b[name].values);
        (pairs.fold(0f32, |most, (a, b)| most.max((a - b).abs())) / scale, name.clone())
    });
    differences.max_by(|a, b| a.0.total_cmp(&b.0)).unwrap()
}
