//! Batch normalisation by the statistics of the batch, and its gradients, channels last.
//!
//! Two passes each: sums over the batch, then one factor or two and one summand for each channel.
//! Sums are taken in f32 within an image and in f64 over the images, image by image, so that the
//! bits do not depend on how many threads there are.

use pulp::{Arch, Simd, WithSimd};
use rayon::prelude::*;

/// One number a channel.
pub(crate) struct Statistics {
    pub(crate) mean: Vec<f32>,
    /// Divided by the count, as it is used for the batch.
    pub(crate) variance: Vec<f32>,
}

/// Of `x`, `[images, size / channels, channels]`.
pub(crate) fn statistics(x: &[f32], channels: usize, size: usize) -> Statistics {
    let parts: Vec<(Vec<f32>, Vec<f32>)> =
        x.par_chunks(size).map(|image| Arch::new().dispatch(Moments { image, channels })).collect();
    let count = (size / channels) as f64;
    let (mut mean, mut squares) = (vec![0.0; channels], vec![0.0; channels]);
    // Chan, Golub and LeVeque 1983: two parts' squared deviations, and what their means differ by.
    for (index, (part_mean, part_squares)) in parts.iter().enumerate() {
        let (before, after) = (index as f64 * count, (index + 1) as f64 * count);
        for channel in 0..channels {
            let apart = f64::from(part_mean[channel]) - mean[channel];
            mean[channel] += apart * count / after;
            squares[channel] +=
                f64::from(part_squares[channel]) + apart * apart * before * count / after;
        }
    }
    let total = parts.len() as f64 * count;
    Statistics {
        mean: mean.into_iter().map(|mean| mean as f32).collect(),
        variance: squares.into_iter().map(|squares| (squares / total) as f32).collect(),
    }
}

/// Mean of each channel, and the sum of squared deviations from it. No closure, since what the compiler does not inline
/// of one is compiled for the least of the instruction sets.
struct Moments<'a> {
    image: &'a [f32],
    channels: usize,
}

impl WithSimd for Moments<'_> {
    type Output = (Vec<f32>, Vec<f32>);

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) -> Self::Output {
        let Self { image, channels } = self;
        let mut mean = vec![0.0; channels];
        for row in image.chunks_exact(channels) {
            for (sum, x) in mean.iter_mut().zip(row) {
                *sum += x;
            }
        }
        let count = (image.len() / channels) as f32;
        for sum in &mut mean {
            *sum /= count;
        }
        let mut squares = vec![0.0; channels];
        for row in image.chunks_exact(channels) {
            for ((sum, x), mean) in squares.iter_mut().zip(row).zip(&mean) {
                *sum += (x - mean) * (x - mean);
            }
        }
        (mean, squares)
    }
}

/// factor · x + summand, channel by channel.
pub(crate) fn scaled(x: &[f32], factor: &[f32], summand: &[f32], size: usize) -> Vec<f32> {
    let mut scaled = vec![0.0; x.len()];
    scaled.par_chunks_mut(size).zip(x.par_chunks(size)).for_each(|(scaled, image)| {
        Arch::new().dispatch(Scaled { scaled, image, factor, summand });
    });
    scaled
}

struct Scaled<'a> {
    scaled: &'a mut [f32],
    image: &'a [f32],
    factor: &'a [f32],
    summand: &'a [f32],
}

impl WithSimd for Scaled<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        let Self { scaled, image, factor, summand } = self;
        let channels = factor.len();
        for (scaled, row) in scaled.chunks_exact_mut(channels).zip(image.chunks_exact(channels)) {
            let constants = factor.iter().zip(summand);
            for ((y, x), (factor, summand)) in scaled.iter_mut().zip(row).zip(constants) {
                *y = factor * x + summand;
            }
        }
    }
}

/// Σ g and Σ g (x − mean), channel by channel.
pub(crate) fn gradient_sums(
    x: &[f32],
    gradient: &[f32],
    mean: &[f32],
    size: usize,
) -> (Vec<f64>, Vec<f64>) {
    let channels = mean.len();
    let images = x.par_chunks(size).zip(gradient.par_chunks(size));
    let parts: Vec<(Vec<f32>, Vec<f32>)> = images
        .map(|(image, gradient)| Arch::new().dispatch(GradientSums { image, gradient, mean }))
        .collect();
    let (mut sum, mut product) = (vec![0.0; channels], vec![0.0; channels]);
    for (part_sum, part_product) in &parts {
        sum.iter_mut().zip(part_sum).for_each(|(sum, part)| *sum += f64::from(*part));
        product.iter_mut().zip(part_product).for_each(|(sum, part)| *sum += f64::from(*part));
    }
    (sum, product)
}

struct GradientSums<'a> {
    image: &'a [f32],
    gradient: &'a [f32],
    mean: &'a [f32],
}

impl WithSimd for GradientSums<'_> {
    type Output = (Vec<f32>, Vec<f32>);

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) -> Self::Output {
        let Self { image, gradient, mean } = self;
        let channels = mean.len();
        let (mut sum, mut product) = (vec![0.0; channels], vec![0.0; channels]);
        for (row, gradient) in image.chunks_exact(channels).zip(gradient.chunks_exact(channels)) {
            let sums = sum.iter_mut().zip(&mut product);
            for (((x, g), mean), (sum, product)) in row.iter().zip(gradient).zip(mean).zip(sums) {
                *sum += g;
                *product += g * (x - mean);
            }
        }
        (sum, product)
    }
}

/// g ← a · g + b · x + c, channel by channel.
pub(crate) fn combine(gradient: &mut [f32], x: &[f32], constants: [&[f32]; 3], size: usize) {
    gradient.par_chunks_mut(size).zip(x.par_chunks(size)).for_each(|(gradient, image)| {
        Arch::new().dispatch(Combine { gradient, image, constants });
    });
}

struct Combine<'a> {
    gradient: &'a mut [f32],
    image: &'a [f32],
    constants: [&'a [f32]; 3],
}

impl WithSimd for Combine<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        let Self { gradient, image, constants: [a, b, c] } = self;
        let channels = a.len();
        let rows = gradient.chunks_exact_mut(channels).zip(image.chunks_exact(channels));
        for (gradient, row) in rows {
            let constants = a.iter().zip(b).zip(c);
            for ((g, x), ((a, b), c)) in gradient.iter_mut().zip(row).zip(constants) {
                *g = a * *g + (b * x + c);
            }
        }
    }
}
