//! From decoded files to images with labels.

use super::published::File;
use crate::{DatasetError, ImageShape, Images};

/// Training and test images of four files in the order of [`Part::ALL`](super::Part::ALL).
pub(super) fn assemble(files: [File; 4], classes: usize) -> Result<(Images, Images), DatasetError> {
    let [train_images, train_labels, test_images, test_labels] = files;
    let train = pair(train_images, train_labels, classes)?;
    let file = test_images.name.clone();
    let test = pair(test_images, test_labels, classes)?;
    if train.shape() != test.shape() {
        return Err(DatasetError::SizeMismatch { file, train: train.shape(), test: test.shape() });
    }
    Ok((train, test))
}

fn pair(images: File, labels: File, classes: usize) -> Result<Images, DatasetError> {
    let count = images.idx.dimensions[0];
    if count != labels.idx.data.len() {
        return Err(DatasetError::CountMismatch {
            images_file: images.name,
            images: count,
            labels_file: labels.name,
            labels: labels.idx.data.len(),
        });
    }
    let mut values = labels.idx.data.iter().enumerate();
    if let Some((index, &value)) = values.find(|&(_, &value)| usize::from(value) >= classes) {
        return Err(DatasetError::LabelRange { file: labels.name, index, value, classes });
    }
    let shape = ImageShape::grey(images.idx.dimensions[1], images.idx.dimensions[2]);
    let labels = labels.idx.data.into_iter().map(u16::from).collect();
    Images::new(shape, images.idx.data, labels)
}
