use std::slice::ChunksExact;
use std::time::Duration;

use burn::tensor::{Tensor, TensorData};
use chacha20::ChaCha8Rng;
use datasets::{Augmentation, Batch, DeviceImages};
use models::{Network, PerWeight};
use sparse::{Pattern, Pixels, Trainer};

use super::state::selected;
use crate::config::Optimiser;

/// A training whose steps compute with the weights that are left alone, on the host.
#[derive(Debug, Clone)]
pub struct Compressed(Trainer);

impl Compressed {
    /// With the weights of this network whose factor is not 0.
    pub fn masked(network: &Network, factors: &PerWeight, how: &Optimiser) -> Self {
        Self(Trainer::new(network, patterns(network, factors), optimiser(how)))
    }

    /// The same, with all weights where there are no factors.
    pub(crate) fn new(network: &Network, factors: Option<&PerWeight>, how: &Optimiser) -> Self {
        match factors {
            Some(factors) => Self::masked(network, factors, how),
            None => Self(Trainer::new(network, everything(network), optimiser(how))),
        }
    }

    /// The same, where the layers with these numbers compute with all their weights.
    pub(crate) fn filled(mut self, layers: &[usize]) -> Self {
        if !layers.is_empty() {
            self.0.fill(layers);
        }
        self
    }

    /// One batch; its loss.
    pub fn step(&mut self, batch: Batch, learning_rate: f64) -> Tensor<1> {
        let device = batch.images.device();
        let loss = on_host(batch, |rows, labels| self.0.step(rows, labels, learning_rate));
        Tensor::from_data(TensorData::from([loss]), &device)
    }

    /// The same with these images, as bytes where that is possible: moving floats takes as long as a very sparse step.
    pub(super) fn step_on(
        &mut self,
        images: &DeviceImages,
        indices: &[usize],
        mut augmentation: Option<&mut (Augmentation, ChaCha8Rng)>,
        learning_rate: f64,
    ) -> Tensor<1> {
        let augmented = augmentation.as_deref_mut().map(|(how, rng)| (&*how, rng));
        let Some(batch) = images.select_bytes(indices, augmented) else {
            return self.step(selected(images, indices, augmentation), learning_rate);
        };
        let pixels = Pixels { bytes: &batch.images, tables: batch.tables };
        let loss = self.0.step_pixels(pixels, &batch.labels, learning_rate);
        Tensor::from_data(TensorData::from([loss]), &images.labels().device())
    }

    /// What [`step`](Self::step) does; how long each layer took, by this clock.
    pub(crate) fn step_timed(
        &mut self,
        batch: Batch,
        learning_rate: f64,
        now: fn() -> Duration,
    ) -> Vec<Duration> {
        on_host(batch, |rows, labels| self.0.step_timed(rows, labels, learning_rate, now)).1
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

/// Hands a batch over as rows and labels.
fn on_host<T>(batch: Batch, work: impl FnOnce(ChunksExact<'_, f32>, &[u16]) -> T) -> T {
    let images = batch.images.into_data();
    let images: &[f32] = images.as_slice().expect("images are f32");
    let labels: Vec<u16> = batch.labels.into_data().iter::<u16>().collect();
    work(images.chunks_exact(images.len() / labels.len()), &labels)
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
