use std::time::{Duration, Instant};

use burn::tensor::{Int, Tensor, TensorData};
use datasets::Batch;
use models::{Architecture, LayerKind, LayerSpec, Network, PerWeight};
use rand::RngExt;

use super::{Calibration, LayerCost, VERSION, computed, least, work_of};
use crate::config::{Optimiser, Precision};
use crate::digest::digest;
use crate::processor;
use crate::train::{Compressed, Learner};

/// What a calibration is of.
#[derive(Debug, Clone, Copy)]
pub struct Subject<'a> {
    /// Some network, on the device of the dense steps.
    pub network: &'a Network,
    /// Images in a batch.
    pub batch_size: usize,
    /// The optimiser.
    pub optimiser: &'a Optimiser,
    /// Name of the backend.
    pub backend: &'a str,
}

/// Shares of weights that are stored in the sparse steps that are measured.
const DENSITIES: [f64; 3] = [0.02, 0.1, 0.5];
/// Rounds, and how long they take at least; of large networks a step takes longer than that.
const ROUNDS: usize = 3;
const TIME: Duration = Duration::from_secs(1);
/// At any rate the arithmetic is the same; at 0 the weights stay what they are.
const RATE: f64 = 0.0;
const SEED: u64 = 1;

impl Subject<'_> {
    /// A hash of all shapes of the network.
    pub(super) fn shapes(&self) -> String {
        let architecture = self.network.architecture();
        let (layers, norms) = (architecture.layers(), architecture.norms());
        let text = format!("{layers:?} {norms:?} {:?}", architecture.nodes());
        digest(text, 8)
    }

    /// Whether a calibration is of this, on whatever machine.
    pub(super) fn is_of(&self, calibration: &Calibration) -> bool {
        calibration.shapes == self.shapes()
            && calibration.batch_size == self.batch_size
            && calibration.optimizer == work_of(self.optimiser)
            && calibration.backend == self.backend
            && calibration.layers.len() == self.network.architecture().layers().len()
    }

    /// Takes dense and sparse steps in turn, on one thread; a second, or as long as some four steps of each kind.
    pub fn measure(&self) -> Calibration {
        on_one_thread(|| self.measured())
    }

    fn measured(&self) -> Calibration {
        let started = Instant::now();
        let batch = self.batch();
        let mut sparse = DENSITIES.map(|density| SparseSteps::new(self, density));
        let mut learner = Some(self.dense_steps());
        let mut dense = || {
            learner = learner.take().map(|learner| learner.step(&batch, RATE));
            learner.iter().for_each(Learner::wait);
        };
        let mut filled = SparseSteps::new(self, DENSITIES[1]).filled();
        let [first, second, third] = &mut sparse;
        let [dense, ..] = least(
            computed,
            (ROUNDS, TIME),
            &mut [
                &mut dense,
                &mut || first.step(&batch),
                &mut || second.step(&batch),
                &mut || third.step(&batch),
                &mut || filled.step(&batch),
            ],
        );
        let architecture = self.network.architecture();
        let mut rests = [&sparse[0], &sparse[1], &sparse[2]].map(SparseSteps::rest);
        rests.sort_by(f64::total_cmp);
        let costs = architecture.layers().iter().enumerate().map(|(index, spec)| {
            let pairs = sparse.iter().map(|steps| (steps.stored[index], steps.layers[index]));
            cost(spec, filled.layers[index]).measured(pairs.collect())
        });
        Calibration {
            version: VERSION,
            processor: processor::kind(),
            backend: self.backend.to_owned(),
            network: architecture.name().to_owned(),
            shapes: self.shapes(),
            batch_size: self.batch_size,
            optimizer: work_of(self.optimiser),
            seconds: started.elapsed().as_secs_f64(),
            dense: 1e6 * dense,
            rest: rests[1],
            layers: costs.collect(),
        }
    }

    fn dense_steps(&self) -> Learner {
        let factors = factors(self.network, DENSITIES[1]);
        let network = factors.scale(self.network.clone());
        Learner::new(&network, self.optimiser, Some(factors), Precision::Full)
    }

    /// A batch of noise.
    pub(super) fn batch(&self) -> Batch {
        let architecture = self.network.architecture();
        let [channels, height, width] = architecture.input_shape();
        let mut rng = pruning::generator(SEED);
        let count = self.batch_size * channels * height * width;
        let pixels: Vec<f32> = (0..count).map(|_| rng.random::<f32>()).collect();
        let classes = architecture.classes();
        let labels: Vec<i64> = (0..self.batch_size).map(|image| (image % classes) as i64).collect();
        let shape = [self.batch_size, channels, height, width];
        let device = self.network.device();
        Batch {
            images: Tensor::from_data(TensorData::new(pixels, shape), &device),
            labels: Tensor::<1, Int>::from_data(labels.as_slice(), &device),
        }
    }
}

