use std::mem;

use burn::module::Module;
use burn::nn::loss::{CrossEntropyLoss, CrossEntropyLossConfig};
use burn::optim::ModuleOptimizer;
use burn::tensor::Tensor;
use chacha20::ChaCha8Rng;
use datasets::{Augmentation, Batch, Batches, DeviceImages};
use models::{Network, PerWeight};

use super::arithmetic::Arithmetic;
use super::compressed::Compressed;
use super::masking::{Gradual, Masked, Masking};
use super::{
    Evaluator, Look, Steps, Stop, Trained, Training, learner, learning_rate, moments, optimiser,
};
use crate::invariants::Violation;

/// A training under way.
pub(super) struct State<'a> {
    pub(super) training: Training<'a>,
    images: &'a DeviceImages,
    validation: &'a DeviceImages,
    /// Gives the masks that come during the training.
    pub(super) gradual: Option<&'a mut dyn Gradual>,
    /// Whether what they take trains on.
    pub(super) is_soft: bool,
    /// The one in force.
    pub(super) mask: Option<Masked>,
    per_epoch: usize,
    /// As the steps have left it, where they are dense; see [`current`](Self::current).
    pub(super) network: Network,
    pub(super) optimiser: ModuleOptimizer,
    loss: CrossEntropyLoss,
    /// Does the steps in place of network, optimiser and loss, where they are sparse.
    pub(super) compressed: Option<Compressed>,
    pub(super) arithmetic: Arithmetic,
    pub(super) batches: Batches,
    pub(super) augmentation: Option<(Augmentation, ChaCha8Rng)>,
    /// Sum of the losses since the last look, on the device, and how many they are.
    pub(super) losses: Option<(Tensor<1>, usize)>,
    learning_rate: f64,
    pub(super) looks: Vec<Look>,
    pub(super) best: Option<(Look, Network)>,
    pub(super) snapshots: Vec<(usize, Network)>,
}

impl<'a> State<'a> {
    pub(super) fn new(network: Network, mut training: Training<'a>) -> Result<Self, Violation> {
        let Training { data, recipe, .. } = training;
        let augmentation = training.augmentation.map(|(how, seed)| (how, pruning::generator(seed)));
        let compressed = match &training.steps {
            Steps::Dense => None,
            Steps::Sparse { filled } => {
                let factors = training.masking.factors();
                Some(Compressed::new(&network, factors, &recipe.optimiser).filled(filled))
            }
        };
        let (gradual, is_soft, mask) = match mem::replace(&mut training.masking, Masking::None) {
            Masking::None => (None, false, None),
            Masking::Fixed(factors) => (None, false, Some(Masked::new(factors.clone(), &network))),
            Masking::Gradual(gradual) => (Some(gradual), false, None),
            Masking::Soft { choices, within } => {
                (Some(choices), true, Some(Masked::new(within.clone(), &network)))
            }
        };
        let device = network.device();
        Ok(Self {
            images: data.images.to_select()?,
            validation: data.validation.to_select()?,
            gradual,
            is_soft,
            mask,
            per_epoch: data.batches_per_epoch(recipe.batch_size),
            loss: CrossEntropyLossConfig::new().init(&device),
            arithmetic: Arithmetic::new(recipe.precision, &device),
            network: network.train(),
            optimiser: optimiser::build(&recipe.optimiser, &device),
            compressed,
            batches: data.batches(recipe.batch_size, training.order),
            augmentation,
            training,
            losses: None,
            learning_rate: 0.0,
            looks: Vec::new(),
            best: None,
            snapshots: Vec::new(),
        })
    }

    pub(super) fn keep_snapshot(&mut self, iteration: usize) {
        if self.training.snapshots.contains(&iteration) {
            self.snapshots.push((iteration, self.current()));
        }
    }

    /// The network as the steps so far have left it, without gradients.
    pub(super) fn current(&self) -> Network {
        match &self.compressed {
            Some(compressed) => compressed.network(),
            None => self.network.valid(),
        }
    }

    /// Goes on with other batches, where it is time for that.
    pub(super) fn fork(&mut self, iteration: usize) {
        let Some(fork) = self.training.fork.filter(|fork| fork.at == iteration) else { return };
        let Training { data, recipe, .. } = self.training;
        self.batches = data.batches(recipe.batch_size, fork.order);
        if let Some((_, rng)) = &mut self.augmentation {
            *rng = pruning::generator(fork.augmentation);
        }
    }

    /// Whether there may be a new mask before the step of this iteration.
    pub(super) fn is_time_to_mask(&self, iteration: usize) -> bool {
        self.gradual.as_ref().is_some_and(|gradual| gradual.is_due(iteration))
    }

