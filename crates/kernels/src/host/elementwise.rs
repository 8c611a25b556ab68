//! Sums and rectified values, number by number.

use pulp::{Arch, Simd, WithSimd};
use rayon::prelude::*;

/// Numbers that a thread takes at a time.
const CHUNK: usize = 1 << 15;

/// x ← max(x, 0); what is not a number stays so, as in burn.
pub(crate) fn rectify(x: &mut [f32]) {
    x.par_chunks_mut(CHUNK).for_each(|x| Arch::new().dispatch(Rectify(x)));
}

/// g ← 0 where the rectified value is 0.
pub(crate) fn silence(gradient: &mut [f32], rectified: &[f32]) {
    let pairs = gradient.par_chunks_mut(CHUNK).zip(rectified.par_chunks(CHUNK));
    pairs.for_each(|(gradient, x)| Arch::new().dispatch(Silence(gradient, x)));
}

/// a ← a + b.
pub(crate) fn add(a: &mut [f32], b: &[f32]) {
    let pairs = a.par_chunks_mut(CHUNK).zip(b.par_chunks(CHUNK));
    pairs.for_each(|(a, b)| Arch::new().dispatch(Add(a, b)));
}

/// No closure, since what the compiler does not inline of one is compiled for the least of the instruction sets.
struct Rectify<'a>(&'a mut [f32]);

impl WithSimd for Rectify<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        for x in self.0 {
            *x = if *x <= 0.0 { 0.0 } else { *x };
        }
    }
}

struct Silence<'a>(&'a mut [f32], &'a [f32]);

impl WithSimd for Silence<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        for (g, x) in self.0.iter_mut().zip(self.1) {
            *g = if *x <= 0.0 { 0.0 } else { *g };
        }
    }
}

struct Add<'a>(&'a mut [f32], &'a [f32]);

impl WithSimd for Add<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        for (a, b) in self.0.iter_mut().zip(self.1) {
            *a += b;
        }
    }
}
