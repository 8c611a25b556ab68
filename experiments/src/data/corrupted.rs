use std::sync::OnceLock;

use burn::tensor::Device;
use datasets::{Corruption, DeviceImages, Images, Normalisation, Severity};

use super::{Part, Tagged};
use crate::seeds::Seeds;

/// The test images under every corruption that is asked for: the same ones for all networks.
///
/// Each set is made when the first network is tested on it, and kept as bytes; it is brought to the device
/// for the time of a test, where all of them together would not fit.
#[derive(Debug)]
pub struct Corrupted {
    test: Images,
    normalisation: Normalisation,
    device: Device,
    sets: Vec<CorruptedSet>,
}

/// The test images under one corruption.
#[derive(Debug)]
pub struct CorruptedSet {
    /// What was done to them.
    pub corruption: Corruption,
    /// How badly.
    pub severity: Severity,
    /// Of all that is random in it.
    pub seed: u64,
    images: OnceLock<Images>,
}

impl Corrupted {
    /// These corruptions of the test images, with draws that follow from `seed`.
    pub fn new(
        test: Images,
        corruptions: &[(Corruption, Severity)],
        seed: u64,
        (normalisation, device): (&Normalisation, &Device),
    ) -> Self {
        let sets = corruptions.iter().map(|&(corruption, severity)| CorruptedSet {
            corruption,
            severity,
            seed: Seeds::new(seed).corruption(corruption.as_str()),
            images: OnceLock::new(),
        });
        let (normalisation, device) = (normalisation.clone(), device.clone());
        Self { test, normalisation, device, sets: sets.collect() }
    }

    /// What there is, in the order of the configuration.
    pub fn sets(&self) -> &[CorruptedSet] {
        &self.sets
    }

    /// The images of a set, on the device.
    pub fn images(&self, set: &CorruptedSet) -> Tagged {
        let images =
            set.images.get_or_init(|| self.test.corrupted(set.corruption, set.severity, set.seed));
        let images = DeviceImages::new(images, &self.normalisation, &self.device);
        Tagged::new(Part::Test, images)
    }
}
