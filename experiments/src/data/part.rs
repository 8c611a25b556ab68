use datasets::DeviceImages;

use crate::invariants::Violation;

/// A part of the data.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// Networks are trained on it.
    Training,
    /// Held out of the training set; points and moments are chosen by it.
    Validation,
    /// Reported on, and nothing else.
    Test,
}

/// Images that know which part of the data they are, so that whoever chooses by them can be kept
/// from the test images while the program runs.
#[derive(Debug, Clone)]
pub struct Tagged {
    part: Part,
    images: DeviceImages,
}

impl Tagged {
    /// Images of this part.
    pub fn new(part: Part, images: DeviceImages) -> Self {
        Self { part, images }
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.images.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.images.is_empty()
    }

    /// The images, to train on or to choose by.
    ///
    /// # Errors
    /// When they are the test images.
    pub fn to_select(&self) -> Result<&DeviceImages, Violation> {
        match self.part {
            Part::Training | Part::Validation => Ok(&self.images),
            Part::Test => {
                let problem = format!("{} test images were about to be selected by", self.len());
                Err(Violation::of_all("test-untouched", problem))
            }
        }
    }

    /// The images, to report on.
    pub fn to_report(&self) -> &DeviceImages {
        &self.images
    }
}
