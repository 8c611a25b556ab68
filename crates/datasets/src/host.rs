//! Images in the memory of the host as bytes, for backends that compute there.

use std::hint;
use std::ops::Range;

use burn::tensor::{Device, Tensor, TensorData};

use crate::augment::Crop;
use crate::{ImageShape, Images, Normalisation};

/// Whether tensors of this device lie in the memory of the host.
pub(crate) fn is_cpu(device: &Device) -> bool {
    // burn names no property of a device that tells it, and its enum has the variants of the features that
    // it is built with only.
    let name = format!("{device:?}");
    ["Device<Flex", "Device<NdArray"].iter().any(|cpu| name.starts_with(cpu))
}

/// Images as bytes, normalised when they are asked for: a quarter of the memory, and a batch is read in less time, than
/// where they lie as floats.
#[derive(Clone, Debug)]
pub(crate) struct HostImages {
    shape: ImageShape,
    /// [images, channels, height, width].
    pixels: Vec<u8>,
    /// What each byte stands for, one table a channel.
    tables: Vec<[f32; 256]>,
    device: Device,
}

impl HostImages {
    pub(crate) fn new(images: &Images, normalisation: &Normalisation, device: &Device) -> Self {
        let shape = images.shape();
        let tables = (0..shape.channels).map(|channel| normalisation.table(channel)).collect();
        Self { shape, pixels: images.pixels().to_vec(), tables, device: device.clone() }
    }

    /// The images at these places, [images, channels, height, width].
    pub(crate) fn at(&self, places: impl ExactSizeIterator<Item = usize>) -> Tensor<4> {
        let count = places.len();
        let mut values = Vec::with_capacity(count * self.shape.pixels());
        for (map, table) in places.flat_map(|place| self.maps(place)) {
            values.extend(map.iter().map(|&pixel| table[usize::from(pixel)]));
        }
        self.tensor(values, count)
    }

    /// The same in these crops, with a black margin of so many pixels: row by row, since as tensor operations they take
    /// a gather with an index of 64 bits for every pixel, which costs as much as a training step of a small network.
    pub(crate) fn cropped(&self, places: &[usize], crops: &[Crop], pad: usize) -> Tensor<4> {
        let pixels = self.cropped_pixels(places, crops, pad);
        let mut values = Vec::with_capacity(pixels.len());
        let maps = pixels.chunks_exact(self.shape.height * self.shape.width);
        for (map, table) in maps.zip(self.tables.iter().cycle()) {
            values.extend(map.iter().map(|&pixel| table[usize::from(pixel)]));
        }
        self.tensor(values, places.len())
    }

    /// The bytes of the images at these places, one after the other.
    pub(crate) fn pixels(&self, places: &[usize]) -> Vec<u8> {
        let size = self.shape.pixels();
        let mut pixels = Vec::with_capacity(places.len() * size);
        places
            .iter()
            .for_each(|place| pixels.extend_from_slice(&self.pixels[place * size..][..size]));
        pixels
    }

    /// The same of these crops.
    pub(crate) fn cropped_pixels(&self, places: &[usize], crops: &[Crop], pad: usize) -> Vec<u8> {
        self.fetch(places);
        let mut pixels = vec![0; places.len() * self.shape.pixels()];
        let mut cropped = pixels.chunks_exact_mut(self.shape.height * self.shape.width);
        for (&place, crop) in places.iter().zip(crops) {
            for ((map, _), cropped) in self.maps(place).zip(&mut cropped) {
                self.crop(map, crop, pad, cropped);
            }
        }
        pixels
    }

    /// Reads a byte of every cache line of images that lie anywhere in memory, so that it fetches many at a time: copies
    /// wait for one image after the other.
    fn fetch(&self, places: &[usize]) {
        const LINE: usize = 64;
        let size = self.shape.pixels();
        let mut seen = 0;
        for &place in places {
            for byte in self.pixels[place * size..][..size].iter().step_by(LINE) {
                seen ^= byte;
            }
        }
        hint::black_box(seen);
    }

    /// What each byte stands for, one table a channel.
    pub(crate) fn tables(&self) -> &[[f32; 256]] {
        &self.tables
    }

    /// Images of their own.
    pub(crate) fn subset(&self, places: &[usize]) -> Self {
        Self {
            shape: self.shape,
            pixels: self.pixels(places),
            tables: self.tables.clone(),
            device: self.device.clone(),
        }
    }

    /// The maps of an image, one a channel, with their tables.
    fn maps(&self, place: usize) -> impl Iterator<Item = (&[u8], &[f32; 256])> {
        let size = self.shape.pixels();
        let maps =
            self.pixels[place * size..][..size].chunks_exact(self.shape.height * self.shape.width);
        maps.zip(&self.tables)
    }

    /// A crop is the map moved along its memory, in one piece, but for the columns that come from the row before or after:
    /// a copy for each short row takes several times as long. `cropped` is black.
    fn crop(&self, map: &[u8], crop: &Crop, pad: usize, cropped: &mut [u8]) {
        let width = self.shape.width;
        let (from, to) = (crop.top * width + crop.left, pad * width + pad);
        let distance = from.abs_diff(to).min(map.len());
        let (skipped, moved) = if from > to { (distance, 0) } else { (0, distance) };
        cropped[moved..map.len() - skipped].copy_from_slice(&map[skipped..map.len() - moved]);
        let columns = inside(crop.left, pad, width);
        for column in (0..columns.start).chain(columns.end..width) {
            cropped.iter_mut().skip(column).step_by(width).for_each(|pixel| *pixel = 0);
        }
        if crop.flip {
            cropped.chunks_exact_mut(width).for_each(<[u8]>::reverse);
        }
    }

    fn tensor(&self, values: Vec<f32>, count: usize) -> Tensor<4> {
        let ImageShape { channels, height, width } = self.shape;
        Tensor::from_data(TensorData::new(values, [count, channels, height, width]), &self.device)
    }
}

/// The columns of a crop that are not margin: it starts at `left` in the map with margins.
fn inside(left: usize, pad: usize, width: usize) -> Range<usize> {
    let start = pad.saturating_sub(left).min(width);
    start..(pad + width).saturating_sub(left).clamp(start, width)
}
