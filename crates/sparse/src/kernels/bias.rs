use pulp::{Arch, Simd};

use super::block::{Blocks, Over};
use super::values::vectors;
use crate::layer::Layer;
use crate::maps::Activations;

pub(crate) fn bias_gradient(
    layer: &Layer,
    output_gradient: &Activations,
    bias_gradient: &mut [f32],
) {
    assert_eq!(bias_gradient.len(), layer.pattern().units(), "one value for each unit");
    let (lanes, runs) = (output_gradient.lanes(), layer.runs());
    let map = layer.output().map() * lanes;
    let kernel = BiasGradient { output: output_gradient.values(), gradient: bias_gradient, map };
    Arch::new().dispatch(Over { kernel, runs, lanes });
}

struct BiasGradient<'a> {
    output: &'a [f32],
    gradient: &'a mut [f32],
    map: usize,
}

impl Blocks for BiasGradient<'_> {
    #[inline(always)]
    fn block<S: Simd, const VECTORS: usize>(&mut self, simd: S, _: usize, output: usize) {
        for (unit, sum) in self.gradient.iter_mut().enumerate() {
            let slopes = vectors::<S, VECTORS>(self.output, output + unit * self.map);
            let zero = simd.splat_f32s(0.0);
            let total = slopes.iter().fold(zero, |total, &slope| simd.add_f32s(total, slope));
            *sum += simd.reduce_sum_f32s(total);
        }
    }
}
