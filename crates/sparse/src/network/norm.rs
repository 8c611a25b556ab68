use std::ops::Range;

use pulp::{Arch, Simd, WithSimd};

use super::elementwise::above;
use super::parameters::NormParameters;
use crate::maps::{Activations, Maps};

/// Share of the batch's statistics in the running ones: PyTorch's default.
const MOMENTUM: f32 = 0.1;

/// A channel's mean over the batch, and 1 / √(variance + ε).
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Statistics {
    mean: f32,
    inverse: f32,
}

/// Where a channel's values lie side by side, without the batch's padding: whole rows where the batch has none, single
/// positions elsewhere.
fn pieces(
    maps: Maps,
    batch: usize,
    lanes: usize,
    channel: usize,
) -> impl Iterator<Item = Range<usize>> {
    let (count, length) =
        if batch == lanes { (1, maps.width * lanes) } else { (maps.width, batch) };
    (0..maps.height as isize).flat_map(move |y| {
        let row = maps.position(channel, y, 0);
        (0..count).map(move |x| (row + x) * lanes..(row + x) * lanes + length)
    })
}

/// The same of activations.
fn pieces_of(x: &Activations, channel: usize) -> impl Iterator<Item = Range<usize>> {
    pieces(x.maps(), x.batch(), x.lanes(), channel)
}

/// A sum over a channel: each piece in a few running sums, the pieces in f64.
#[inline(always)]
fn sum(x: &Activations, channel: usize, term: impl Fn(f32) -> f32) -> f64 {
    let mut total = 0.0;
    for piece in pieces_of(x, channel) {
        total += f64::from(sum_of(&x.values()[piece], &term));
    }
    total
}

#[inline(always)]
fn sum_of(piece: &[f32], term: impl Fn(f32) -> f32) -> f32 {
    let mut sums = [0.0; 16];
    let (whole, rest) = piece.as_chunks::<16>();
    for values in whole {
        for (sum, &value) in sums.iter_mut().zip(values) {
            *sum += term(value);
        }
    }
    for (sum, &value) in sums.iter_mut().zip(rest) {
        *sum += term(value);
    }
    sums.iter().sum()
}

/// Normalises each channel with the batch's own statistics and moves the running ones.
pub(super) fn in_training(
    norm: &mut NormParameters,
    x: &Activations,
    y: &mut Activations,
    relu: bool,
) {
    let floor = if relu { 0.0 } else { f32::NEG_INFINITY };
    Arch::new().dispatch(InTraining { norm, x, y, floor });
}

/// No closure, since what the compiler does not inline of one is compiled for the least of the instruction sets.
struct InTraining<'a> {
    norm: &'a mut NormParameters,
    x: &'a Activations,
    y: &'a mut Activations,
    floor: f32,
}

impl WithSimd for InTraining<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        let Self { norm, x, y, floor } = self;
        let maps = x.maps();
        let count = (x.batch() * maps.height * maps.width) as f64;
        for channel in 0..maps.channels {
            let mean = (sum(x, channel, |x| x) / count) as f32;
            let variance = (sum(x, channel, |x| (x - mean) * (x - mean)) / count) as f32;
            let inverse = 1.0 / (variance + norm.epsilon).sqrt();
            norm.batch[channel] = Statistics { mean, inverse };
            // burn moves the running variance with the biased one, and so do networks here.
            for (running, now) in [(&mut norm.mean, mean), (&mut norm.variance, variance)] {
                running[channel] = running[channel] * (1.0 - MOMENTUM) + now * MOMENTUM;
            }
            let (scale, shift) = (norm.scale.values[channel], norm.shift.values[channel]);
            apply(x, y, channel, |x| above((x - mean) * inverse * scale + shift, floor));
        }
    }
}

/// Normalises each channel with the running statistics.
pub(super) fn in_evaluation(
    norm: &NormParameters,
    x: &Activations,
    y: &mut Activations,
    relu: bool,
) {
    let floor = if relu { 0.0 } else { f32::NEG_INFINITY };
    Arch::new().dispatch(InEvaluation { norm, x, y, floor });
}

