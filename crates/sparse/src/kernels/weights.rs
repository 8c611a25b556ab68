use std::array;

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
        let parts = self.layer.chunks().iter();
        for (unit, stored) in parts.flat_map(|units| units.iter().enumerate()) {
            let slopes = *vectors::<S, VECTORS>(self.output, output + unit * map);
            let (offsets, more) = self.layer.offsets()[stored.clone()].as_chunks::<8>();
            let (sums, last) = self.gradient[stored.clone()].as_chunks_mut::<8>();
            for (offsets, sums) in offsets.iter().zip(sums) {
                together(simd, self.input, input, self.lanes, &slopes, offsets, sums);
            }
            for (offset, sum) in more.iter().zip(last) {
                together(
                    simd,
                    self.input,
                    input,
                    self.lanes,
                    &slopes,
                    array::from_ref(offset),
                    array::from_mut(sum),
                );
            }
        }
    }
}

/// Adds the products of `TOGETHER` weights' inputs with the slopes to their gradients. They are
/// summed in as many registers, so that no product waits for the one before.
#[inline(always)]
fn together<S: Simd, const VECTORS: usize, const TOGETHER: usize>(
    simd: S,
    values: &[f32],
    start: usize,
    lanes: usize,
    slopes: &[S::f32s; VECTORS],
    offsets: &[u32; TOGETHER],
    sums: &mut [f32; TOGETHER],
) {
    let at = |offset: u32| start + offset as usize * lanes;
    // Not by `map`, which is no part of this function's vector code and stays a call.
    let mut x = [vectors::<S, VECTORS>(values, at(offsets[0])); TOGETHER];
    for (x, &offset) in x.iter_mut().zip(offsets) {
        *x = vectors::<S, VECTORS>(values, at(offset));
    }
    let mut products = [simd.splat_f32s(0.0); TOGETHER];
    for (vector, &slope) in slopes.iter().enumerate() {
        for (product, x) in products.iter_mut().zip(&x) {
            *product = simd.mul_add_e_f32s(slope, x[vector], *product);
        }
    }
    for (sum, product) in sums.iter_mut().zip(products) {
        *sum += simd.reduce_sum_f32s(product);
    }
}
