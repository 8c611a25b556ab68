//! Sums, max(x, 0) and copies: row by row, since maps of one shape may have different margins.

use pulp::Arch;

use crate::maps::{Activations, Maps};

/// Rows of these channels of one and of as many of another from `offset` on, with all lanes.
#[inline(always)]
fn rows(
    from: &Activations,
    first: usize,
    to: &mut Activations,
    offset: usize,
    channels: usize,
    mut row: impl FnMut(&[f32], &mut [f32]),
) {
    let (a, b, lanes) = (from.maps(), to.maps(), from.lanes());
    let length = a.width * lanes;
    for channel in 0..channels {
        for y in 0..a.height as isize {
            let x = &from.values()[a.position(first + channel, y, 0) * lanes..][..length];
            let start = b.position(offset + channel, y, 0) * lanes;
            row(x, &mut to.values_mut()[start..][..length]);
        }
    }
}

/// max(x, floor), but what is no number stays so: a training has to be told when it diverges.
#[inline(always)]
pub(super) fn above(x: f32, floor: f32) -> f32 {
    if x < floor { floor } else { x }
}

fn add(x: &[f32], y: &mut [f32]) {
    y.iter_mut().zip(x).for_each(|(y, x)| *y += x);
}

/// y = max(x, 0).
pub(super) fn relu(x: &Activations, y: &mut Activations) {
    let channels = x.maps().channels;
    Arch::new().dispatch(|| {
        rows(x, 0, y, 0, channels, |x, y| {
            y.iter_mut().zip(x).for_each(|(y, x)| *y = above(*x, 0.0));
        });
    });
}

/// Negative values become 0.
pub(super) fn clip(y: &mut Activations) {
    Arch::new().dispatch(|| y.values_mut().iter_mut().for_each(|y| *y = above(*y, 0.0)));
}

/// The gradient of max(x, 0): 0 where its value is 0.
pub(super) fn where_positive(value: &Activations, gradient: &mut Activations) {
    let channels = value.maps().channels;
    Arch::new().dispatch(|| {
        rows(value, 0, gradient, 0, channels, |value, gradient| {
            let pairs = gradient.iter_mut().zip(value);
            pairs.for_each(|(g, &value)| *g = if value > 0.0 { *g } else { 0.0 });
        });
    });
}

/// The channels of x are added to those of y from `offset` on.
pub(super) fn add_to(x: &Activations, y: &mut Activations, offset: usize) {
    let channels = x.maps().channels;
    Arch::new().dispatch(|| rows(x, 0, y, offset, channels, add));
}

/// The sum of two values of one shape, at least `floor`: in one pass, since sums wait for memory.
pub(super) fn sum(a: &Activations, b: &Activations, sum: &mut Activations, floor: f32) {
    let (lanes, maps) = (a.lanes(), a.maps());
    let length = maps.width * lanes;
    Arch::new().dispatch(|| {
        for channel in 0..maps.channels {
            for y in 0..maps.height as isize {
                let start = |maps: Maps| maps.position(channel, y, 0) * lanes;
                let a = &a.values()[start(a.maps())..][..length];
                let b = &b.values()[start(b.maps())..][..length];
                let start = start(sum.maps());
                let sum = &mut sum.values_mut()[start..][..length];
                for ((sum, a), b) in sum.iter_mut().zip(a).zip(b) {
                    *sum = above(a + b, floor);
                }
            }
        }
    });
}

/// The channels of x become those of y from `offset` on.
pub(super) fn copy_into(x: &Activations, y: &mut Activations, offset: usize) {
    rows(x, 0, y, offset, x.maps().channels, |x, y| y.copy_from_slice(x));
}

/// The channels of y from `offset` on are added to those of x.
pub(super) fn add_from(y: &Activations, offset: usize, x: &mut Activations) {
    let channels = x.maps().channels;
    Arch::new().dispatch(|| rows(y, offset, x, 0, channels, add));
}