struct InEvaluation<'a> {
    norm: &'a NormParameters,
    x: &'a Activations,
    y: &'a mut Activations,
    floor: f32,
}

impl WithSimd for InEvaluation<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        let Self { norm, x, y, floor } = self;
        for channel in 0..x.maps().channels {
            let inverse = 1.0 / (norm.variance[channel] + norm.epsilon).sqrt();
            let factor = norm.scale.values[channel] * inverse;
            let (mean, shift) = (norm.mean[channel], norm.shift.values[channel]);
            apply(x, y, channel, |x| above((x - mean) * factor + shift, floor));
        }
    }
}

#[inline(always)]
fn apply(x: &Activations, y: &mut Activations, channel: usize, value: impl Fn(f32) -> f32) {
    let pieces = pieces_of(x, channel).zip(pieces(y.maps(), y.batch(), y.lanes(), channel));
    for (from, to) in pieces {
        for (y, &x) in y.values_mut()[to].iter_mut().zip(&x.values()[from]) {
            *y = value(x);
        }
    }
}

/// Adds the gradients of scale and shift to theirs, and the input's to `input`.
///
/// With x̂ = (x − mean) / √(variance + ε), N values in a channel and the slopes g of y = scale · x̂ +
/// shift: of the shift Σ g, of the scale Σ g x̂, and of x
/// scale / √(variance + ε) · (g − Σ g / N − x̂ Σ g x̂ / N), since mean and variance depend on x too
/// (Ioffe & Szegedy, arXiv 1502.03167, section 3).
pub(super) fn backward(
    norm: &mut NormParameters,
    x: &Activations,
    slopes: &Activations,
    input: &mut Activations,
) {
    Arch::new().dispatch(Backward { norm, x, slopes, input });
}

struct Backward<'a> {
    norm: &'a mut NormParameters,
    x: &'a Activations,
    slopes: &'a Activations,
    input: &'a mut Activations,
}

impl WithSimd for Backward<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        let Self { norm, x, slopes, input } = self;
        let maps = x.maps();
        let count = (x.batch() * maps.height * maps.width) as f64;
        for channel in 0..maps.channels {
            let Statistics { mean, inverse } = norm.batch[channel];
            let shift = sum(slopes, channel, |g| g);
            let mut along = 0.0;
            for (g, x_piece) in pieces_of(slopes, channel).zip(pieces_of(x, channel)) {
                along += f64::from(product(&slopes.values()[g], &x.values()[x_piece], mean));
            }
            let scale = along * f64::from(inverse);
            norm.shift.gradient[channel] += shift as f32;
            norm.scale.gradient[channel] += scale as f32;
            let factor = norm.scale.values[channel] * inverse;
            let (shift, scale) = ((shift / count) as f32, (scale / count) as f32 * inverse);
            let to = pieces(input.maps(), input.batch(), input.lanes(), channel);
            let from = pieces_of(slopes, channel).zip(pieces_of(x, channel));
            for ((g, x_piece), to) in from.zip(to) {
                let pairs = slopes.values()[g].iter().zip(&x.values()[x_piece]);
                for (sum, (g, x)) in input.values_mut()[to].iter_mut().zip(pairs) {
                    *sum += factor * (g - shift - (x - mean) * scale);
                }
            }
        }
    }
}

/// Σ g (x − mean).
#[inline(always)]
fn product(g: &[f32], x: &[f32], mean: f32) -> f32 {
    let mut sums = [0.0; 16];
    let ((g, g_rest), (x, x_rest)) = (g.as_chunks::<16>(), x.as_chunks::<16>());
    for (g, x) in g.iter().zip(x) {
        for ((sum, g), x) in sums.iter_mut().zip(g).zip(x) {
            *sum += g * (x - mean);
        }
    }
    for ((sum, g), x) in sums.iter_mut().zip(g_rest).zip(x_rest) {
        *sum += g * (x - mean);
    }
    sums.iter().sum()
}
