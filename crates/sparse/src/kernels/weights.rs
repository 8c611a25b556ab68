use pulp::{Arch, Simd};

use super::block::{Blocks, Over};
use super::full;
use super::sums::totals;
use super::values::{Strided, Values, Whole, vectors};
use crate::layer::Layer;
use crate::maps::Activations;

pub(crate) fn weight_gradient(
    layer: &Layer,
    input: &Activations,
    output_gradient: &Activations,
    weight_gradient: &mut [f32],
) {
    assert_eq!(weight_gradient.len(), layer.weights(), "one value for each weight");
    if let Some(full) = layer.full() {
        full::weight_gradient(layer, full.offsets(), input, output_gradient, weight_gradient);
        return full.clear_others(weight_gradient);
    }
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
        let strided = Strided { values: self.input, start: input, lanes: self.lanes };
        match Whole::<S, VECTORS>::of(strided) {
            Some(whole) => self.add::<S, _, VECTORS>(simd, whole, output),
            None => self.add::<S, _, VECTORS>(simd, strided, output),
        }
    }
}

impl WeightGradient<'_> {
    #[inline(always)]
    fn add<'a, S: Simd, X: Values<'a, S, VECTORS>, const VECTORS: usize>(
        &mut self,
        simd: S,
        x: X,
        output: usize,
    ) {
        let map = self.layer.output().map() * self.lanes;
        for part in self.layer.parts(VECTORS * S::F32_LANES) {
            for unit in 0..self.layer.pattern().units() {
                let stored = part.of(unit);
                let slopes = *vectors::<S, VECTORS>(self.output, output + unit * map);
                let offsets = &self.layer.offsets()[stored.clone()];
                let sums = &mut self.gradient[stored];
                let (offsets, more) = offsets.as_chunks();
                let (sums, last) = sums.as_chunks_mut();
                for index in 0..offsets.len() {
                    four(simd, x, &slopes, offsets[index], &mut sums[index]);
                }
                for index in 0..more.len() {
                    let [product] = products(simd, x, &slopes, [more[index]]);
                    last[index] += simd.reduce_sum_f32s(product);
                }
            }
        }
    }
}

/// Adds the products of four weights' inputs with the slopes to their gradients.
#[inline(always)]
fn four<'a, S: Simd, const VECTORS: usize>(
    simd: S,
    x: impl Values<'a, S, VECTORS>,
    slopes: &[S::f32s; VECTORS],
    offsets: [u32; 4],
    sums: &mut [f32; 4],
) {
    let more = totals(simd, products(simd, x, slopes, offsets));
    for index in 0..4 {
        sums[index] += more[index];
    }
}

/// The products of some weights' inputs with the slopes, vector added to vector. They are summed in as many
/// registers as there are weights, so that no product waits for the one before.
#[inline(always)]
fn products<'a, S: Simd, const VECTORS: usize, const WEIGHTS: usize>(
    simd: S,
    x: impl Values<'a, S, VECTORS>,
    slopes: &[S::f32s; VECTORS],
    offsets: [u32; WEIGHTS],
) -> [S::f32s; WEIGHTS] {
    let mut inputs = [x.at(offsets[0]); WEIGHTS];
    for index in 1..WEIGHTS {
        inputs[index] = x.at(offsets[index]);
    }
    let mut products = [simd.splat_f32s(0.0); WEIGHTS];
    for vector in 0..VECTORS {
        for index in 0..WEIGHTS {
            let x = inputs[index][vector];
            products[index] = simd.mul_add_e_f32s(slopes[vector], x, products[index]);
        }
    }
    products
}
