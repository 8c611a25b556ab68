//! All that a training's next steps depend on, in an archive and back.

use std::path::Path;

use burn::module::Module;
use burn::tensor::Tensor;
use models::Network;
use pruning::Mask;
use serde::{Deserialize, Serialize};

use super::compressed::Compressed;
use super::masking::Masked;
use super::state::State;
use super::{Evaluation, Look, moments, optimiser};
use crate::archive::Archive;
use crate::error::Error;
use crate::records::{from_text, to_text};

/// Names in the archive.
const DONE: &str = "iterations";
const LOSSES: &str = "losses";
const AUGMENTATION: &str = "augmentation";
const SCALE: &str = "loss-scale";
const BEST: &str = "best";
const SNAPSHOTS: &str = "snapshots";
const IS_MASKED: &str = "masked";
const MASK: &str = "mask/";
const LOOKS: &str = "looks";
const NETWORK: &str = "network/";
const BEST_NETWORK: &str = "best/";
const OPTIMISER: &str = "optimiser";
const STEPS: &str = "sparse-steps";
const NUMBERS: &str = "sparse/";

impl State<'_> {
    /// Writes down what was reached after `done` iterations.
    pub(super) fn keep(&self, done: usize, archive: &mut Archive) {
        archive.set(DONE, done);
        if let Some((sum, count)) = &self.losses {
            archive.put_numbers(LOSSES, vec![sum.clone().into_scalar::<f32>(), *count as f32]);
        }
        if let Some((_, rng)) = &self.augmentation {
            archive.set(AUGMENTATION, rng.get_word_pos());
        }
        if let Some(scale) = self.arithmetic.scale() {
            archive.put_numbers(SCALE, scale.to_vec());
        }
        let looks: Vec<LookRow> = self.looks.iter().map(LookRow::of).collect();
        archive.put_text(LOOKS, &to_text(&looks).expect("rows of numbers have a text"));
        if let Some((look, network)) = &self.best {
            archive.set(BEST, look.iteration);
            archive.put_network(BEST_NETWORK, network);
        }
        let moments: Vec<String> =
            self.snapshots.iter().map(|(when, _)| when.to_string()).collect();
        archive.set(SNAPSHOTS, moments.join(" "));
        for (when, network) in &self.snapshots {
            archive.put_network(&snapshot(*when), network);
        }
        self.keep_mask(archive);
        match &self.compressed {
            Some(compressed) => compressed.keep_numbers(archive),
            None => {
                archive.put_network(NETWORK, &self.current());
                archive.put_bytes(OPTIMISER, moments::portable(&self.optimiser, &self.network));
            }
        }
    }

    /// Masks that come during the training: the one in force, and what is needed to find the next.
    fn keep_mask(&self, archive: &mut Archive) {
        let Some(gradual) = &self.gradual else { return };
        gradual.keep(archive);
        if let Some(masked) = self.mask.as_ref().filter(|_| !self.is_soft) {
            archive.set(IS_MASKED, true);
            let architecture = self.network.architecture();
            let layers = (0..architecture.layers().len()).map(|layer| masked.factors.values(layer));
            let keep = layers.map(|factors| factors.iter().map(|&factor| factor != 0.0).collect());
            archive.put_mask(MASK, &Mask::new(architecture, keep.collect()));
        }
    }

    /// Goes back to what was reached: the iterations that were done. All of it is looked at before anything is
    /// changed.
    ///
    /// # Errors
    /// When the archive, which was read from `origin`, has not all that this training needs.
    pub(super) fn go_back_to(&mut self, archive: &Archive, origin: &Path) -> Result<usize, Error> {
        let lacks = |what: &str| {
            let problem = format!("has no {what} for this training");
            Error::File { path: origin.to_owned(), problem }
        };
        let number = |fact: &str| archive.fact(fact).and_then(|text| text.parse::<usize>().ok());
        let done = number(DONE).ok_or_else(|| lacks(DONE))?;
        let range = &self.training.iterations;
        if done <= range.start || done > range.end {
            return Err(lacks("number of iterations that could be"));
        }
        let rows: Vec<LookRow> =
            from_text(&archive.texts(LOOKS).remove("").unwrap_or_default(), origin)?;
        let looks: Vec<Look> = rows.iter().map(LookRow::look).collect();
        let device = self.network.device().without_autodiff();
        let network = |prefix: &str| -> Result<Network, Error> {
            archive.network(prefix, self.network.architecture(), origin, &device)
        };
        let best = match archive.fact(BEST) {
            None => None,
            Some(_) => {
                let look = looks.iter().rfind(|look| Some(look.iteration) == number(BEST));
                Some((*look.ok_or_else(|| lacks(BEST))?, network(BEST_NETWORK)?))
            }
        };
        let wanted = self.training.snapshots.iter().filter(|&&when| when < done);
        let snapshots = wanted.map(|&when| Ok((when, network(&snapshot(when))?)));
        let snapshots = snapshots.collect::<Result<Vec<_>, Error>>()?;
        let losses = match archive.numbers(LOSSES).as_deref() {
            None => None,
            Some(&[sum, count]) => Some((Tensor::from_floats([sum], &device), count as usize)),
            Some(_) => return Err(lacks(LOSSES)),
        };
        let scale = archive.numbers(SCALE);
        let scale = scale.and_then(|scale| <[f32; 2]>::try_from(scale).ok());
        if self.arithmetic.scale().is_some() != scale.is_some() {
            return Err(lacks(SCALE));
        }
        let drawn = archive.fact(AUGMENTATION).and_then(|text| text.parse::<u128>().ok());
        if self.augmentation.is_some() != drawn.is_some() {
            return Err(lacks(AUGMENTATION));
        }
        let mask = match archive.fact(IS_MASKED) {
            None => None,
            Some(_) => {
                let architecture = self.network.architecture();
                let mask = archive.mask(MASK, architecture).ok_or_else(|| lacks("mask"))?;
                Some(Masked::new(mask.factors(architecture, &device), &self.network))
            }
        };
        let steps = match &self.compressed {
            Some(compressed) => {
                let mut compressed = compressed.clone();
                mask.iter().for_each(|mask| compressed.keep(&mask.factors));
                let is_whole = compressed.go_back_to(archive);
                Steps::Sparse(is_whole.then_some(compressed).ok_or_else(|| lacks(NUMBERS))?)
            }
            None => {
                let network = network(NETWORK)?.train();
                let bytes = archive.bytes(OPTIMISER).ok_or_else(|| lacks(OPTIMISER))?;
                let fresh = optimiser::build(&self.training.recipe.optimiser, &network.device());
                let optimiser = moments::of_portable(fresh, bytes, &network);
                Steps::Dense(
                    network,
                    optimiser.map_err(|problem| Error::File {
                        path: origin.to_owned(),
                        problem: format!("{OPTIMISER}: {problem}"),
                    })?,
                )
            }
        };
        if let Some(gradual) = &mut self.gradual
            && !gradual.go_back_to(archive)
        {
            return Err(lacks("state of its pruning"));
        }
        (self.looks, self.best, self.snapshots, self.losses) = (looks, best, snapshots, losses);
        match steps {
            Steps::Sparse(compressed) => self.compressed = Some(compressed),
            Steps::Dense(network, optimiser) => {
                (self.network, self.optimiser) = (network, optimiser)
            }
        }
        if let Some(mask) = mask {
            // Of the network that is trained from now on.
            self.mask = Some(Masked::new(mask.factors, &self.network));
        } else if let Some(mask) = self.mask.take() {
            self.mask = Some(Masked::new(mask.factors, &self.network));
        }
        if let Some(scale) = scale {
            self.arithmetic.set_scale(scale, &device);
        }
        let since = self.training.fork.filter(|fork| fork.at < done).map(|fork| fork.at);
        since.iter().for_each(|&at| self.fork(at));
        self.batches.skip((done - since.unwrap_or(self.training.iterations.start)) as u64);
        if let (Some((_, rng)), Some(drawn)) = (&mut self.augmentation, drawn) {
            rng.set_word_pos(drawn);
        }
        Ok(done)
    }
}

