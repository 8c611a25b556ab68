use pulp::{Arch, Simd};

use super::block::{Blocks, Over, vectors, vectors_mut};
use crate::layer::Layer;
use crate::maps::Activations;
use crate::transposed::Transposed;

pub(crate) fn input_gradient(
    layer: &Layer,
    weights: &[f32],
    output_gradient: &Activations,
    input_gradient: &mut Activations,
) {
    assert_eq!(weights.len(), layer.pattern().stored(), "one value for each stored weight");
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
        let map = self.layer.output().map() * self.lanes;
        for part in self.columns.chunks().parts(VECTORS * S::F32_LANES) {
            for (index, &offset) in self.columns.offsets().iter().enumerate() {
                let stored = part.of(index);
                if stored.is_empty() {
                    continue;
                }
                let units = &self.columns.units()[stored.clone()];
                let places = &self.columns.places()[stored];
                let start = input + offset as usize * self.lanes;
                let x = vectors_mut::<S, VECTORS>(self.input, start);
                let mut sums = *x;
                for (&unit, &place) in units.iter().zip(places) {
                    let start = output + unit as usize * map;
                    let slopes = vectors::<S, VECTORS>(self.output, start);
                    let weight = simd.splat_f32s(self.weights[place as usize]);
                    for (sum, &slope) in sums.iter_mut().zip(slopes) {
                        *sum = simd.mul_add_e_f32s(weight, slope, *sum);
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
        for part in self.layer.chunks().parts(VECTORS * S::F32_LANES) {
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
