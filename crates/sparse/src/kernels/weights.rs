use pulp::{Arch, Simd};

use super::block::{Blocks, Over, vectors};
use crate::layer::Layer;
use crate::maps::Activations;

pub(crate) fn weight_gradient(
    layer: &Layer,
    input: &Activations,
    output_gradient: &Activations,
    weight_gradient: &mut [f32],
) {
    assert_eq!(weight_gradient.len(), layer.pattern().stored(), "one value for each stored weight");
    let (lanes, runs) = (input.lanes(), layer.runs());
    let (input, output) = (input.values(), output_gradient.values());
    let kernel = WeightGradient { layer, input, output, gradient: weight_gradient, lanes };
    Arch::new().dispatch(Over { kernel, runs, lanes });
}

struct WeightGradient<'a> {
    layer: &'a Layer,
    input: &'a [f32],
    output: &'a [f32],
    gradient: &'a mut [f32],
    lanes: usize,
}

impl Blocks for WeightGradient<'_> {
    #[inline(always)]
    fn block<S: Simd, const VECTORS: usize>(&mut self, simd: S, input: usize, output: usize) {
        let map = self.layer.output().map() * self.lanes;
        for part in self.layer.chunks().parts(VECTORS * S::F32_LANES) {
            for unit in 0..self.layer.pattern().units() {
                let stored = part.of(unit);
                let slopes = *vectors::<S, VECTORS>(self.output, output + unit * map);
                let at = (self.input, input, self.lanes);
                let offsets = &self.layer.offsets()[stored.clone()];
                let sums = &mut self.gradient[stored];
                let (offsets, sums) = rounds::<S, VECTORS, 4>(simd, at, &slopes, offsets, sums);
                rounds::<S, VECTORS, 1>(simd, at, &slopes, offsets, sums);
            }
        }
    }
}

/// As many rounds of `TOGETHER` weights as there are, and what is left.
#[inline(always)]
fn rounds<'a, S: Simd, const VECTORS: usize, const TOGETHER: usize>(
    simd: S,
    input: (&[f32], usize, usize),
    slopes: &[S::f32s; VECTORS],
    offsets: &'a [u32],
    sums: &'a mut [f32],
) -> (&'a [u32], &'a mut [f32]) {
    let ((offsets, more), (sums, rest)) =
        (offsets.as_chunks::<TOGETHER>(), sums.as_chunks_mut::<TOGETHER>());
    for index in 0..offsets.len() {
        together(simd, input, slopes, &offsets[index], &mut sums[index]);
    }
    (more, rest)
}

/// Adds the products of `TOGETHER` weights' inputs with the slopes to their gradients. They are
/// summed in as many registers, so that no product waits for the one before.
#[inline(always)]
fn together<S: Simd, const VECTORS: usize, const TOGETHER: usize>(
    simd: S,
    (values, start, lanes): (&[f32], usize, usize),
    slopes: &[S::f32s; VECTORS],
    offsets: &[u32; TOGETHER],
    sums: &mut [f32; TOGETHER],
) {
    let mut x = [vectors::<S, VECTORS>(values, start + offsets[0] as usize * lanes); TOGETHER];
    for index in 1..TOGETHER {
        x[index] = vectors::<S, VECTORS>(values, start + offsets[index] as usize * lanes);
    }
    let mut products = [simd.splat_f32s(0.0); TOGETHER];
    for vector in 0..VECTORS {
        for index in 0..TOGETHER {
            products[index] =
                simd.mul_add_e_f32s(slopes[vector], x[index][vector], products[index]);
        }
    }
    for index in 0..TOGETHER {
        sums[index] += simd.reduce_sum_f32s(products[index]);
    }
}
