use pulp::{Arch, Simd};

use super::block::{Blocks, Over};
use super::full;
use super::values::{Strided, Values, Whole, at_least, vectors, vectors_mut};
use crate::layer::Layer;
use crate::maps::Activations;
use crate::plan::Plan;

pub(crate) fn forward(
    layer: &Layer,
    plan: &Plan,
    weights: &[f32],
    bias: Option<&[f32]>,
    relu: bool,
    input: &Activations,
    output: &mut Activations,
) {
    assert_eq!(weights.len(), layer.weights(), "one value for each weight");
    assert!(bias.is_none_or(|bias| bias.len() == layer.pattern().units()), "a bias for each unit");
    let floor = if relu { 0.0 } else { f32::NEG_INFINITY };
    if let Some(full) = layer.full() {
        return full::forward(layer, full.offsets(), weights, (bias, floor), input, output);
    }
    let (lanes, runs) = (input.lanes(), plan.runs.as_slice());
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

    /// `count` values, which fill `VECTORS` vectors or less, of all units. As many sums are added up side by side,
    /// and each of them in `SUMS` parts, since each has to wait for its last product. What lies behind the values is
    /// read too, and not written.
    #[inline(always)]
    fn part<S: Simd, const VECTORS: usize, const SUMS: usize>(
        &mut self,
        simd: S,
        input: usize,
        output: usize,
        count: usize,
    ) {
        let map = self.layer.output().map() * self.lanes;
        let floor = simd.splat_f32s(self.floor);
        for unit in 0..self.layer.pattern().units() {
            let (offsets, weights, bias) = self.unit(unit);
            let mut sums = [[simd.splat_f32s(0.0); VECTORS]; SUMS];
            sums[0] = [simd.splat_f32s(bias); VECTORS];
            let ((offsets, last_offsets), (weights, last_weights)) =
                (offsets.as_chunks::<SUMS>(), weights.as_chunks::<SUMS>());
            for (offsets, weights) in offsets.iter().zip(weights) {
                for index in 0..SUMS {
                    let place = input + offsets[index] as usize * self.lanes;
                    sums[index] = self.add(simd, sums[index], weights[index], place);
                }
            }
            for (&offset, &weight) in last_offsets.iter().zip(last_weights) {
                let place = input + offset as usize * self.lanes;
                sums[0] = self.add(simd, sums[0], weight, place);
            }
            let mut total = sums[0];
            for sums in &sums[1..] {
                for (total, &sum) in total.iter_mut().zip(sums) {
                    *total = simd.add_f32s(*total, sum);
                }
            }
            let values = &mut self.output[output + unit * map..][..count];
            for (values, &total) in values.chunks_mut(S::F32_LANES).zip(&total) {
                simd.partial_store_f32s(values, at_least(simd, floor, total));
            }
        }
    }

    /// The sums with a weight's products. By value: else they would lie in memory.
    #[inline(always)]
    fn add<S: Simd, const VECTORS: usize>(
        &self,
        simd: S,
        mut sums: [S::f32s; VECTORS],
        weight: f32,
        place: usize,
    ) -> [S::f32s; VECTORS] {
        let weight = simd.splat_f32s(weight);
        let values = vectors::<S, VECTORS>(self.input, place);
        for (sum, &x) in sums.iter_mut().zip(values) {
            *sum = simd.mul_add_e_f32s(weight, x, *sum);
        }
        sums
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
        // As in `at_least`.
        if sum < self.floor { self.floor } else { sum }
    }
}

impl Forward<'_> {
    #[inline(always)]
    fn units<'a, S: Simd, X: Values<'a, S, VECTORS>, const VECTORS: usize>(
        &mut self,
        simd: S,
        x: X,
        output: usize,
    ) {
        let map = self.layer.output().map() * self.lanes;
        let floor = simd.splat_f32s(self.floor);
        let open = simd.splat_f32s(f32::NEG_INFINITY);
        let parts = self.layer.parts(VECTORS * S::F32_LANES);
        let last = parts.len() - 1;
        for (index, part) in parts.enumerate() {
            let floor = if index == last { floor } else { open };
            for unit in 0..self.layer.pattern().units() {
                let stored = part.of(unit);
                let offsets = &self.offsets[stored.clone()];
                let weights = &self.weights[stored];
                let y = vectors_mut::<S, VECTORS>(self.output, output + unit * map);
                let bias = self.bias.map_or(0.0, |bias| bias[unit]);
                let mut sums = if index == 0 { [simd.splat_f32s(bias); VECTORS] } else { *y };
                for (&offset, &weight) in offsets.iter().zip(weights) {
                    let (x, weight) = (x.at(offset), simd.splat_f32s(weight));
                    for vector in 0..VECTORS {
                        sums[vector] = simd.mul_add_e_f32s(weight, x[vector], sums[vector]);
                    }
                }
                for (y, &sum) in y.iter_mut().zip(&sums) {
                    *y = at_least(simd, floor, sum);
                }
            }
        }
    }
}

impl Blocks for Forward<'_> {
    #[inline(always)]
    fn block<S: Simd, const VECTORS: usize>(&mut self, simd: S, input: usize, output: usize) {
        let strided = Strided { values: self.input, start: input, lanes: self.lanes };
        match Whole::<S, VECTORS>::of(strided) {
            Some(whole) => self.units::<S, _, VECTORS>(simd, whole, output),
            None => self.units::<S, _, VECTORS>(simd, strided, output),
        }
    }

    #[inline(always)]
    fn rest<S: Simd>(&mut self, simd: S, input: usize, output: usize, count: usize) {
        match (count, count.div_ceil(S::F32_LANES)) {
            (1, _) => {
                let map = self.layer.output().map() * self.lanes;
                for unit in 0..self.layer.pattern().units() {
                    self.output[output + unit * map] = self.value(unit, input);
                }
            }
            (_, 1) => self.part::<S, 1, 4>(simd, input, output, count),
            (_, 2) => self.part::<S, 2, 2>(simd, input, output, count),
            (_, 3 | 4) => self.part::<S, 4, 1>(simd, input, output, count),
            _ => self.part::<S, 16, 1>(simd, input, output, count),
        }
    }
}
