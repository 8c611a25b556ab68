use models::Window;
use pulp::{Arch, Simd, WithSimd};

use crate::maps::{Activations, Maps};

/// The input positions of a window that lie in the map, row by row.
fn inside(window: Window, maps: Maps, [y, x]: [usize; 2]) -> impl Iterator<Item = [isize; 2]> {
    let range = move |at: usize, length: usize| {
        let start = (at * window.stride) as isize - window.padding as isize;
        start.max(0)..(start + window.size as isize).min(length as isize)
    };
    let columns = range(x, maps.width);
    range(y, maps.height).flat_map(move |y| columns.clone().map(move |x| [y, x]))
}

/// Maxima over windows.
pub(super) fn forward(window: Window, input: &Activations, output: &mut Activations) {
    Arch::new().dispatch(Forward { window, input, output });
}

/// Adds each window's gradient to that of the first value that is its maximum.
pub(super) fn backward(
    window: Window,
    input: &Activations,
    output: &Activations,
    output_gradient: &Activations,
    input_gradient: &mut Activations,
) {
    let values = [input, output, output_gradient];
    Arch::new().dispatch(Backward { window, values, input_gradient });
}

/// No closure, since what the compiler does not inline of one is compiled for the least of the instruction sets.
struct Forward<'a> {
    window: Window,
    input: &'a Activations,
    output: &'a mut Activations,
}

impl WithSimd for Forward<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        let Self { window, input, output } = self;
        let (from, to, lanes) = (input.maps(), output.maps(), input.lanes());
        for (channel, at) in to.places() {
            let start = to.position(channel, at[0] as isize, at[1] as isize) * lanes;
            let largest = &mut output.values_mut()[start..][..lanes];
            largest.fill(f32::NEG_INFINITY);
            for [y, x] in inside(window, from, at) {
                let values = &input.values()[from.position(channel, y, x) * lanes..][..lanes];
                for (l, &v) in largest.iter_mut().zip(values) {
                    *l = if (v > *l) | v.is_nan() { v } else { *l };
                }
            }
        }
    }
}

struct Backward<'a> {
    window: Window,
    /// Input, output and the output's gradient.
    values: [&'a Activations; 3],
    input_gradient: &'a mut Activations,
}

impl WithSimd for Backward<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        let Self { window, values: [input, output, output_gradient], input_gradient } = self;
        let (from, to, lanes) = (input.maps(), output.maps(), input.lanes());
        let (gradient_from, gradient_to) = (input_gradient.maps(), output_gradient.maps());
        let mut left = vec![0.0; lanes];
        for (channel, at) in to.places() {
            let (row, column) = (at[0] as isize, at[1] as isize);
            let largest = &output.values()[to.position(channel, row, column) * lanes..][..lanes];
            let start = gradient_to.position(channel, row, column) * lanes;
            left.copy_from_slice(&output_gradient.values()[start..][..lanes]);
            for [y, x] in inside(window, from, at) {
                let values = &input.values()[from.position(channel, y, x) * lanes..][..lanes];
                let start = gradient_from.position(channel, y, x) * lanes;
                let sums = &mut input_gradient.values_mut()[start..][..lanes];
                let maxima = values.iter().zip(largest);
                for (((value, largest), left), sum) in maxima.zip(&mut left).zip(sums) {
                    let is_it = value == largest;
                    *sum += if is_it { *left } else { 0.0 };
                    *left = if is_it { 0.0 } else { *left };
                }
            }
        }
    }
}
