//! The data of an experiment, on the device: one copy, shared by all its runs.

mod corrupted;
mod part;

use std::collections::HashSet;

use burn::tensor::{Device, Tensor};
use datasets::{Batch, Batches, Dataset, DeviceImages, ImageShape};
use models::Architecture;
use rand::seq::index;

pub use corrupted::Corrupted;
pub use part::{Part, Tagged};

use crate::config::Experiment;
use crate::error::Error;
use crate::invariants::Violation;

/// Training accuracies are of so many images at the most: they stand beside test accuracies, and a forward
/// pass of all training images would be a good part of a short training.
const TRAINING_SAMPLE: usize = 10_000;

/// Training, validation and test images, fitted to the network's input.
#[derive(Debug)]
pub struct Data {
    /// Name of the data set that was really loaded.
    pub name: String,
    /// What the ids of runs are made of: the name, and where that does not tell, what is in it.
    pub identity: String,
    /// Where it came from, as a remark in the log.
    pub origin: String,
    /// The original training images; `training` tells which of them are trained on.
    pub images: Tagged,
    /// Indices of the images that are trained on.
    pub training: Vec<usize>,
    /// Up to 10,000 of them, evenly spaced: what training accuracies are of.
    pub training_sample: Vec<usize>,
    /// Images held out of the training set: for choosing and for sensitivities.
    pub validation: Tagged,
    /// Test images, read for reporting only.
    pub test: Tagged,
    /// The test images under the corruptions that are asked for, for reporting only.
    pub corrupted: Vec<Corrupted>,
}

impl Data {
    /// Fits the images to the network, splits off the validation set and moves all to the device.
    ///
    /// # Errors
    /// When the images cannot be fitted, or the split leaves nothing.
    pub fn new(
        dataset: Dataset,
        architecture: &Architecture,
        experiment: &Experiment,
        device: &Device,
    ) -> Result<Self, Error> {
        let [channels, height, width] = architecture.input_shape();
        let shape = ImageShape { channels, height, width };
        let dataset = dataset.fit(shape)?;
        let (train, test) = (&dataset.train, &dataset.test);
        let split = datasets::stratified_split(
            train.labels(),
            experiment.validation,
            experiment.split_seed,
        )?;
        let normalisation = &dataset.normalisation;
        let images = DeviceImages::new(train, normalisation, device);
        Ok(Self {
            identity: match &dataset.fingerprint {
                Some(fingerprint) => format!("{} {fingerprint}", dataset.name),
                None => dataset.name.to_string(),
            },
            name: dataset.name.to_string(),
            origin: dataset.origin.clone(),
            validation: Tagged::new(Part::Validation, images.subset(&split.validation)),
            test: Tagged::new(Part::Test, DeviceImages::new(test, normalisation, device)),
            corrupted: Corrupted::sets(
                test,
                &experiment.corruptions,
                experiment.corruption_seed,
                (normalisation, device),
            ),
            training_sample: evenly(&split.train, TRAINING_SAMPLE),
            training: split.train,
            images: Tagged::new(Part::Training, images),
        })
    }

    /// Batches in an epoch.
    pub fn batches_per_epoch(&self, batch_size: usize) -> usize {
        self.training.len().div_ceil(batch_size)
    }

    /// An endless stream of batches in an order given by the seed.
    pub fn batches(&self, batch_size: usize, seed: u64) -> Batches {
        Batches::new(self.training.clone(), batch_size, seed)
            .expect("the batch size and the split were checked when they were read")
    }

    /// Points for sensitivities with their classes, drawn from the validation set without replacement.
    ///
    /// # Errors
    /// When that is the test set.
    pub fn points(&self, count: usize, seed: u64) -> Result<Batch, Violation> {
        Ok(self.validation.to_select()?.select(&self.drawn(count, seed)))
    }

    /// Up to `count` points that [`points`](Self::points) with `points_seed` leaves over; `None`
    /// where it leaves none.
    ///
    /// # Errors
    /// When the validation set is the test set.
    pub fn held_out_points(
        &self,
        count: usize,
        points_seed: u64,
        seed: u64,
    ) -> Result<Option<Tensor<4>>, Violation> {
        let validation = self.validation.to_select()?;
        let taken: HashSet<usize> = self.drawn(count, points_seed).into_iter().collect();
        let left: Vec<usize> = (0..validation.len()).filter(|i| !taken.contains(i)).collect();
        let mut rng = pruning::generator(seed);
        let drawn = index::sample(&mut rng, left.len(), count.min(left.len())).into_iter();
        let drawn: Vec<usize> = drawn.map(|i| left[i]).collect();
        Ok((!drawn.is_empty()).then(|| validation.select(&drawn).images))
    }

    fn drawn(&self, count: usize, seed: u64) -> Vec<usize> {
        let mut rng = pruning::generator(seed);
        index::sample(&mut rng, self.validation.len(), count).into_vec()
    }

    /// How many points a run takes: as asked for, or by the formula; at most half of the
    /// validation set by the formula, and all of it at the most.
    pub fn point_count(&self, experiment: &Experiment, architecture: &Architecture) -> usize {
        let available = self.validation.len();
        match experiment.points {
            Some(count) => count.min(available),
            None => {
                pruning::sample_size(architecture, experiment.delta).min((available / 2).max(1))
            }
        }
    }
}

/// Up to `count` values, evenly spaced.
fn evenly(values: &[usize], count: usize) -> Vec<usize> {
    let count = count.min(values.len());
    (0..count).map(|k| values[k * values.len() / count]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn samples_are_spread_over_all_values() {
        assert_eq!(evenly(&[3, 5, 7, 9, 11, 13], 3), [3, 7, 11]);
        assert_eq!(evenly(&[3, 5, 7, 9, 11], 3), [3, 5, 9]);
        assert_eq!(evenly(&[3, 5], 10), [3, 5]);
        assert_eq!(evenly(&[], 10), [0; 0]);
    }
}
