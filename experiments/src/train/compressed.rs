use burn::tensor::{Tensor, TensorData};
use datasets::Batch;
use models::{Network, PerWeight};
use sparse::{Pattern, Trainer};

use super::Masking;
use crate::config::{Compute, Optimiser, Recipe};

/// Up to which share of weights steps are sparse under `auto`: at 0.2 a sparse step of LeNet-300-100 took
/// about a third of a dense one (`examples/steps.rs` of the crate `sparse`); between 0.2 and 1 nothing was
/// measured. A rule that measures where it runs would give other bits on other machines.
const AUTO: f64 = 0.2;

/// A training whose steps compute with the weights that are left alone, on the host.
#[derive(Debug, Clone)]
pub struct Compressed(Trainer);

impl Compressed {
    /// With the weights of this network whose factor is not 0.
    pub fn masked(network: &Network, factors: &PerWeight, how: &Optimiser) -> Self {
        Self(Trainer::new(network, patterns(network, factors), optimiser(how)))
    }

    /// `None` where steps are dense.
    pub(super) fn new(network: &Network, recipe: &Recipe, masking: &Masking<'_>) -> Option<Self> {
        let factors = match masking {
            Masking::Fixed(factors) | Masking::Soft { within: factors, .. } => Some(*factors),
            Masking::None | Masking::Gradual(_) => None,
        };
        let is_sparse = match recipe.compute {
            Compute::Dense => false,
            Compute::Sparse => true,
            Compute::Auto => factors.is_some_and(|factors| density(network, factors) <= AUTO),
        };
        is_sparse.then(|| {
            let how = &recipe.optimiser;
            match factors {
                Some(factors) => Self::masked(network, factors, how),
                None => Self(Trainer::new(network, everything(network), optimiser(how))),
            }
        })
    }

    /// Logits `[batch, classes]`, norms with their running statistics.
    pub fn predict(&mut self, images: Tensor<4>) -> Vec<f32> {
        let batch = images.dims()[0];
        let images = images.into_data();
        let images: &[f32] = images.as_slice().expect("images are f32");
        let rows: Vec<_> = images.chunks_exact(images.len() / batch).collect();
        self.0.predict(&rows)
    }

    /// One batch; its loss.
    pub fn step(&mut self, batch: Batch, learning_rate: f64) -> Tensor<1> {
        let device = batch.images.device();
        let images = batch.images.into_data();
        let images: &[f32] = images.as_slice().expect("images are f32");
        let labels: Vec<u16> = batch.labels.into_data().iter::<u16>().collect();
        let rows = images.chunks_exact(images.len() / labels.len());
        let loss = self.0.step(rows, &labels, learning_rate);
        Tensor::from_data(TensorData::from([loss]), &device)
    }

    /// The network as it is now.
    pub(super) fn network(&self) -> Network {
        self.0.network()
    }

    /// What goes on from one step to the next.
    pub(super) fn reached(&self) -> sparse::Reached {
        self.0.reached()
    }

    /// Goes back to it; `false`, and nothing is changed, where it is not of such a training.
    pub(super) fn set_reached(&mut self, reached: &sparse::Reached) -> bool {
        self.0.go_back_to(reached)
    }

    /// Weights with the factor 0 are stored no longer.
    pub(super) fn keep(&mut self, factors: &PerWeight) {
        self.0.keep(patterns(&self.0.network(), factors));
    }

    /// Weights with the factor 0 become zero, and train on.
    pub(super) fn mute(&mut self, factors: &PerWeight) {
        self.0.mute(&patterns(&self.0.network(), factors));
    }
}

fn patterns(network: &Network, factors: &PerWeight) -> Vec<Pattern> {
    let layers = network.architecture().layers().iter().enumerate();
    let flags = |layer| factors.values(layer).into_iter().map(|factor| factor != 0.0);
    layers.map(|(index, layer)| Pattern::new(layer.fan_in(), flags(index))).collect()
}

fn everything(network: &Network) -> Vec<Pattern> {
    let layers = network.architecture().layers().iter();
    let all = |count| std::iter::repeat_n(true, count);
    layers.map(|layer| Pattern::new(layer.fan_in(), all(layer.weights()))).collect()
}

fn density(network: &Network, factors: &PerWeight) -> f64 {
    let kept: usize = patterns(network, factors).iter().map(Pattern::stored).sum();
    kept as f64 / network.architecture().prunable_weights() as f64
}

fn optimiser(optimiser: &Optimiser) -> sparse::Optimiser {
    match *optimiser {
        Optimiser::Sgd { momentum, nesterov, weight_decay } => sparse::Optimiser::Sgd {
            momentum: momentum as f32,
            nesterov,
            weight_decay: weight_decay as f32,
        },
        Optimiser::Adam { weight_decay } => {
            sparse::Optimiser::Adam { weight_decay: weight_decay as f32 }
        }
        Optimiser::AdamW { weight_decay } => {
            sparse::Optimiser::AdamW { weight_decay: weight_decay as f32 }
        }
    }
}
