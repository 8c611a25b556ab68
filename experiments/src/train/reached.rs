//! All that a training's next steps depend on, in an archive; the way back is `go_back`.

use pruning::Mask;
use serde::{Deserialize, Serialize};

use super::compressed::Compressed;
use super::state::State;
use super::{Evaluation, Look, moments};
use crate::archive::Archive;
use crate::records::to_text;

/// Names in the archive.
pub(super) const DONE: &str = "iterations";
pub(super) const LOSSES: &str = "losses";
pub(super) const AUGMENTATION: &str = "augmentation";
pub(super) const SCALE: &str = "loss-scale";
pub(super) const BEST: &str = "best";
pub(super) const SNAPSHOTS: &str = "snapshots";
pub(super) const IS_MASKED: &str = "masked";
pub(super) const MASK: &str = "mask/";
pub(super) const LOOKS: &str = "looks";
pub(super) const NETWORK: &str = "network/";
pub(super) const BEST_NETWORK: &str = "best/";
pub(super) const OPTIMISER: &str = "optimiser";
pub(super) const STEPS: &str = "sparse-steps";
pub(super) const NUMBERS: &str = "sparse/";

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
}

/// Where the network of a moment stands.
pub(super) fn snapshot(when: usize) -> String {
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
    pub(super) fn go_back_to(&mut self, archive: &Archive) -> bool {
        let Some(steps) = archive.fact(STEPS).and_then(|steps| steps.parse().ok()) else {
            return false;
        };
        let numbers = (0..).map_while(|index| archive.numbers(&format!("{NUMBERS}{index}")));
        self.set_reached(&sparse::Reached { steps, numbers: numbers.collect() })
    }
}

/// A look as a line of a table.
#[derive(Serialize, Deserialize)]
pub(super) struct LookRow {
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

    pub(super) fn look(&self) -> Look {
        let Self { iteration, learning_rate, train_loss, .. } = *self;
        let validation =
            Evaluation { loss: self.validation_loss, accuracy: self.validation_accuracy };
        Look { iteration, learning_rate, train_loss, validation }
    }
}
