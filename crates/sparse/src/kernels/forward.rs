use pulp::{Arch, Simd};

use super::block::{Blocks, Over, vectors, vectors_mut};
use crate::layer::{Layer, Plan};
use crate::maps::Activations;

pub(crate) fn forward(
    layer: &Layer,
    plan: &Plan,
    weights: &[f32],
    bias: Option<&[f32]>,
    relu: bool,
    input: &Activations,
    output: &mut Activations,
) {
    assert_eq!(weights.len(), layer.pattern().stored(), "one value for each stored weight");
    assert!(bias.is_none_or(|bias| bias.len() == layer.pattern().units()), "a bias for each unit");
    let (lanes, runs) = (input.lanes(), plan.runs.as_slice());
    let floor = if relu { 0.0 } else { f32::NEG_INFINITY };
    let (input, output) = (input.values(), output.values_mut());
    let offsets = &plan.offsets;
    let kernel = Forward { layer, offsets, weights, bias, floor, input, output, lanes };
    Arch::new().dispatch(Over { kernel, runs, lanes });
}

struct Forward<'a> {
    layer: &'a Layer,
    offsets: &'a [u32],
    weights: &'a [f32],
    bias: Option<&'a [f32]>,
    /// Below which nothing goes out.
    floor: f32,
    input: &'a [f32],
    output: &'a mut [f32],
    lanes: usize,
}

impl Forward<'_> {
    /// A unit's stored weights, how far their values lie, and its bias.
    #[inline(always)]
    fn unit(&self, unit: usize) -> (&[u32], &[f32], f32) {
        let stored = self.layer.pattern().unit(unit);
        let bias = self.bias.map_or(0.0, |bias| bias[unit]);
        (&self.offsets[stored.clone()], &self.weights[stored], bias)
    }

    /// Up to a vector of values; `load` takes them from a place of the input on. Four sums at a time, since each
    /// has to wait for its last product.
    #[inline(always)]
    fn vector<S: Simd>(&self, simd: S, unit: usize, load: impl Fn(usize) -> S::f32s) -> S::f32s {
        const SUMS: usize = 4;
        let (offsets, weights, bias) = self.unit(unit);
        let mut sums = [simd.splat_f32s(0.0); SUMS];
        sums[0] = simd.splat_f32s(bias);
        let pairs = offsets.chunks(SUMS).zip(weights.chunks(SUMS));
        for (offsets, weights) in pairs {
            for ((&offset, &weight), sum) in offsets.iter().zip(weights).zip(&mut sums) {
                let x = load(offset as usize * self.lanes);
                *sum = simd.mul_add_e_f32s(simd.splat_f32s(weight), x, *sum);
            }
        }
        let [a, b, c, d] = sums;
        let sum = simd.add_f32s(simd.add_f32s(a, b), simd.add_f32s(c, d));
        simd.max_f32s(simd.splat_f32s(self.floor), sum)
    }

    /// One value.
    #[inline(always)]
    fn value(&self, unit: usize, input: usize) -> f32 {
        const SUMS: usize = 8;
        let (offsets, weights, bias) = self.unit(unit);
        let x = |offset: u32| self.input[input + offset as usize * self.lanes];
        let mut sums = [0.0; SUMS];
        let ((offsets, last_offsets), (weights, last_weights)) =
            (offsets.as_chunks::<SUMS>(), weights.as_chunks::<SUMS>());
        for (offsets, weights) in offsets.iter().zip(weights) {
            for index in 0..SUMS {
                sums[index] += weights[index] * x(offsets[index]);
            }
        }
        let last = last_offsets.iter().zip(last_weights);
        let last: f32 = last.map(|(&offset, &weight)| weight * x(offset)).sum();
        let sum = sums.iter().sum::<f32>() + last + bias;
        // In this order a sum that is no number stays so.
        if sum < self.floor { self.floor } else { sum }
    }
}

impl Blocks for Forward<'_> {
    #[inline(always)]
    fn block<S: Simd, const VECTORS: usize>(&mut self, simd: S, input: usize, output: usize) {
        let map = self.layer.output().map() * self.lanes;
        let floor = simd.splat_f32s(self.floor);
        for unit in 0..self.layer.pattern().units() {
            let (offsets, weights, bias) = self.unit(unit);
            let mut sums = [simd.splat_f32s(bias); VECTORS];
            for (&offset, &weight) in offsets.iter().zip(weights) {
                let x = vectors::<S, VECTORS>(self.input, input + offset as usize * self.lanes);
                let weight = simd.splat_f32s(weight);
                for (sum, &x) in sums.iter_mut().zip(x) {
                    *sum = simd.mul_add_e_f32s(weight, x, *sum);
                }
            }
            let y = vectors_mut::<S, VECTORS>(self.output, output + unit * map);
            for (y, &sum) in y.iter_mut().zip(&sums) {
                // In this order a sum that is no number stays so.
                *y = simd.max_f32s(floor, sum);
            }
        }
    }
    #[inline(always)]
    fn rest<S: Simd>(&mut self, simd: S, mut input: usize, mut output: usize, mut count: usize) {
        let (map, units) = (self.layer.output().map() * self.lanes, self.layer.pattern().units());
        while count >= S::F32_LANES.max(2) {
            for unit in 0..units {
                let load = |offset| vectors::<S, 1>(self.input, input + offset)[0];
                let sum = self.vector(simd, unit, load);
                vectors_mut::<S, 1>(self.output, output + unit * map)[0] = sum;
            }
            input += S::F32_LANES;
            output += S::F32_LANES;
            count -= S::F32_LANES;
        }
        match count {
            0 => {}
            1 => (0..units).for_each(|unit| {
                self.output[output + unit * map] = self.value(unit, input);
            }),
            _ => (0..units).for_each(|unit| {
                let load = |offset| simd.partial_load_f32s(&self.input[input + offset..][..count]);
                let sum = self.vector(simd, unit, load);
                simd.partial_store_f32s(&mut self.output[output + unit * map..][..count], sum);
            }),
        }
    }
}