/// What does the steps.
enum Steps {
    Sparse(Compressed),
    Dense(Network, burn::optim::ModuleOptimizer),
}

fn snapshot(when: usize) -> String {
    format!("snapshot-{when}/")
}

impl Compressed {
    fn keep_numbers(&self, archive: &mut Archive) {
        let sparse::Reached { steps, numbers } = self.reached();
        archive.set(STEPS, steps);
        for (index, numbers) in numbers.into_iter().enumerate() {
            archive.put_numbers(&format!("{NUMBERS}{index}"), numbers);
        }
    }

    /// `false` where the archive has not what it needs.
    fn go_back_to(&mut self, archive: &Archive) -> bool {
        let Some(steps) = archive.fact(STEPS).and_then(|steps| steps.parse().ok()) else {
            return false;
        };
        let numbers = (0..).map_while(|index| archive.numbers(&format!("{NUMBERS}{index}")));
        self.set_reached(&sparse::Reached { steps, numbers: numbers.collect() })
    }
}

/// A look as a line of a table.
#[derive(Serialize, Deserialize)]
struct LookRow {
    iteration: usize,
    learning_rate: f64,
    train_loss: f64,
    validation_loss: f64,
    validation_accuracy: f64,
}

impl LookRow {
    fn of(look: &Look) -> Self {
        let Look { iteration, learning_rate, train_loss, validation } = *look;
        let Evaluation { loss, accuracy } = validation;
        Self {
            iteration,
            learning_rate,
            train_loss,
            validation_loss: loss,
            validation_accuracy: accuracy,
        }
    }

    fn look(&self) -> Look {
        let Self { iteration, learning_rate, train_loss, .. } = *self;
        let validation =
            Evaluation { loss: self.validation_loss, accuracy: self.validation_accuracy };
        Look { iteration, learning_rate, train_loss, validation }
    }
}
