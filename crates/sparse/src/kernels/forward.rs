use pulp::{Arch, Simd};

use super::block::{Blocks, Over, vectors, vectors_mut};
use crate::layer::Layer;
use crate::maps::Activations;

pub(crate) fn forward(
    layer: &Layer,
    weights: &[f32],
    bias: Option<&[f32]>,
    relu: bool,
    input: &Activations,
    output: &mut Activations,
) {
    assert_eq!(weights.len(), layer.pattern().stored(), "one value for each stored weight");
    assert!(bias.is_none_or(|bias| bias.len() == layer.pattern().units()), "a bias for each unit");
    let (lanes, runs) = (input.lanes(), layer.runs());
    let floor = if relu { 0.0 } else { f32::NEG_INFINITY };
    let (input, output) = (input.values(), output.values_mut());
    let kernel = Forward { layer, weights, bias, floor, input, output, lanes };
    Arch::new().dispatch(Over { kernel, runs, lanes });
}

struct Forward<'a> {
    layer: &'a Layer,
    weights: &'a [f32],
    bias: Option<&'a [f32]>,
    /// Below which nothing goes out.
    floor: f32,
    input: &'a [f32],
    output: &'a mut [f32],
    lanes: usize,
}

impl Blocks for Forward<'_> {
    #[inline(always)]
    fn block<S: Simd, const VECTORS: usize>(&mut self, simd: S, input: usize, output: usize) {
        let map = self.layer.output().map() * self.lanes;
        let floor = simd.splat_f32s(self.floor);
        let open = simd.splat_f32s(f32::NEG_INFINITY);
        let last = self.layer.chunks().iter().len() - 1;
        for (chunk, units) in self.layer.chunks().iter().enumerate() {
            let floor = if chunk == last { floor } else { open };
            for (unit, stored) in units.iter().enumerate() {
                let offsets = &self.layer.offsets()[stored.clone()];
                let weights = &self.weights[stored.clone()];
                let y = vectors_mut::<S, VECTORS>(self.output, output + unit * map);
                let bias = self.bias.map_or(0.0, |bias| bias[unit]);
                let mut sums = if chunk == 0 { [simd.splat_f32s(bias); VECTORS] } else { *y };
                for (&offset, &weight) in offsets.iter().zip(weights) {
                    let x = vectors::<S, VECTORS>(self.input, input + offset as usize * self.lanes);
                    let weight = simd.splat_f32s(weight);
                    for (sum, &x) in sums.iter_mut().zip(x) {
                        *sum = simd.mul_add_e_f32s(weight, x, *sum);
                    }
                }
                for (y, &sum) in y.iter_mut().zip(&sums) {
                    // In this order a sum that is no number stays so.
                    *y = simd.max_f32s(floor, sum);
                }
            }
        }
    }
}
