//! Image data sets for pruning experiments: where the data comes from, decoding, checks, splits,
//! batches on the device, augmentation and corruptions. Nothing here knows of networks.
//!
//! ```no_run
//! use burn::tensor::Device;
//! use datasets::{Batches, DatasetName, DeviceImages, Source, Validation};
//!
//! # fn main() -> Result<(), datasets::DatasetError> {
//! # let device = Device::flex();
//! let dataset = datasets::load(&Source::new(DatasetName::Mnist))?;
//! let split = datasets::stratified_split(dataset.train.labels(), Validation::Count(5_000), 1)?;
//! let train = DeviceImages::new(&dataset.train, &dataset.normalisation, &device);
//! let mut batches = Batches::new(split.train, 64, 1)?;
//! let batch = train.select(batches.next_batch());
//! # Ok(())
//! # }
//! ```
//!
//! The way of the data: [`Source`] → [`load`] → [`Dataset`] (bytes on the host) →
//! [`stratified_split`] (indices) → [`DeviceImages`] (normalised, for the device) → [`Batches`] and
//! [`DeviceImages::select`] → [`Augmentation`]. [`Images::corrupted`] makes test images worse. Everything random is drawn from a seeded ChaCha8
//! stream, so that a run can be repeated and resumed bit for bit.
//!
//! A new data set is one new file in `src/catalogue/`, its `mod` line and its line in the list there.

#![deny(missing_docs)]

mod augment;
mod batches;
mod catalogue;
mod corrupt;
mod dataset;
mod device;
mod error;
mod fit;
mod host;
mod images;
mod load;
mod normalisation;
mod shape;
mod split;
#[cfg(test)]
mod testing;

pub use augment::Augmentation;
pub use batches::Batches;
pub use catalogue::DatasetName;
pub use corrupt::{Corruption, Severity};
pub use dataset::Dataset;
pub use device::{Batch, ByteBatch, DeviceImages};
pub use error::DatasetError;
pub use images::Images;
pub use load::{CifarError, ImageFolderError, Source, load};
pub use normalisation::Normalisation;
pub use shape::ImageShape;
pub use split::{Split, Validation, stratified_split};
