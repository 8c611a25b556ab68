use burn::module::Module;
use burn::nn::loss::{CrossEntropyLoss, CrossEntropyLossConfig};
use burn::optim::{GradientsParams, ModuleOptimizer};
use burn::tensor::Tensor;
use datasets::Batch;
use models::{Network, PerWeight};

use super::arithmetic::Arithmetic;
use super::optimiser;
use crate::config::{Optimiser, Precision};

/// One batch: forward, backward, update; the network and the loss, on the device. It takes the
/// network and gives it back, so that the optimiser owns the weights and can update them in place.
pub(super) fn step(
    network: Network,
    optimiser: &mut ModuleOptimizer,
    loss: &CrossEntropyLoss,
    mask: Option<&PerWeight>,
    batch: Batch,
    learning_rate: f64,
    arithmetic: &mut Arithmetic,
) -> (Network, Tensor<1>) {
    let (images, labels) = (Tensor::from_inner(batch.images), Tensor::from_inner(batch.labels));
    let loss = loss.forward(arithmetic.forward(&network, images), labels);
    let value = loss.clone().inner();
    let backward = arithmetic.scaled(loss).backward();
    let mut gradients = GradientsParams::from_grads(backward, &network);
    arithmetic.unscale(&network, &mut gradients);
    if let Some(factors) = mask {
        factors.scale_gradients(&network, &mut gradients);
    }
    (optimiser.step(learning_rate, network, gradients), value)
}

/// A network and what a training step takes besides the batch: the step alone, without data, looks
/// and schedule around it.
pub struct Learner {
    pub(super) network: Network,
    optimiser: ModuleOptimizer,
    loss: CrossEntropyLoss,
    mask: Option<PerWeight>,
    arithmetic: Arithmetic,
}

impl Learner {
    /// A copy of the network that shares nothing with it; weights with the factor 0 stay at zero, if
    /// there are factors.
    pub fn new(
        network: &Network,
        optimiser: &Optimiser,
        mask: Option<PerWeight>,
        precision: Precision,
    ) -> Self {
        Self {
            loss: CrossEntropyLossConfig::new().init(&network.device()),
            network: network.clone().train(),
            optimiser: optimiser::build(optimiser, &network.device()),
            mask,
            arithmetic: Arithmetic::new(precision, &network.device()),
        }
    }

    /// One batch.
    pub fn step(self, batch: &Batch, learning_rate: f64) -> Self {
        let Self { network, mut optimiser, loss, mask, mut arithmetic } = self;
        let (network, _) = step(
            network,
            &mut optimiser,
            &loss,
            mask.as_ref(),
            batch.clone(),
            learning_rate,
            &mut arithmetic,
        );
        Self { network, optimiser, loss, mask, arithmetic }
    }

    /// The network as the steps have left it, without gradients.
    pub fn network(&self) -> Network {
        self.network.valid()
    }

    /// Waits until the device has done all steps.
    ///
    /// # Panics
    /// When the device fails.
    pub fn wait(&self) {
        self.network.device().sync().expect("the device computes");
    }
}