    /// Asks for a new mask and puts it in force: newly pruned weights and all that the optimiser
    /// remembers of them become zero, the others go on as they were. Under a soft mask the weights alone
    /// become zero, and nothing is in force.
    pub(super) fn mask(mut self, iteration: usize) -> Result<Self, Stop> {
        let Some(factors) = self.choose(iteration, &self.current())? else {
            return Ok(self);
        };
        if self.is_soft {
            if let Some(compressed) = &mut self.compressed {
                compressed.mute(&factors);
                return Ok(self);
            }
            return Ok(Self { network: factors.scale(self.network), ..self });
        }
        let mask = Masked::new(factors, &self.network);
        if let Some(before) = &self.mask {
            mask.is_within(before).map_err(|violation| violation.at(iteration))?;
        }
        if let Some(compressed) = &mut self.compressed {
            compressed.keep(&mask.factors);
            return Ok(Self { mask: Some(mask), best: None, ..self });
        }
        let network = mask.factors.scale(self.network);
        let optimiser = moments::zeroed(self.optimiser, &mask.layers);
        // What was best with more weights is no result of this training.
        Ok(Self { network, optimiser, mask: Some(mask), best: None, ..self })
    }

    fn choose(&mut self, iteration: usize, network: &Network) -> Result<Option<PerWeight>, Stop> {
        let gradual = self.gradual.as_mut();
        let chosen = gradual.map(|gradual| gradual.mask(iteration, network)).transpose();
        Ok(chosen.map_err(Stop::Failed)?.flatten())
    }

    /// One batch. It takes and gives the state back, as the [`learner`]'s step does the network.
    pub(super) fn step(mut self, iteration: usize) -> Self {
        let total = self.training.recipe.length.iterations(self.per_epoch);
        self.learning_rate = learning_rate(self.training.recipe, iteration, total, self.per_epoch);
        let rate = self.learning_rate;
        let indices = self.batches.next_batch();
        let loss = match &mut self.compressed {
            Some(compressed) => {
                let augmentation = self.augmentation.as_mut();
                compressed.step_on(self.images, indices, augmentation, rate)
            }
            None => {
                let batch = selected(self.images, indices, self.augmentation.as_mut());
                let mask = self.mask.as_ref().map(|mask| &mask.factors);
                let (network, loss) = learner::step(
                    self.network,
                    &mut self.optimiser,
                    &self.loss,
                    mask,
                    batch,
                    rate,
                    &mut self.arithmetic,
                );
                self.network = network;
                loss
            }
        };
        self.losses = Some(match self.losses.take() {
            Some((sum, count)) => (sum + loss, count + 1),
            None => (loss, 1),
        });
        self
    }

    pub(super) fn is_time_to_look(&self, done: usize) -> bool {
        let every = self.training.recipe.evaluate_every.iterations(self.per_epoch);
        done.is_multiple_of(every.max(1)) || done == self.training.iterations.end
    }

    pub(super) fn look(&mut self, done: usize) -> Result<(), Stop> {
        let mut network = self.current();
        if self.is_soft
            && let Some(factors) = self.choose(done, &network)?
        {
            // What is looked at is what would be left if the training ended here. The best look is
            // the last one, the only one with the last mask.
            network = factors.scale(network);
            self.best = None;
        }
        let validation = Evaluator::new(&network, &self.training.steps).evaluate(self.validation);
        let (sum, count) = self.losses.take().expect("a step was made since the last look");
        let train_loss = f64::from(sum.into_scalar::<f32>()) / count as f64;
        if !train_loss.is_finite() || !validation.loss.is_finite() {
            return Err(Stop::Diverged { iteration: done });
        }
        if let Some(mask) = &self.mask {
            mask.check(&network, &self.optimiser, done)?;
        }
        let look =
            Look { iteration: done, learning_rate: self.learning_rate, train_loss, validation };
        self.looks.push(look);
        if self.best.as_ref().is_none_or(|(best, _)| validation.loss < best.validation.loss) {
            self.best = Some((look, network));
        }
        Ok(())
    }

    pub(super) fn finish(self) -> Trained {
        let current = (!self.is_soft).then(|| self.current());
        let (best, best_network) = self.best.expect("every training ends with a look");
        // Every training ends with a look.
        let network = current.unwrap_or_else(|| best_network.clone());
        Trained {
            network,
            best: best_network,
            best_iteration: best.iteration,
            snapshots: self.snapshots,
            looks: self.looks,
            steps: self.training.steps,
            seconds_before: 0.0,
        }
    }
}

/// These images, augmented where they are to be.
pub(super) fn selected(
    images: &DeviceImages,
    indices: &[usize],
    augmentation: Option<&mut (Augmentation, ChaCha8Rng)>,
) -> Batch {
    match augmentation {
        Some((augmentation, rng)) => images.select_augmented(indices, augmentation, rng),
        None => images.select(indices),
    }
}