/// As runs compute.
pub(super) fn on_one_thread<T: Send>(work: impl FnOnce() -> T + Send) -> T {
    match rayon::ThreadPoolBuilder::new().num_threads(1).build() {
        Ok(pool) => pool.install(work),
        Err(_) => work(),
    }
}

/// Sparse steps at one density, and the quickest of them.
struct SparseSteps {
    steps: Compressed,
    /// Weights of each layer.
    stored: Vec<usize>,
    /// Microseconds of the whole.
    total: f64,
    /// Of each layer.
    layers: Vec<f64>,
}

impl SparseSteps {
    fn new(subject: &Subject<'_>, density: f64) -> Self {
        let factors = factors(subject.network, density);
        Self {
            steps: Compressed::masked(subject.network, &factors, subject.optimiser),
            stored: stored(subject.network.architecture(), &factors),
            total: f64::INFINITY,
            layers: Vec::new(),
        }
    }

    /// With all weights in every layer.
    fn filled(mut self) -> Self {
        let every: Vec<usize> = (0..self.stored.len()).collect();
        self.steps = self.steps.filled(&every);
        self
    }

    fn step(&mut self, batch: &Batch) {
        let started = computed();
        let layers = self.steps.step_timed(batch.clone(), RATE, computed);
        let total = 1e6 * computed().saturating_sub(started).as_secs_f64();
        if total < self.total {
            self.total = total;
            self.layers = layers.iter().map(|time| 1e6 * time.as_secs_f64()).collect();
        }
    }

    fn rest(&self) -> f64 {
        (self.total - self.layers.iter().sum::<f64>()).max(0.0)
    }
}

/// How many weights of each layer have another factor than 0.
pub(crate) fn stored(architecture: &Architecture, factors: &PerWeight) -> Vec<usize> {
    let kept = |layer| factors.values(layer).iter().filter(|&&factor| factor != 0.0).count();
    (0..architecture.layers().len()).map(kept).collect()
}

/// A random mask with this share of each layer.
pub(super) fn factors(network: &Network, density: f64) -> PerWeight {
    let mut rng = pruning::generator(SEED);
    let layers = network.architecture().layers().iter();
    let factors: Vec<Vec<f32>> = layers
        .map(|layer| {
            let stays = |_| f32::from(u8::from(rng.random::<f64>() < density));
            (0..layer.weights()).map(stays).collect()
        })
        .collect();
    PerWeight::new(network.architecture(), factors.iter().map(Vec::as_slice), &network.device())
}

/// A layer that takes so many microseconds with all its weights, without another measurement yet.
fn cost(spec: &LayerSpec, filled: f64) -> LayerCost {
    let kind = match spec.kind {
        LayerKind::Linear => format!("linear, {} to {}", spec.fan_in(), spec.units),
        LayerKind::Convolution { stride, .. } => format!(
            "convolution {}x{}, {} to {}, stride {}",
            spec.kernel[0], spec.kernel[1], spec.channels, spec.units, stride[0]
        ),
    };
    LayerCost {
        name: spec.name.clone(),
        kind,
        weights: spec.weights(),
        positions: spec.positions(),
        stored: Vec::new(),
        sparse: Vec::new(),
        filled,
    }
}
