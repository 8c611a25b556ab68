//! A random part of the image, stretched to its size: Szegedy et al. 2014, arXiv 1409.4842, with
//! PyTorch's bounds.

use burn::tensor::{Device, Int, Tensor, TensorData};
use chacha20::ChaCha8Rng;
use rand::RngExt;

/// Share of the image's area.
const AREA: std::ops::Range<f64> = 0.08..1.0;
/// Width over height.
const RATIO: [f64; 2] = [3.0 / 4.0, 4.0 / 3.0];
/// How often a part is drawn that does not fit before the whole image is taken.
const TRIES: usize = 10;

/// A part of an image, in pixels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Part {
    pub(super) top: usize,
    pub(super) left: usize,
    pub(super) height: usize,
    pub(super) width: usize,
    pub(super) flip: bool,
}

/// A part with a uniform share of the area and a log-uniform ratio of its sides, anywhere in the image.
pub(super) fn draw(height: usize, width: usize, flip: bool, rng: &mut ChaCha8Rng) -> Part {
    let area = (height * width) as f64;
    let mut part = Part { top: 0, left: 0, height, width, flip: false };
    for _ in 0..TRIES {
        let share = area * rng.random_range(AREA);
        let ratio = rng.random_range(RATIO[0].ln()..RATIO[1].ln()).exp();
        let (w, h) = ((share * ratio).sqrt().round(), (share / ratio).sqrt().round());
        let (w, h) = (w as usize, h as usize);
        if (1..=width).contains(&w) && (1..=height).contains(&h) {
            let (top, left) = (rng.random_range(0..=height - h), rng.random_range(0..=width - w));
            part = Part { top, left, height: h, width: w, ..part };
            break;
        }
    }
    Part { flip: flip && rng.random_bool(0.5), ..part }
}

/// Stretches the part of each image to the image's size, linearly between the centres of pixels.
pub(super) fn apply(images: Tensor<4>, parts: &[Part]) -> Tensor<4> {
    let [count, channels, height, width] = images.dims();
    let device = images.device();
    let rows = Axis::new(parts.iter().map(|part| (part.top, part.height, false)), height, &device);
    let columns =
        Axis::new(parts.iter().map(|part| (part.left, part.width, part.flip)), width, &device);
    let pixels = images.reshape([count, channels, height * width]);
    let at = |row: &Tensor<2, Int>, column: &Tensor<2, Int>| {
        let row = row.clone().mul_scalar(width as i64).reshape([count, height, 1]);
        let places = row + column.clone().reshape([count, 1, width]);
        let places = places.reshape([count, 1, height * width]);
        let found = pixels.clone().gather(2, places.expand([count, channels, height * width]));
        found.reshape([count, channels, height, width])
    };
    let down = rows.share.reshape([count, 1, height, 1]);
    let right = columns.share.reshape([count, 1, 1, width]);
    let line = |row: &Tensor<2, Int>| {
        let (a, b) = (at(row, &columns.low), at(row, &columns.high));
        a.clone() + (b - a) * right.clone()
    };
    let (above, below) = (line(&rows.low), line(&rows.high));
    above.clone() + (below - above) * down
}

/// For each image and each pixel along an axis its two neighbours in the part, and the weight of the
/// second: `[images, pixels]`. Only these come from the host.
struct Axis {
    low: Tensor<2, Int>,
    high: Tensor<2, Int>,
    share: Tensor<2>,
}

impl Axis {
    fn new(
        parts: impl ExactSizeIterator<Item = (usize, usize, bool)>,
        size: usize,
        device: &Device,
    ) -> Self {
        let shape = [parts.len(), size];
        let (mut low, mut high, mut share) = (Vec::new(), Vec::new(), Vec::new());
        for (start, length, backwards) in parts {
            for pixel in 0..size {
                let pixel = if backwards { size - 1 - pixel } else { pixel };
                let between = between(pixel, start, length, size);
                low.push(between.0 as i64);
                high.push(between.1 as i64);
                share.push(between.2);
            }
        }
        Self {
            low: Tensor::from_data(TensorData::new(low, shape), device),
            high: Tensor::from_data(TensorData::new(high, shape), device),
            share: Tensor::from_data(TensorData::new(share, shape), device),
        }
    }
}

/// Where a pixel of `size` lies in a part that is stretched to it: between two pixels, and how far
/// towards the second. Beyond the outermost centres the border is repeated.
pub(super) fn between(
    pixel: usize,
    start: usize,
    length: usize,
    size: usize,
) -> (usize, usize, f32) {
    let position = (pixel as f32 + 0.5) * length as f32 / size as f32 - 0.5;
    let position = position.clamp(0.0, (length - 1) as f32);
    let low = position as usize;
    (start + low, start + (low + 1).min(length - 1), position - low as f32)
}

#[cfg(test)]
#[path = "resized_crop_tests.rs"]
mod tests;
