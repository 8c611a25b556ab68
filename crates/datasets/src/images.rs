//! Labelled images in host memory, as bytes.

use crate::{DatasetError, ImageShape, fit};

/// Images of one size with one label each.
///
/// Pixels are bytes, [image, channel, row, column] in row-major order, 0 for black.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Images {
    shape: ImageShape,
    pixels: Vec<u8>,
    labels: Vec<u16>,
}

impl Images {
    /// Images of `shape`: `pixels` holds `labels.len()` images one after the other.
    ///
    /// # Errors
    ///
    /// [`DatasetError::Length`] if the lengths do not agree or the shape has no pixels.
    pub fn new(shape: ImageShape, pixels: Vec<u8>, labels: Vec<u16>) -> Result<Self, DatasetError> {
        if shape.pixels() == 0 || labels.len().checked_mul(shape.pixels()) != Some(pixels.len()) {
            return Err(DatasetError::Length { pixels: pixels.len(), labels: labels.len(), shape });
        }
        Ok(Self { shape, pixels, labels })
    }

    /// Number of images.
    pub fn len(&self) -> usize {
        self.labels.len()
    }

    /// Whether there is no image.
    pub fn is_empty(&self) -> bool {
        self.labels.is_empty()
    }

    /// Size of each image.
    pub fn shape(&self) -> ImageShape {
        self.shape
    }

    /// All pixels, [image, channel, row, column] in row-major order.
    pub fn pixels(&self) -> &[u8] {
        &self.pixels
    }

    /// One label an image.
    pub fn labels(&self) -> &[u16] {
        &self.labels
    }

    /// The images at `indices`, in that order.
    ///
    /// # Panics
    ///
    /// If an index is not below [`len`](Self::len).
    pub fn subset(&self, indices: &[usize]) -> Self {
        let size = self.shape.pixels();
        let image = |&i: &usize| &self.pixels[i * size..(i + 1) * size];
        Self {
            shape: self.shape,
            pixels: indices.iter().flat_map(image).copied().collect(),
            labels: indices.iter().map(|&i| self.labels[i]).collect(),
        }
    }

    /// The same images at another size, for a network that was made for that size.
    ///
    /// - Same size: a copy.
    /// - At least as large, and by no more than half in either direction: black margins, the image
    ///   in the middle (28 to 32 pixels, as LeNet-5 takes MNIST).
    /// - Anything else: bilinear interpolation between the centres of pixels (8 to 28, 8 to 32),
    ///   rounded to the nearest byte. Shrinking takes no averages first.
    ///
    /// # Errors
    ///
    /// [`DatasetError::Fit`] if the number of channels differs or `target` has no pixels.
    pub fn fit(&self, target: ImageShape) -> Result<Self, DatasetError> {
        let from = self.shape;
        if from.channels != target.channels || target.pixels() == 0 {
            return Err(DatasetError::Fit { from, to: target });
        }
        let pixels = fit::fit(&self.pixels, from, target);
        Self::new(target, pixels, self.labels.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_must_agree() {
        let shape = ImageShape::grey(2, 2);
        assert!(Images::new(shape, vec![0; 8], vec![0, 1]).is_ok());
        assert!(Images::new(shape, vec![0; 7], vec![0, 1]).is_err());
        assert!(Images::new(ImageShape::grey(0, 2), vec![], vec![]).is_err());
        assert!(Images::new(ImageShape::grey(usize::MAX, 2), vec![0; 4], vec![1, 2]).is_err());
    }

    #[test]
    fn a_subset_keeps_the_order_asked_for() {
        let shape = ImageShape::grey(1, 2);
        let images = Images::new(shape, vec![0, 1, 2, 3, 4, 5], vec![7, 8, 9]).unwrap();
        let subset = images.subset(&[2, 0]);
        assert_eq!(subset.pixels(), [4, 5, 0, 1]);
        assert_eq!(subset.labels(), [9, 7]);
    }

    #[test]
    fn fitting_keeps_labels_and_refuses_other_channels() {
        let images = Images::new(ImageShape::grey(2, 2), vec![9; 8], vec![3, 4]).unwrap();
        assert_eq!(images.fit(images.shape()).unwrap(), images);
        let larger = images.fit(ImageShape::grey(3, 3)).unwrap();
        assert_eq!((larger.labels(), larger.len()), (&[3, 4][..], 2));

        let colour = ImageShape { channels: 3, ..images.shape() };
        let error = images.fit(colour).unwrap_err().to_string();
        assert!(error.contains("1x2x2") && error.contains("3x2x2"), "{error}");
        assert!(images.fit(ImageShape::grey(0, 2)).is_err());
    }
}
