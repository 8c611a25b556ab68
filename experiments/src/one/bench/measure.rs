use std::time::Duration;

use burn::tensor::{Int, Tensor};
use datasets::Batch;
use models::{Network, PerWeight};
use pruning::Mask;
use sparse::{Pattern, Predictor};

use crate::config::{Optimiser, Precision};
use crate::one::timing::{Rounds, in_turn};
use crate::train::{Compressed, Learner};

const SGD: Optimiser = Optimiser::Sgd { momentum: 0.9, nesterov: false, weight_decay: 0.0 };
/// The arithmetic is the same at any rate. At 0 the network stays as it is: one that has learnt its
/// batch by heart has gradients so small that processors are slow with them.
const RATE: f64 = 0.0;

/// The same network three times. A fourth one, sparse, is made of the masked one.
pub(super) struct Networks<'a> {
    /// As it was before pruning.
    pub(super) dense: &'a Network,
    /// With zeros where it is pruned.
    pub(super) masked: &'a Network,
    pub(super) mask: &'a Mask,
    /// Without the units that are not needed.
    pub(super) small: &'a Network,
}

/// How long passes and steps of them took, in the order dense, small, sparse and dense, masked, small,
/// sparse: the last one is the masked network with the weights that are left alone.
pub(super) struct Speeds {
    pub(super) forward: Rounds<3>,
    /// Passes of one image, dense and sparse.
    pub(super) latency: Rounds<2>,
    pub(super) step: Rounds<4>,
}

impl Networks<'_> {
    /// Forward passes for some time, then those of one image and training steps for as long each.
    pub(super) fn measure(&self, batch: &Batch, time: Duration) -> Speeds {
        Speeds {
            forward: self.forward(batch, time),
            latency: self.latency(batch, time),
            step: self.step(batch, time),
        }
    }

    /// Zeros cost as much as other weights: the masked network is as fast as the dense one.
    fn forward(&self, batch: &Batch, time: Duration) -> Rounds<3> {
        let pass = |network| pass(network, &batch.images);
        let mut predictor = self.predictor();
        let mut sparse = || drop(predictor.forward(batch.images.clone()));
        in_turn(time, [&mut || pass(self.dense), &mut || pass(self.small), &mut sparse])
    }

    fn latency(&self, batch: &Batch, time: Duration) -> Rounds<2> {
        let image = batch.images.clone().narrow(0, 0, 1);
        let mut predictor = self.predictor();
        let mut sparse = || drop(predictor.forward(image.clone()));
        in_turn(time, [&mut || pass(self.dense, &image), &mut sparse])
    }

    /// With the weights that the mask keeps, be they zero or not.
    fn predictor(&self) -> Predictor {
        let layers = self.masked.architecture().layers().iter().zip(self.mask.layers());
        let patterns =
            layers.map(|(spec, mask)| Pattern::new(spec.fan_in(), mask.keep.iter().copied()));
        Predictor::with_patterns(self.masked, patterns.collect())
    }

    fn step(&self, batch: &Batch, time: Duration) -> Rounds<4> {
        let learner = |network, mask| {
            let mut learner = Some(Learner::new(network, &SGD, mask, Precision::Full));
            move || {
                learner = learner.take().map(|learner| learner.step(batch, RATE));
                learner.iter().for_each(Learner::wait);
            }
        };
        let mut compressed = self.compressed();
        let mut sparse = || drop(compressed.step(batch.clone(), RATE));
        let mut dense = learner(self.dense, None);
        let mut masked = learner(self.masked, Some(self.factors()));
        let mut small = learner(self.small, None);
        in_turn(time, [&mut dense, &mut masked, &mut small, &mut sparse])
    }

    fn compressed(&self) -> Compressed {
        Compressed::masked(self.masked, &self.factors(), &SGD)
    }

    fn factors(&self) -> PerWeight {
        self.mask.factors(self.masked.architecture(), &self.masked.device())
    }
}

/// Read back, since a device may compute later than it is asked to.
fn pass(network: &Network, images: &Tensor<4>) {
    drop(network.forward(images.clone()).into_data());
}

/// A batch of these images, repeated where they are few, with classes in turn.
pub(super) fn batch(images: &Tensor<4>, size: usize, classes: usize) -> Batch {
    let repeated = images.clone().repeat_dim(0, size.div_ceil(images.dims()[0]));
    let labels: Vec<i64> = (0..size).map(|index| (index % classes) as i64).collect();
    Batch {
        labels: Tensor::<1, Int>::from_data(labels.as_slice(), &images.device()),
        images: repeated.narrow(0, 0, size),
    }
}
