use pulp::{Arch, Simd, WithSimd};

use crate::maps::Activations;

/// Means over square windows side by side.
pub(super) fn forward(size: usize, input: &Activations, output: &mut Activations) {
    Arch::new().dispatch(Forward { size, input, output });
}

/// Adds its share of each window's gradient to every value's.
pub(super) fn backward(size: usize, output: &Activations, input: &mut Activations) {
    Arch::new().dispatch(Backward { size, output, input });
}

/// No closure, since what the compiler does not inline of one is compiled for the least of the instruction sets.
struct Forward<'a> {
    size: usize,
    input: &'a Activations,
    output: &'a mut Activations,
}

impl WithSimd for Forward<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        let Self { size, input, output } = self;
        let (from, to, lanes) = (input.maps(), output.maps(), input.lanes());
        let share = 1.0 / (size * size) as f32;
        for (channel, [y, x]) in to.places() {
            let start = to.position(channel, y as isize, x as isize) * lanes;
            let mean = &mut output.values_mut()[start..][..lanes];
            mean.fill(0.0);
            for row in y * size..(y + 1) * size {
                for column in x * size..(x + 1) * size {
                    let start = from.position(channel, row as isize, column as isize) * lanes;
                    for (mean, value) in mean.iter_mut().zip(&input.values()[start..][..lanes]) {
                        *mean += value;
                    }
                }
            }
            for mean in mean {
                *mean *= share;
            }
        }
    }
}

struct Backward<'a> {
    size: usize,
    output: &'a Activations,
    input: &'a mut Activations,
}

impl WithSimd for Backward<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        let Self { size, output, input } = self;
        let (from, to, lanes) = (input.maps(), output.maps(), output.lanes());
        let share = 1.0 / (size * size) as f32;
        for (channel, [y, x]) in to.places() {
            let start = to.position(channel, y as isize, x as isize) * lanes;
            let slopes = &output.values()[start..][..lanes];
            for row in y * size..(y + 1) * size {
                for column in x * size..(x + 1) * size {
                    let start = from.position(channel, row as isize, column as isize) * lanes;
                    let sums = &mut input.values_mut()[start..][..lanes];
                    for (sum, slope) in sums.iter_mut().zip(slopes) {
                        *sum += share * slope;
                    }
                }
            }
        }
    }
}
