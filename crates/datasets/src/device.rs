//! Images on the device, all of them at once.

use std::ops::Range;

use burn::tensor::{Device, Int, Tensor, TensorData};

use crate::{Images, Normalisation};

/// A whole set of images on the device, normalised, with labels; a batch is one gather.
///
/// Made with a device with autodiff, everything it gives can be fed to a network in training; the
/// images themselves are never differentiated.
#[derive(Clone, Debug)]
pub struct DeviceImages {
    images: Tensor<4>,
    labels: Tensor<1, Int>,
    host_labels: Vec<u16>,
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
    /// Normalises the images and brings them to the device.
    ///
    /// # Panics
    ///
    /// If the normalisation has not one mean and one standard deviation for each channel.
    pub fn new(images: &Images, normalisation: &Normalisation, device: &Device) -> Self {
        let shape = images.shape();
        let channels = (normalisation.mean.len(), normalisation.std.len());
        assert_eq!(channels, (shape.channels, shape.channels), "one value a channel");
        let tables: Vec<_> = (0..shape.channels).map(|c| normalisation.table(c)).collect();
        let planes = images.pixels().chunks_exact(shape.height * shape.width);
        let values: Vec<f32> = planes
            .zip(tables.iter().cycle())
            .flat_map(|(plane, table)| plane.iter().map(|&pixel| table[usize::from(pixel)]))
            .collect();
        let size = [images.len(), shape.channels, shape.height, shape.width];
        Self {
            images: Tensor::from_data(TensorData::new(values, size), device),
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
    pub fn images(&self) -> &Tensor<4> {
        &self.images
    }

    /// All labels, one an image.
    pub fn labels(&self) -> &Tensor<1, Int> {
        &self.labels
    }

    /// All labels, in host memory.
    pub fn host_labels(&self) -> &[u16] {
        &self.host_labels
    }

    /// The images at `indices`, in that order: one gather on the device.
    ///
    /// # Panics
    ///
    /// If an index is not below [`len`](Self::len).
    pub fn select(&self, indices: &[usize]) -> Batch {
        // Checked here, because not every back end does, and those that do not return garbage.
        if let Some(index) = indices.iter().find(|&&index| index >= self.len()) {
            panic!("image {index} of {}", self.len());
        }
        let positions = indices.iter().map(|&index| index as i64);
        let positions = self::indices(positions, &self.images.device());
        Batch {
            images: self.images.clone().select(0, positions.clone()),
            labels: self.labels.clone().select(0, positions),
        }
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
        Batch {
            images: self.images.clone().slice(range.clone()),
            labels: self.labels.clone().slice(range),
        }
    }

    /// The images at `indices` as a set of their own, such as one side of a split.
    ///
    /// # Panics
    ///
    /// If an index is not below [`len`](Self::len).
    pub fn subset(&self, indices: &[usize]) -> Self {
        let Batch { images, labels } = self.select(indices);
        Self {
            images,
            labels,
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
