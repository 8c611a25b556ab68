use pulp::{Arch, Simd};

use super::block::{Blocks, Over};
use super::full;
use super::values::{Strided, Values, Whole, vectors, vectors_mut};
use crate::layer::Layer;
use crate::maps::Activations;
use crate::transposed::Transposed;

pub(crate) fn input_gradient(
    layer: &Layer,
    weights: &[f32],
    output_gradient: &Activations,
    input_gradient: &mut Activations,
) {
    assert_eq!(weights.len(), layer.weights(), "one value for each weight");
    if let Some(full) = layer.full() {
        let offsets = full.offsets();
        return full::input_gradient(layer, offsets, weights, output_gradient, input_gradient);
    }
    let (lanes, runs) = (input_gradient.lanes(), layer.runs());
    let (output, input) = (output_gradient.values(), input_gradient.values_mut());
    match layer.transposed() {
        Some(columns) => {
            let kernel = Gathered { layer, columns, weights, output, input, lanes };
            Arch::new().dispatch(Over { kernel, runs, lanes });
        }
        None => {
            let kernel = InputGradient { layer, weights, output, input, lanes };
            Arch::new().dispatch(Over { kernel, runs, lanes });
        }
    }
}

/// Of a layer with a single position, input by input: each sum stays in registers. Products are added in the order
/// of the units, as they are by the other kernel.
struct Gathered<'a> {
    layer: &'a Layer,
    columns: &'a Transposed,
    weights: &'a [f32],
    output: &'a [f32],
    input: &'a mut [f32],
    lanes: usize,
}

impl Blocks for Gathered<'_> {
    #[inline(always)]
    fn block<S: Simd, const VECTORS: usize>(&mut self, simd: S, input: usize, output: usize) {
        // From one unit to the next.
        let lanes = self.layer.output().map() * self.lanes;
        let strided = Strided { values: self.output, start: output, lanes };
        match Whole::<S, VECTORS>::of(strided) {
            Some(whole) => self.gather::<S, _, VECTORS>(simd, whole, input),
            None => self.gather::<S, _, VECTORS>(simd, strided, input),
        }
    }
}

impl Gathered<'_> {
    #[inline(always)]
    fn gather<'a, S: Simd, X: Values<'a, S, VECTORS>, const VECTORS: usize>(
        &mut self,
        simd: S,
        slopes: X,
        input: usize,
    ) {
        for part in self.columns.parts(VECTORS * S::F32_LANES) {
            for (index, &offset) in self.columns.offsets().iter().enumerate() {
                let stored = part.of(index);
                if stored.is_empty() {
                    continue;
                }
                let places = &self.columns.places()[stored.clone()];
                let units = &self.columns.units()[stored];
                let start = input + offset as usize * self.lanes;
                let x = vectors_mut::<S, VECTORS>(self.input, start);
                let mut sums = *x;
                for (&unit, &place) in units.iter().zip(places) {
                    let slopes = slopes.at(unit);
                    let weight = simd.splat_f32s(self.weights[place as usize]);
                    for vector in 0..VECTORS {
                        sums[vector] = simd.mul_add_e_f32s(weight, slopes[vector], sums[vector]);
                    }
                }
                *x = sums;
            }
        }
    }
}

struct InputGradient<'a> {
    layer: &'a Layer,
    weights: &'a [f32],
    output: &'a [f32],
    input: &'a mut [f32],
    lanes: usize,
}

impl Blocks for InputGradient<'_> {
    /// Adds to what each weight has read: with strides and margins that is the only way without a
    /// second structure, and it costs a load and a store more for each product.
    #[inline(always)]
    fn block<S: Simd, const VECTORS: usize>(&mut self, simd: S, input: usize, output: usize) {
        let map = self.layer.output().map() * self.lanes;
        for part in self.layer.parts(VECTORS * S::F32_LANES) {
            for unit in 0..self.layer.pattern().units() {
                let stored = part.of(unit);
                let offsets = &self.layer.offsets()[stored.clone()];
                let weights = &self.weights[stored];
                let slopes = *vectors::<S, VECTORS>(self.output, output + unit * map);
                for (&offset, &weight) in offsets.iter().zip(weights) {
                    let start = input + offset as usize * self.lanes;
                    let x = vectors_mut::<S, VECTORS>(self.input, start);
                    let weight = simd.splat_f32s(weight);
                    for (x, &slope) in x.iter_mut().zip(&slopes) {
                        *x = simd.mul_add_e_f32s(weight, slope, *x);
                    }
                }
            }
        }
    }
}
