use std::path::PathBuf;

use serde::{Deserialize, Serialize};

/// `[dataset]`: where the images come from.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Dataset {
    /// `mnist`, `fashion-mnist`, `cifar-10`, `cifar-100`, `digits` or `image-folder`.
    pub name: String,
    /// Folder with the files; without it the cache is looked into, then they are downloaded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path: Option<PathBuf>,
    /// Address to download from, in place of the usual one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// Data set to use where `name` cannot be had; without it that is an error.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub offline: Option<String>,
    /// Side of the images of an image folder, in pixels.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub size: Option<usize>,
    /// Mean and standard deviation of the channels; without it those of the training images.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub normalisation: Option<Normalisation>,
    /// Images held out of the training set: a count (5000) or a share (0.1).
    pub validation: Validation,
    /// Seed of that choice; the same for all networks.
    #[serde(default)]
    pub split_seed: u64,
    /// Augmentation of training images.
    #[serde(default)]
    pub augment: Augment,
}

/// A count or a share of images.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(untagged, expecting = "expected a number of images such as 5000, or a share such as 0.1")]
pub enum Validation {
    /// So many images.
    Count(usize),
    /// This share of the training set.
    Share(f64),
}

/// `[dataset.normalisation]`, for pixels from 0 to 1.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Normalisation {
    /// Of red, green and blue, or of grey.
    pub mean: Vec<f64>,
    /// Their standard deviations.
    pub std: Vec<f64>,
}

/// `[dataset.augment]`
#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Augment {
    /// Pixels of padding around the image before a random crop back to its size.
    #[serde(default)]
    pub pad: usize,
    /// Mirror every second image.
    #[serde(default)]
    pub flip: bool,
    /// A random part of the image, stretched to its size.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub resized_crop: bool,
}
