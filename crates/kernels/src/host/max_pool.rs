//! Maxima over windows, channels last.

use pulp::{Arch, Simd, WithSimd};
use rayon::prelude::*;

use super::convolution::Axis;

/// Windows over maps `[images, height, width, channels]`.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Windows {
    pub(crate) channels: usize,
    /// Vertical and horizontal.
    pub(crate) axes: [Axis; 2],
}

impl Windows {
    fn input(&self) -> usize {
        self.axes[0].input * self.axes[1].input * self.channels
    }

    fn output(&self) -> usize {
        self.axes[0].output * self.axes[1].output * self.channels
    }

    /// Places in one image's maps, of an output and each input that it sees, row by row: the same for all images.
    fn seen(&self) -> Vec<(usize, usize)> {
        let [vertical, horizontal] = self.axes;
        let mut seen = Vec::new();
        for y in 0..vertical.output {
            for x in 0..horizontal.output {
                let output = (y * horizontal.output + x) * self.channels;
                for row in (0..vertical.kernel).filter_map(|tap| vertical.read(y, tap)) {
                    for column in (0..horizontal.kernel).filter_map(|tap| horizontal.read(x, tap)) {
                        seen.push((output, (row * horizontal.input + column) * self.channels));
                    }
                }
            }
        }
        seen
    }

    /// The largest value of each window; not a number, if one is there.
    pub(crate) fn forward(&self, input: &[f32]) -> Vec<f32> {
        let (images, seen) = (input.len() / self.input(), self.seen());
        let mut output = vec![f32::NEG_INFINITY; images * self.output()];
        let maps = output.par_chunks_mut(self.output()).zip(input.par_chunks(self.input()));
        maps.for_each(|(output, input)| {
            Arch::new().dispatch(Forward { seen: &seen, channels: self.channels, input, output });
        });
        output
    }

    /// Hands the gradient of each window to the first of its largest values.
    pub(crate) fn backward(&self, input: &[f32], output: &[f32], gradient: &[f32]) -> Vec<f32> {
        let mut result = vec![0.0; input.len()];
        let (size, seen, channels) = (self.output(), self.seen(), self.channels);
        result
            .par_chunks_mut(self.input())
            .zip(input.par_chunks(self.input()))
            .zip(output.par_chunks(size).zip(gradient.par_chunks(size)))
            .for_each(|((result, input), (output, gradient))| {
                // What was handed on is gone.
                let left = gradient.to_vec();
                Arch::new().dispatch(Backward {
                    seen: &seen,
                    channels,
                    input,
                    output,
                    left,
                    result,
                });
            });
        result
    }
}

/// No closure, since what the compiler does not inline of one is compiled for the least of the instruction sets.
struct Forward<'a> {
    seen: &'a [(usize, usize)],
    channels: usize,
    input: &'a [f32],
    output: &'a mut [f32],
}

impl WithSimd for Forward<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        let Self { seen, channels, input, output } = self;
        for &(to, from) in seen {
            let values = &input[from..][..channels];
            for (largest, value) in output[to..][..channels].iter_mut().zip(values) {
                let larger = *value > *largest || value.is_nan();
                *largest = if larger { *value } else { *largest };
            }
        }
    }
}

struct Backward<'a> {
    seen: &'a [(usize, usize)],
    channels: usize,
    input: &'a [f32],
    output: &'a [f32],
    left: Vec<f32>,
    result: &'a mut [f32],
}

impl WithSimd for Backward<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        let Self { seen, channels, input, output, mut left, result } = self;
        for &(from, to) in seen {
            let place = from..from + channels;
            let largest = output[place.clone()].iter().zip(&mut left[place]);
            let values = input[to..][..channels].iter();
            let results = &mut result[to..][..channels];
            for ((result, value), (largest, left)) in results.iter_mut().zip(values).zip(largest) {
                #[expect(
                    clippy::neg_cmp_op_on_partial_ord,
                    reason = "what is no number is chosen too"
                )]
                let chosen = !(value < largest);
                *result += if chosen { *left } else { 0.0 };
                *left = if chosen { 0.0 } else { *left };
            }
        }
    }
}
