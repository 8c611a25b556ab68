use models::Window;
use pulp::Arch;

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

/// Hands over each output position, with its place, for every channel.
#[inline(always)]
pub(super) fn positions(maps: Maps, mut each: impl FnMut(usize, [usize; 2])) {
    for channel in 0..maps.channels {
        for y in 0..maps.height {
            (0..maps.width).for_each(|x| each(channel, [y, x]));
        }
    }
}

/// Maxima over windows.
pub(super) fn forward(window: Window, input: &Activations, output: &mut Activations) {
    let (from, to, lanes) = (input.maps(), output.maps(), input.lanes());
    Arch::new().dispatch(|| {
        positions(to, |channel, at| {
            let start = to.position(channel, at[0] as isize, at[1] as isize) * lanes;
            let largest = &mut output.values_mut()[start..][..lanes];
            largest.fill(f32::NEG_INFINITY);
            for [y, x] in inside(window, from, at) {
                let values = &input.values()[from.position(channel, y, x) * lanes..][..lanes];
                largest
                    .iter_mut()
                    .zip(values)
                    .for_each(|(l, &v)| *l = if (v > *l) | v.is_nan() { v } else { *l });
            }
        });
    });
}

/// Adds each window's gradient to that of the first value that is its maximum.
pub(super) fn backward(
    window: Window,
    input: &Activations,
    output: &Activations,
    output_gradient: &Activations,
    input_gradient: &mut Activations,
) {
    let (from, to, lanes) = (input.maps(), output.maps(), input.lanes());
    let (gradient_from, gradient_to) = (input_gradient.maps(), output_gradient.maps());
    let mut left = vec![0.0; lanes];
    Arch::new().dispatch(|| {
        positions(to, |channel, at| {
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
        });
    });
}
