use pulp::{Arch, Simd};

use super::block::{Blocks, Over, vectors, vectors_mut};
use crate::layer::Layer;
use crate::maps::Activations;

pub(crate) fn input_gradient(
    layer: &Layer,
    weights: &[f32],
    output_gradient: &Activations,
    input_gradient: &mut Activations,
) {
    assert_eq!(weights.len(), layer.pattern().stored(), "one value for each stored weight");
    let (lanes, runs) = (input_gradient.lanes(), layer.runs());
    let (output, input) = (output_gradient.values(), input_gradient.values_mut());
    let kernel = InputGradient { layer, weights, output, input, lanes };
    Arch::new().dispatch(Over { kernel, runs, lanes });
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
