//! Maxima over windows, channels last.

use pulp::Arch;
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
    fn seen(&self, mut see: impl FnMut(usize, usize)) {
        let [vertical, horizontal] = self.axes;
        for y in 0..vertical.output {
            for x in 0..horizontal.output {
                let output = (y * horizontal.output + x) * self.channels;
                for row in (0..vertical.kernel).filter_map(|tap| vertical.read(y, tap)) {
                    for column in (0..horizontal.kernel).filter_map(|tap| horizontal.read(x, tap)) {
                        see(output, (row * horizontal.input + column) * self.channels);
                    }
                }
            }
        }
    }

    /// The largest value of each window; not a number, if one is there.
    pub(crate) fn forward(&self, input: &[f32]) -> Vec<f32> {
        let images = input.len() / self.input();
        let mut output = vec![f32::NEG_INFINITY; images * self.output()];
        let maps = output.par_chunks_mut(self.output()).zip(input.par_chunks(self.input()));
        maps.for_each(|(output, input)| {
            Arch::new().dispatch(|| {
                self.seen(|to, from| {
                    let values = &input[from..][..self.channels];
                    for (largest, value) in output[to..][..self.channels].iter_mut().zip(values) {
                        let larger = *value > *largest || value.is_nan();
                        *largest = if larger { *value } else { *largest };
                    }
                });
            });
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
                let mut left = gradient.to_vec();
                Arch::new().dispatch(|| {
                    self.seen(|from, to| {
                        let place = from..from + self.channels;
                        let largest = output[place.clone()].iter().zip(&mut left[place]);
                        let values = input[to..][..self.channels].iter();
                        let results = &mut result[to..][..self.channels];
                        for ((result, value), (largest, left)) in
                            results.iter_mut().zip(values).zip(largest)
                        {
                            #[expect(
                                clippy::neg_cmp_op_on_partial_ord,
                                reason = "what is no number is chosen too"
                            )]
                            let chosen = !(value < largest);
                            *result += if chosen { *left } else { 0.0 };
                            *left = if chosen { 0.0 } else { *left };
                        }
                    });
                });
            });
        result
    }
}
