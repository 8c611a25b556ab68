use pulp::{Arch, Simd};

use super::{COLUMNS, TOGETHER, rows};
use crate::kernels::block::{Blocks, Over};
use crate::kernels::values::{Strided, at_least, vectors_mut};
use crate::layer::Layer;
use crate::maps::Activations;

/// `offsets` tell how far each column's value lies from the kernel's corner; what comes out is no less than the floor.
pub(in crate::kernels) fn forward(
    layer: &Layer,
    offsets: &[u32],
    weights: &[f32],
    (bias, floor): (Option<&[f32]>, f32),
    input: &Activations,
    output: &mut Activations,
) {
    let (lanes, runs) = (input.lanes(), layer.runs());
    let (units, map) = (layer.pattern().units(), layer.output().map());
    let (input, output) = (input.values(), output.values_mut());
    let kernel = Forward { units, offsets, weights, bias, floor, input, output, map, lanes };
    Arch::new().dispatch(Over { kernel, runs, lanes });
}

struct Forward<'a> {
    units: usize,
    /// How far each column's value lies from a block's first, in positions.
    offsets: &'a [u32],
    weights: &'a [f32],
    bias: Option<&'a [f32]>,
    /// Below which nothing goes out.
    floor: f32,
    input: &'a [f32],
    output: &'a mut [f32],
    /// Positions of an output map.
    map: usize,
    lanes: usize,
}

impl Blocks for Forward<'_> {
    const IS_WIDE: bool = false;

    #[inline(always)]
    fn block<S: Simd, const VECTORS: usize>(&mut self, simd: S, input: usize, output: usize) {
        let (fan_in, mut start) = (self.offsets.len(), 0);
        loop {
            let columns = [start, fan_in.min(start + COLUMNS)];
            let (mut unit, together) = (0, self.units - self.units % TOGETHER);
            while unit < together {
                self.tile::<S, VECTORS, TOGETHER>(simd, unit, columns, [input, output]);
                unit += TOGETHER;
            }
            while unit < self.units {
                self.tile::<S, VECTORS, 1>(simd, unit, columns, [input, output]);
                unit += 1;
            }
            start = columns[1];
            if start == fan_in {
                return;
            }
        }
    }
}

impl Forward<'_> {
    /// Some units' sums over some columns.
    #[inline(always)]
    fn tile<S: Simd, const VECTORS: usize, const UNITS: usize>(
        &mut self,
        simd: S,
        unit: usize,
        [start, end]: [usize; 2],
        [input, output]: [usize; 2],
    ) {
        let x = Strided { values: self.input, start: input, lanes: self.lanes };
        let offsets = &self.offsets[start..end];
        let weights = rows::<UNITS>(self.weights, self.offsets.len(), unit, [start, end]);
        let place = |index: usize| output + (unit + index) * self.map * self.lanes;
        let mut sums = [[simd.splat_f32s(0.0); VECTORS]; UNITS];
        for index in 0..UNITS {
            sums[index] = match (start, self.bias) {
                (0, None) => sums[index],
                (0, Some(bias)) => [simd.splat_f32s(bias[unit + index]); VECTORS],
                _ => *vectors_mut::<S, VECTORS>(self.output, place(index)),
            };
        }
        for column in 0..offsets.len() {
            let x = x.read::<S, VECTORS>(offsets[column]);
            for index in 0..UNITS {
                let weight = simd.splat_f32s(weights[index][column]);
                for vector in 0..VECTORS {
                    sums[index][vector] =
                        simd.mul_add_e_f32s(weight, x[vector], sums[index][vector]);
                }
            }
        }
        let is_last = end == self.offsets.len();
        let floor = simd.splat_f32s(if is_last { self.floor } else { f32::NEG_INFINITY });
        for (index, sums) in sums.iter().enumerate() {
            let y = vectors_mut::<S, VECTORS>(self.output, place(index));
            for vector in 0..VECTORS {
                y[vector] = at_least(simd, floor, sums[vector]);
            }
        }
    }
}
