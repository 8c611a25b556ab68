//! From files to pixels of one size, many at a time.

use std::path::Path;

use image::{DynamicImage, GenericImageView, ImageReader, imageops::FilterType};
use rayon::prelude::*;

use super::{ImageFolderError, walk::ImageFile};
use crate::{DatasetError, ImageShape, Images};

/// Decodes all files; of several that cannot be decoded the first is told.
pub(super) fn decode(files: &[ImageFile], size: usize) -> Result<Images, DatasetError> {
    let shape = ImageShape { channels: 3, height: size, width: size };
    let mut pixels = vec![0; files.len() * shape.pixels()];
    let work = files.par_iter().zip(pixels.par_chunks_exact_mut(shape.pixels()));
    let failed =
        work.map(|(file, target)| one(&file.path, size, target)).find_map_first(Result::err);
    if let Some(error) = failed {
        return Err(error.into());
    }
    Images::new(shape, pixels, files.iter().map(|file| file.label).collect())
}

/// One file, into planes of red, green and blue.
fn one(path: &Path, size: usize, target: &mut [u8]) -> Result<(), ImageFolderError> {
    let failed = |reason: String| ImageFolderError::Image { file: path.to_owned(), reason };
    let reader = ImageReader::open(path).and_then(ImageReader::with_guessed_format);
    let reader = reader.map_err(|error| failed(error.to_string()))?;
    let image = reader.decode().map_err(|error| failed(error.to_string()))?;
    let image = square(&image, size as u32).into_rgb8();
    let mut planes: Vec<_> = target.chunks_exact_mut(size * size).collect();
    for (place, pixel) in image.pixels().enumerate() {
        planes.iter_mut().zip(pixel.0).for_each(|(plane, value)| plane[place] = value);
    }
    Ok(())
}

/// The middle of the image: scaled until its shorter side has `size` pixels, linearly and with averages
/// where it shrinks, and cut to a square.
fn square(image: &DynamicImage, size: u32) -> DynamicImage {
    if image.dimensions() == (size, size) {
        return image.clone();
    }
    // Colours first, so that a palette's numbers are not mixed.
    DynamicImage::from(image.to_rgb8()).resize_to_fill(size, size, FilterType::Triangle)
}
