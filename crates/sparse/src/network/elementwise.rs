//! Sums, max(x, 0) and copies: row by row, since maps of one shape may have different margins.

use std::marker::PhantomData;

use pulp::{Arch, Simd, WithSimd};

use crate::maps::{Activations, Maps};

/// What is done with each value of one and its counterpart of another.
trait Pointwise {
    fn apply(x: f32, y: &mut f32);
}

/// The channels of one from `first` on, and as many of another from `offset` on. No closure, since what the compiler
/// does not inline of one is compiled for the least of the instruction sets.
struct Rows<'a, Operation> {
    from: &'a Activations,
    first: usize,
    to: &'a mut Activations,
    offset: usize,
    channels: usize,
    operation: PhantomData<Operation>,
}

impl<'a, Operation: Pointwise> Rows<'a, Operation> {
    fn run(
        (from, first): (&'a Activations, usize),
        (to, offset): (&'a mut Activations, usize),
        channels: usize,
    ) {
        Arch::new().dispatch(Self { from, first, to, offset, channels, operation: PhantomData });
    }
}

impl<Operation: Pointwise> WithSimd for Rows<'_, Operation> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        let Self { from, first, to, offset, channels, .. } = self;
        rows(from, first, to, offset, channels, |x, y| {
            y.iter_mut().zip(x).for_each(|(y, x)| Operation::apply(*x, y));
        });
    }
}

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

struct Sum;

impl Pointwise for Sum {
    #[inline(always)]
    fn apply(x: f32, y: &mut f32) {
        *y += x;
    }
}

struct Rectified;

impl Pointwise for Rectified {
    #[inline(always)]
    fn apply(x: f32, y: &mut f32) {
        *y = above(x, 0.0);
    }
}

struct WherePositive;

impl Pointwise for WherePositive {
    #[inline(always)]
    fn apply(value: f32, gradient: &mut f32) {
        *gradient = if value > 0.0 { *gradient } else { 0.0 };
    }
}

/// y = max(x, 0).
pub(super) fn relu(x: &Activations, y: &mut Activations) {
    Rows::<Rectified>::run((x, 0), (y, 0), x.maps().channels);
}

/// Negative values become 0.
pub(super) fn clip(y: &mut Activations) {
    Arch::new().dispatch(Clip(y.values_mut()));
}

struct Clip<'a>(&'a mut [f32]);

impl WithSimd for Clip<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        for y in self.0 {
            *y = above(*y, 0.0);
        }
    }
}

/// The gradient of max(x, 0): 0 where its value is 0.
pub(super) fn where_positive(value: &Activations, gradient: &mut Activations) {
    Rows::<WherePositive>::run((value, 0), (gradient, 0), value.maps().channels);
}

/// The channels of x are added to those of y from `offset` on.
pub(super) fn add_to(x: &Activations, y: &mut Activations, offset: usize) {
    Rows::<Sum>::run((x, 0), (y, offset), x.maps().channels);
}

/// The sum of two values of one shape, at least `floor`: in one pass, since sums wait for memory.
pub(super) fn sum(a: &Activations, b: &Activations, sum: &mut Activations, floor: f32) {
    Arch::new().dispatch(SumOfTwo { a, b, sum, floor });
}

struct SumOfTwo<'a> {
    a: &'a Activations,
    b: &'a Activations,
    sum: &'a mut Activations,
    floor: f32,
}

impl WithSimd for SumOfTwo<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        let Self { a, b, sum, floor } = self;
        let (lanes, maps) = (a.lanes(), a.maps());
        let length = maps.width * lanes;
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
    }
}

/// The channels of x become those of y from `offset` on.
pub(super) fn copy_into(x: &Activations, y: &mut Activations, offset: usize) {
    rows(x, 0, y, offset, x.maps().channels, |x, y| y.copy_from_slice(x));
}

/// The channels of y from `offset` on are added to those of x.
pub(super) fn add_from(y: &Activations, offset: usize, x: &mut Activations) {
    let channels = x.maps().channels;
    Rows::<Sum>::run((y, offset), (x, 0), channels);
}
