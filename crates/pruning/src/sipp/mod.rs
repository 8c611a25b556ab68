//! SiPP's methods that allocate a budget to the sides of units, and draw weights.

mod sampled;
mod side;

use chacha20::ChaCha8Rng;

use crate::criterion::Subject;
use crate::error::PruneError;
use crate::methods::Options;
use crate::pruner::{Examined, Pruner};
use crate::sampling::ErrorForm;
use crate::scores::Scores;
use crate::sensitivity::{Reduction, sensitivities};
use sampled::Sampled;
use side::Side;

/// How a side of a unit is reduced to the weights allocated to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Strategy {
    /// By drawing from the distribution of sensitivities, and reweighting.
    Sampled,
    /// By drawing or by keeping the largest sensitivities, whichever has the smaller error.
    Hybrid,
}

/// SiPP's sampled and hybrid methods (SiPPRand and SiPPHybrid, arXiv 1910.05422).
///
/// 1. Sensitivities s of all weights over the points ([`sensitivities`]); for each side (sign of the
///    weights) of each unit S = Σ s_j.
/// 2. The budget is shared among the sides so that the sum of their errors is least
///    ([`allocate`](crate::allocate)). Sides without signal get nothing; weights whose sensitivity is
///    0 are not drawn.
/// 3. A side that is allocated all its weights keeps them as they are. Otherwise it is drawn from
///    q_j = s_j / S as often as is needed for the allocated number of *different* weights to be
///    expected, and a weight that came out c_j times in N draws becomes c_j / (N q_j) · w_j: the
///    side's sum keeps its expectation.
/// 4. The hybrid method keeps the side's largest sensitivities instead, unchanged, where the error
///    of that, C · Σ s_j over the dropped ones, is not larger than the error ε of drawing.
///
/// The number of different weights that come out of a draw is random. Sides are therefore drawn one
/// after the other, and each is asked for its share of what is still missing: every side's draws
/// are fixed before it is drawn, so its sum stays unbiased and its error bound valid, while the
/// total ends within half a percent of the budget (on very small networks the whole draw is repeated
/// for that). The draw that is counted is the one that is used.
///
/// ```
/// use burn::tensor::{Device, Tensor};
/// use models::{Initialisation, Network, zoo};
/// use pruning::methods::Options;
/// use pruning::{Density, Mask, Scope, SensitivityPruner, Strategy, Subject, generator, prune};
///
/// let device = Device::flex();
/// let request = zoo::Request { widths: vec![30], ..zoo::Request::named("mlp") };
/// let architecture = zoo::architecture(&request)?;
/// let network = Network::new(architecture, Initialisation::KaimingUniform, 7, &device);
/// let images = Tensor::ones([8, 1, 28, 28], &device);
///
/// let hybrid = SensitivityPruner::new(Strategy::Hybrid, &Options::default());
/// let budget = Density::new(0.1)?.budget(network.architecture().prunable_weights());
/// let everything = Mask::full(network.architecture());
/// let subject = Subject::new(&network, &images);
/// let pruned = prune(&hybrid, subject, Scope::Global, &everything, budget, &mut generator(7))?;
/// let smaller = pruned.apply(&network);
/// assert!(pruned.mask.kept().abs_diff(budget.0) <= budget.0 / 200);
/// assert_eq!(smaller.forward(images).dims(), [8, 10]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SensitivityPruner {
    /// Drawn, or drawn or cut.
    pub strategy: Strategy,
    /// How relative importance is reduced over positions. The error bounds hold for the maximum.
    pub reduction: Reduction,
    /// The error of a drawn side.
    pub error_form: ErrorForm,
    /// δ, in (0, 1).
    pub failure_probability: f64,
    /// C, at least 1.
    pub constant: f64,
    /// Points taken through the network at a time; it bounds the memory and changes only rounding.
    pub chunk: usize,
}

impl SensitivityPruner {
    /// With these options, and the published values for what they leave open: maximum over positions,
    /// C = 3; Bernstein's bound with δ = 0.05.
    pub fn new(strategy: Strategy, options: &Options) -> Self {
        let error_form = options.error_form.unwrap_or_default();
        let delta = options.failure_probability;
        Self {
            strategy,
            reduction: options.reduction.unwrap_or(Reduction::Max),
            error_form,
            failure_probability: delta.unwrap_or_else(|| error_form.failure_probability()),
            constant: options.constant.unwrap_or(Options::CONSTANT),
            chunk: 256,
        }
    }
}

impl Pruner for SensitivityPruner {
    fn examine(
        &self,
        subject: Subject<'_>,
        _: &mut ChaCha8Rng,
    ) -> Result<Box<dyn Examined>, PruneError> {
        let Subject { network, images, .. } = subject;
        let found = sensitivities(network, images, self.reduction, self.chunk)?;
        let layers = network.architecture().layers();
        let weights: Vec<Vec<f32>> = (0..layers.len()).map(|l| network.weight_values(l)).collect();
        let sides = side::sides(self, network.architecture(), &weights, &found);
        let values = found.layers.into_iter().map(|layer| layer.values).collect();
        let units = layers.iter().map(|layer| layer.units).collect();
        let scores = Scores::new(network, values)?;
        Ok(Box::new(Sampled { pruner: *self, scores, weights, sides, units }))
    }
}

#[cfg(test)]
mod golden_tests;
