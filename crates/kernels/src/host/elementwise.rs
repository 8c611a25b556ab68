//! Sums and rectified values, number by number.

use pulp::Arch;
use rayon::prelude::*;

/// Numbers that a thread takes at a time.
const CHUNK: usize = 1 << 15;

/// x ← max(x, 0); what is not a number stays so, as in burn.
pub(crate) fn rectify(x: &mut [f32]) {
    x.par_chunks_mut(CHUNK).for_each(|x| {
        Arch::new().dispatch(|| {
            x.iter_mut().for_each(|x| *x = if *x <= 0.0 { 0.0 } else { *x });
        });
    });
}

/// g ← 0 where the rectified value is 0.
pub(crate) fn silence(gradient: &mut [f32], rectified: &[f32]) {
    gradient.par_chunks_mut(CHUNK).zip(rectified.par_chunks(CHUNK)).for_each(|(gradient, x)| {
        Arch::new().dispatch(|| {
            gradient.iter_mut().zip(x).for_each(|(g, x)| *g = if *x <= 0.0 { 0.0 } else { *g });
        });
    });
}

/// a ← a + b.
pub(crate) fn add(a: &mut [f32], b: &[f32]) {
    a.par_chunks_mut(CHUNK).zip(b.par_chunks(CHUNK)).for_each(|(a, b)| {
        Arch::new().dispatch(|| a.iter_mut().zip(b).for_each(|(a, b)| *a += b));
    });
}
