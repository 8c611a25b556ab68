use std::sync::{Arc, OnceLock};

use burn::tensor::Device;
use datasets::{Corruption, DeviceImages, Images, Normalisation, Severity};

use super::{Part, Tagged};
use crate::seeds::Seeds;

/// The test images under one corruption: the same ones for all networks.
///
/// They are made when the first network is tested on them, and kept as bytes; they are brought to the device
/// for the time of a test, where those of all corruptions together would not fit.
#[derive(Debug)]
pub struct Corrupted {
    /// What was done to them.
    pub corruption: Corruption,
    /// How badly.
    pub severity: Severity,
    /// Of all that is random in it.
    pub seed: u64,
    clean: Arc<Clean>,
    images: OnceLock<Images>,
}

/// The test images as they are, and how they come to the device.
#[derive(Debug)]
struct Clean {
    images: Images,
    normalisation: Normalisation,
    device: Device,
}

impl Corrupted {
    /// A set for each of these corruptions, with draws that follow from `seed`.
    pub fn sets(
        test: &Images,
        corruptions: &[(Corruption, Severity)],
        seed: u64,
        (normalisation, device): (&Normalisation, &Device),
    ) -> Vec<Self> {
        if corruptions.is_empty() {
            return Vec::new();
        }
        let (normalisation, device) = (normalisation.clone(), device.clone());
        let clean = Arc::new(Clean { images: test.clone(), normalisation, device });
        let set = |&(corruption, severity): &(Corruption, Severity)| Self {
            corruption,
            severity,
            seed: Seeds::new(seed).corruption(corruption.as_str()),
            clean: clean.clone(),
            images: OnceLock::new(),
        };
        corruptions.iter().map(set).collect()
    }

    /// The images, on the device.
    pub fn images(&self) -> Tagged {
        let Clean { images, normalisation, device } = &*self.clean;
        let corrupted =
            self.images.get_or_init(|| images.corrupted(self.corruption, self.severity, self.seed));
        Tagged::new(Part::Test, DeviceImages::new(corrupted, normalisation, device))
    }
}
