use std::sync::Arc;

use burn::tensor::Tensor;
use chacha20::ChaCha8Rng;
use models::{Network, Op};

use super::{Build, Entry, Needs};
use crate::{Criterion, PruneError, Scope, Scores, Subject};

pub(super) const ENTRY: Entry = Entry {
    name: "synflow",
    summary: "the share of all paths through the network that run over the weight; no data",
    source: "Tanaka et al. 2020, arXiv 2006.05467",
    needs: Needs::NOTHING,
    exact: true,
    scope: Scope::Global,
    options: &[],
    build: Build::Criterion(100, |_| Arc::new(SynFlow)),
};

/// SynFlow: how much of the synaptic flow runs through a weight (Tanaka et al. 2020,
/// arXiv 2006.05467):
///
/// ```text
/// |w| · ∂R/∂|w|,   R = 1ᵀ f(1)
/// ```
///
/// where f is the network with |w| for its weights, without biases and shifts, with |scale| for its
/// norms, and R the sum of its outputs for an image of ones. No data are looked at. The sum of the
/// scores of a layer is the same for every layer that all paths cross. So a layer that has lost many
/// weights makes those that are left precious, which keeps layers from emptying when the survivors
/// are scored again in many steps (100, as published; see [`Stepwise`](crate::Stepwise)).
///
/// R grows by orders of magnitude from layer to layer. Every value is therefore divided by its
/// largest entry, and the logarithm of what it was divided by goes along with it: scores are exact up
/// to one factor common to all.
#[derive(Debug, Clone, Copy)]
pub struct SynFlow;

impl Criterion for SynFlow {
    fn scores(&self, subject: Subject<'_>, _: &mut ChaCha8Rng) -> Result<Scores, PruneError> {
        let Subject { network, .. } = subject;
        let layers = 0..network.architecture().layers().len();
        let weights: Vec<Tensor<2>> = layers
            .map(|layer| Tensor::from_inner(network.weight(layer).abs()).require_grad())
            .collect();
        let mut gradients = flow(network, &weights).backward();
        Scores::by_layer(network, |layer| {
            let weight = &weights[layer];
            match weight.grad_remove(&mut gradients) {
                Some(gradient) => gradient * weight.clone().inner(),
                // Nothing reads what the layer computes.
                None => weight.clone().inner().zeros_like(),
            }
        })
    }
}

/// A value without negative entries, divided by e^log.
#[derive(Clone)]
struct Scaled {
    value: Tensor<4>,
    log: Tensor<1>,
}

/// R, up to a factor that does not depend on the weights.
fn flow(network: &Network, weights: &[Tensor<2>]) -> Tensor<1> {
    let architecture = network.architecture();
    let [channels, height, width] = architecture.input_shape();
    let device = weights[0].device();
    let ones = Tensor::ones([1, channels, height, width], &device);
    let start = Scaled { value: ones, log: Tensor::zeros([1], &device) };
    let step = |op: &Op, mut inputs: Vec<Scaled>| match *op {
        Op::Layer(index) => {
            let Scaled { value, log } = inputs.pop().expect("a layer takes one value");
            let value = architecture.layers()[index].product(weights[index].clone(), value);
            Scaled { value, log }.levelled()
        }
        Op::BatchNorm(index) => {
            let Scaled { value, log } = inputs.pop().expect("a norm takes one value");
            let scale = Tensor::from_inner(network.norm_scale(index)).reshape([1, -1, 1, 1]);
            Scaled { value: value * scale, log }.levelled()
        }
        Op::Input => inputs.pop().expect("the walk gives the input"),
        // Rectifiers change nothing; sums, means and maxima take values of one scale.
        _ => {
            let (values, log) = of_one_scale(inputs);
            Scaled { value: network.apply(op, values), log }.levelled()
        }
    };
    architecture.walk(start, step).value.sum()
}

/// The logarithm of what has no entry above 0: below that of anything else, and finite, so that
/// differences are.
const NOTHING: f32 = -1e30;

impl Scaled {
    /// With 1 for the largest entry, unless all are 0. The divisor is a constant to the gradients.
    fn levelled(self) -> Self {
        let largest = self.value.clone().detach().max();
        let silent = largest.clone().lower_equal_elem(0.0);
        let largest = largest.mask_fill(silent.clone(), 1.0);
        Self {
            value: self.value / largest.clone().reshape([1, 1, 1, 1]),
            log: (self.log + largest.log()).mask_fill(silent, NOTHING),
        }
    }
}

/// The values on the scale of the largest one.
fn of_one_scale(mut inputs: Vec<Scaled>) -> (Vec<Tensor<4>>, Tensor<1>) {
    if inputs.len() == 1 {
        let Scaled { value, log } = inputs.remove(0);
        return (vec![value], log);
    }
    let logs = inputs.iter().map(|input| input.log.clone());
    let most = logs.reduce(Tensor::max_pair).expect("an operation takes at least one value");
    let rescaled = inputs
        .into_iter()
        .map(|Scaled { value, log }| value * (log - most.clone()).exp().reshape([1, 1, 1, 1]));
    (rescaled.collect(), most)
}

#[cfg(test)]
#[path = "synflow_tests.rs"]
mod tests;
