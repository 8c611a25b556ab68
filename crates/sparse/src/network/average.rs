use pulp::Arch;

use super::maximum::positions;
use crate::maps::Activations;

/// Means over square windows side by side.
pub(super) fn forward(size: usize, input: &Activations, output: &mut Activations) {
    let (from, to, lanes) = (input.maps(), output.maps(), input.lanes());
    let share = 1.0 / (size * size) as f32;
    Arch::new().dispatch(|| {
        positions(to, |channel, [y, x]| {
            let start = to.position(channel, y as isize, x as isize) * lanes;
            let mean = &mut output.values_mut()[start..][..lanes];
            mean.fill(0.0);
            for row in y * size..(y + 1) * size {
                for column in x * size..(x + 1) * size {
                    let start = from.position(channel, row as isize, column as isize) * lanes;
                    let values = &input.values()[start..][..lanes];
                    mean.iter_mut().zip(values).for_each(|(mean, value)| *mean += value);
                }
            }
            mean.iter_mut().for_each(|mean| *mean *= share);
        });
    });
}

/// Adds its share of each window's gradient to every value's.
pub(super) fn backward(size: usize, output: &Activations, input: &mut Activations) {
    let (from, to, lanes) = (input.maps(), output.maps(), output.lanes());
    let share = 1.0 / (size * size) as f32;
    Arch::new().dispatch(|| {
        positions(to, |channel, [y, x]| {
            let start = to.position(channel, y as isize, x as isize) * lanes;
            let slopes = &output.values()[start..][..lanes];
            for row in y * size..(y + 1) * size {
                for column in x * size..(x + 1) * size {
                    let start = from.position(channel, row as isize, column as isize) * lanes;
                    let sums = &mut input.values_mut()[start..][..lanes];
                    sums.iter_mut().zip(slopes).for_each(|(sum, slope)| *sum += share * slope);
                }
            }
        });
    });
}
