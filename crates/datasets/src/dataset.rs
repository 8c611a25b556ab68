//! A data set in host memory.

use crate::{DatasetError, DatasetName, ImageShape, Images, Normalisation};

/// Training and test images of one data set, and where they came from.
#[derive(Clone, Debug)]
pub struct Dataset {
    /// The data set that was loaded.
    pub name: DatasetName,
    /// The data set that was asked for; another one than `name` if that was out of reach.
    pub requested: DatasetName,
    /// Where the data came from: `folder X`, `cache X`, `download` or `embedded`.
    pub origin: String,
    /// A hash of the images, for data that a name alone does not tell apart.
    pub fingerprint: Option<String>,
    /// Number of classes; labels are below it.
    pub classes: usize,
    /// Images to train on.
    pub train: Images,
    /// Images to test on, of the same size.
    pub test: Images,
    /// Mean and standard deviation of the training pixels.
    pub normalisation: Normalisation,
}

impl Dataset {
    /// Whether another data set than the one asked for was loaded.
    pub fn is_fallback(&self) -> bool {
        self.name != self.requested
    }

    /// The same data set with images of another size, see [`Images::fit`].
    ///
    /// # Errors
    ///
    /// As [`Images::fit`].
    pub fn fit(self, target: ImageShape) -> Result<Self, DatasetError> {
        if self.train.shape() == target {
            return Ok(self);
        }
        Ok(Self { train: self.train.fit(target)?, test: self.test.fit(target)?, ..self })
    }
}
