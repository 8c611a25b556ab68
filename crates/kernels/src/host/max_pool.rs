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

    /// Places in one image's maps, of an output and each input that it sees, row by row.
    fn seen(&self) -> impl Iterator<Item = (usize, usize)> {
        let (channels, [vertical, horizontal]) = (self.channels, self.axes);
        let outputs =
            (0..vertical.output).flat_map(move |y| (0..horizontal.output).map(move |x| (y, x)));
        outputs.flat_map(move |(y, x)| {
            let output = (y * horizontal.output + x) * channels;
            let rows = (0..vertical.kernel).filter_map(move |tap| vertical.read(y, tap));
            rows.flat_map(move |row| {
                let columns = (0..horizontal.kernel).filter_map(move |tap| horizontal.read(x, tap));
                columns.map(move |column| (output, (row * horizontal.input + column) * channels))
            })
        })
    }

    /// The largest value of each window; not a number, if one is there.
    pub(crate) fn forward(&self, input: &[f32]) -> Vec<f32> {
        let images = input.len() / self.input();
        let mut output = vec![f32::NEG_INFINITY; images * self.output()];
        let maps = output.par_chunks_mut(self.output()).zip(input.par_chunks(self.input()));
        maps.for_each(|(output, input)| {
            Arch::new().dispatch(Forward { windows: self, input, output });
        });
        output
    }

    /// Hands the gradient of each window to the first of its largest values.
    pub(crate) fn backward(&self, input: &[f32], output: &[f32], gradient: &[f32]) -> Vec<f32> {
        let mut result = vec![0.0; input.len()];
        let size = self.output();
        result
            .par_chunks_mut(self.input())
            .zip(input.par_chunks(self.input()))
            .zip(output.par_chunks(size).zip(gradient.par_chunks(size)))
            .for_each(|((result, input), (output, gradient))| {
                // What was handed on is gone.
                let left = gradient.to_vec();
                Arch::new().dispatch(Backward { windows: self, input, output, left, result });
            });
        result
    }
}

/// No closure, since what the compiler does not inline of one is compiled for the least of the instruction sets.
struct Forward<'a> {
    windows: &'a Windows,
    input: &'a [f32],
    output: &'a mut [f32],
}

impl WithSimd for Forward<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        let Self { windows, input, output } = self;
        for (to, from) in windows.seen() {
            let values = &input[from..][..windows.channels];
            for (largest, value) in output[to..][..windows.channels].iter_mut().zip(values) {
                let larger = *value > *largest || value.is_nan();
                *largest = if larger { *value } else { *largest };
            }
        }
    }
}

struct Backward<'a> {
    windows: &'a Windows,
    input: &'a [f32],
    output: &'a [f32],
    left: Vec<f32>,
    result: &'a mut [f32],
}

impl WithSimd for Backward<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        let Self { windows, input, output, mut left, result } = self;
        for (from, to) in windows.seen() {
            let place = from..from + windows.channels;
            let largest = output[place.clone()].iter().zip(&mut left[place]);
            let values = input[to..][..windows.channels].iter();
            let results = &mut result[to..][..windows.channels];
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
