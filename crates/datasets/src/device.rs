//! Images for a device, all of them at once.

use std::ops::Range;

use burn::tensor::{Device, Int, Tensor, TensorData};
use chacha20::ChaCha8Rng;

use crate::host::{self, HostImages};
use crate::{Augmentation, Images, Normalisation};

/// A whole set of images for a device, normalised, with labels. Where the device has memory of its own they lie there,
/// and a batch is one gather; where it computes in the host's they stay bytes until they are asked for.
///
/// Made with a device with autodiff, everything it gives can be fed to a network in training; the
/// images themselves are never differentiated.
#[derive(Clone, Debug)]
pub struct DeviceImages {
    images: Place,
    /// Value of a black pixel after normalisation, per channel.
    background: Vec<f32>,
    labels: Tensor<1, Int>,
    host_labels: Vec<u16>,
}

#[derive(Clone, Debug)]
enum Place {
    Device(Tensor<4>),
    Host(HostImages),
}

/// Some images as bytes and their labels, in host memory.
#[derive(Clone, Debug)]
pub struct ByteBatch<'a> {
    /// [images, channels, height, width].
    pub images: Vec<u8>,
    /// What each byte stands for after normalisation, one table a channel.
    pub tables: &'a [[f32; 256]],
    /// The classes, one an image.
    pub labels: Vec<u16>,
}

/// Some images and their labels, on the device.
#[derive(Clone, Debug)]
pub struct Batch {
    /// [images, channels, height, width], normalised.
    pub images: Tensor<4>,
    /// The classes, one an image.
    pub labels: Tensor<1, Int>,
}

impl DeviceImages {
    /// Normalises the images, and brings them to the device if that has memory of its own.
    ///
    /// # Panics
    ///
    /// If the normalisation has not one mean and one standard deviation for each channel.
    pub fn new(images: &Images, normalisation: &Normalisation, device: &Device) -> Self {
        let shape = images.shape();
        let channels = (normalisation.mean.len(), normalisation.std.len());
        assert_eq!(channels, (shape.channels, shape.channels), "one value a channel");
        let place = if host::is_cpu(device) {
            Place::Host(HostImages::new(images, normalisation, device))
        } else {
            Place::Device(HostImages::new(images, normalisation, device).at(0..images.len()))
        };
        Self {
            images: place,
            background: normalisation.background(),
            labels: indices(images.labels().iter().map(|&label| i64::from(label)), device),
            host_labels: images.labels().to_vec(),
        }
    }

    /// Number of images.
    pub fn len(&self) -> usize {
        self.host_labels.len()
    }

    /// Whether there is no image.
    pub fn is_empty(&self) -> bool {
        self.host_labels.is_empty()
    }

    /// All images, [images, channels, height, width], normalised.
    pub fn images(&self) -> Tensor<4> {
        match &self.images {
            Place::Device(images) => images.clone(),
            Place::Host(images) => images.at(0..self.len()),
        }
    }

    /// All labels, one an image.
    pub fn labels(&self) -> &Tensor<1, Int> {
        &self.labels
    }

    /// All labels, in host memory.
    pub fn host_labels(&self) -> &[u16] {
        &self.host_labels
    }

    /// The images at `indices`, in that order.
    ///
    /// # Panics
    ///
    /// If an index is not below [`len`](Self::len).
    pub fn select(&self, indices: &[usize]) -> Batch {
        self.check(indices);
        let images = match &self.images {
            Place::Device(images) => {
                let positions = indices.iter().map(|&index| index as i64);
                images.clone().select(0, self::indices(positions, &images.device()))
            }
            Place::Host(images) => images.at(indices.iter().copied()),
        };
        Batch { images, labels: self.labels_at(indices) }
    }

    /// The same, augmented: each image on its own, with numbers drawn from `rng` as
    /// [`Augmentation::apply`] draws them.
    ///
    /// # Panics
    ///
    /// If an index is not below [`len`](Self::len).
    pub fn select_augmented(
        &self,
        indices: &[usize],
        augmentation: &Augmentation,
        rng: &mut ChaCha8Rng,
    ) -> Batch {
        match &self.images {
            Place::Host(images) if augmentation.crops_only() => {
                self.check(indices);
                let crops = augmentation.crops(indices.len(), rng);
                let images = images.cropped(indices, &crops, augmentation.pad);
                Batch { images, labels: self.labels_at(indices) }
            }
            _ => {
                let Batch { images, labels } = self.select(indices);
                Batch { images: augmentation.apply(images, &self.background, rng), labels }
            }
        }
    }

    /// What [`select`](Self::select) gives, or with an augmentation
    /// [`select_augmented`](Self::select_augmented), as bytes; `None`, and nothing drawn, where the images do not lie
    /// in host memory or the augmentation computes new pixels.
    ///
    /// # Panics
    ///
    /// If an index is not below [`len`](Self::len).
    pub fn select_bytes(
        &self,
        indices: &[usize],
        augmented: Option<(&Augmentation, &mut ChaCha8Rng)>,
    ) -> Option<ByteBatch<'_>> {
        let Place::Host(host) = &self.images else { return None };
        self.check(indices);
        let images = match augmented {
            Some((augmentation, rng)) if augmentation.crops_only() => {
                let crops = augmentation.crops(indices.len(), rng);
                host.cropped_pixels(indices, &crops, augmentation.pad)
            }
            Some((augmentation, _)) if !augmentation.is_none() => return None,
            _ => host.pixels(indices),
        };
        let labels = indices.iter().map(|&index| self.host_labels[index]).collect();
        Some(ByteBatch { images, tables: host.tables(), labels })
    }

    /// Not every back end checks it, and those that do not return garbage.
    fn check(&self, indices: &[usize]) {
        if let Some(index) = indices.iter().find(|&&index| index >= self.len()) {
            panic!("image {index} of {}", self.len());
        }
    }

    fn labels_at(&self, indices: &[usize]) -> Tensor<1, Int> {
        let labels = indices.iter().map(|&index| i64::from(self.host_labels[index]));
        self::indices(labels, &self.labels.device())
    }

    /// Images one after the other, for evaluation: cheaper than [`select`](Self::select).
    ///
    /// # Panics
    ///
    /// If the range is empty or goes beyond [`len`](Self::len).
    pub fn slice(&self, range: Range<usize>) -> Batch {
        assert!(
            range.start < range.end && range.end <= self.len(),
            "images {range:?} of {}",
            self.len()
        );
        let images = match &self.images {
            Place::Device(images) => images.clone().slice(range.clone()),
            Place::Host(images) => images.at(range.clone()),
        };
        Batch { images, labels: self.labels.clone().slice(range) }
    }

    /// The images at `indices` as a set of their own, such as one side of a split.
    ///
    /// # Panics
    ///
    /// If an index is not below [`len`](Self::len).
    pub fn subset(&self, indices: &[usize]) -> Self {
        self.check(indices);
        let images = match &self.images {
            Place::Device(_) => Place::Device(self.select(indices).images),
            Place::Host(images) => Place::Host(images.subset(indices)),
        };
        Self {
            images,
            background: self.background.clone(),
            labels: self.labels_at(indices),
            host_labels: indices.iter().map(|&index| self.host_labels[index]).collect(),
        }
    }
}

fn indices(values: impl Iterator<Item = i64>, device: &Device) -> Tensor<1, Int> {
    let values: Vec<_> = values.collect();
    let size = [values.len()];
    Tensor::from_data(TensorData::new(values, size), device)
}

#[cfg(test)]
#[path = "device_tests.rs"]
mod tests;
