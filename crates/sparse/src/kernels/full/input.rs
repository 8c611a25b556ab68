use pulp::{Arch, Simd};

use super::{COLUMNS, TOGETHER, rows};
use crate::kernels::block::{Blocks, Over};
use crate::kernels::values::{Strided, vectors, vectors_mut};
use crate::layer::Layer;
use crate::maps::Activations;

/// `offsets` tell how far each column's value lies from the kernel's corner.
pub(in crate::kernels) fn input_gradient(
    layer: &Layer,
    offsets: &[u32],
    weights: &[f32],
    output_gradient: &Activations,
    input_gradient: &mut Activations,
) {
    let (lanes, runs) = (input_gradient.lanes(), layer.runs());
    let (units, map) = (layer.pattern().units(), layer.output().map());
    let (output, input) = (output_gradient.values(), input_gradient.values_mut());
    let kernel = Gathered { units, offsets, weights, output, input, map, lanes };
    if layer.has_one_position() {
        Arch::new().dispatch(Over { kernel, runs, lanes });
    } else {
        Arch::new().dispatch(Over { kernel: InputGradient(kernel), runs, lanes });
    }
}

/// Of a layer with a single position: some inputs' sums at a time, unit by unit.
struct Gathered<'a> {
    units: usize,
    /// How far each input lies from a block's first, in positions.
    offsets: &'a [u32],
    weights: &'a [f32],
    output: &'a [f32],
    input: &'a mut [f32],
    /// Positions of an output map.
    map: usize,
    lanes: usize,
}

impl Blocks for Gathered<'_> {
    const IS_WIDE: bool = false;

    #[inline(always)]
    fn block<S: Simd, const VECTORS: usize>(&mut self, simd: S, input: usize, output: usize) {
        let (fan_in, mut start) = (self.offsets.len(), 0);
        while start < self.units {
            let units = [start, self.units.min(start + COLUMNS)];
            let (mut column, together) = (0, fan_in - fan_in % TOGETHER);
            while column < together {
                self.tile::<S, VECTORS, TOGETHER>(simd, column, units, [input, output]);
                column += TOGETHER;
            }
            while column < fan_in {
                self.tile::<S, VECTORS, 1>(simd, column, units, [input, output]);
                column += 1;
            }
            start = units[1];
        }
    }
}

impl Gathered<'_> {
    /// Some inputs' sums over some units.
    #[inline(always)]
    fn tile<S: Simd, const VECTORS: usize, const INPUTS: usize>(
        &mut self,
        simd: S,
        column: usize,
        [start, end]: [usize; 2],
        [input, output]: [usize; 2],
    ) {
        let fan_in = self.offsets.len();
        let slopes = Strided { values: self.output, start: output, lanes: self.map * self.lanes };
        let offsets = &self.offsets[column..column + INPUTS];
        let mut sums = [[simd.splat_f32s(0.0); VECTORS]; INPUTS];
        for index in 0..INPUTS {
            let place = input + offsets[index] as usize * self.lanes;
            sums[index] = *vectors_mut::<S, VECTORS>(self.input, place);
        }
        for unit in start..end {
            let slopes = slopes.read::<S, VECTORS>(unit as u32);
            let weights = &self.weights[unit * fan_in + column..][..INPUTS];
            for index in 0..INPUTS {
                let weight = simd.splat_f32s(weights[index]);
                for vector in 0..VECTORS {
                    sums[index][vector] =
                        simd.mul_add_e_f32s(weight, slopes[vector], sums[index][vector]);
                }
            }
        }
        for index in 0..INPUTS {
            let place = input + offsets[index] as usize * self.lanes;
            *vectors_mut::<S, VECTORS>(self.input, place) = sums[index];
        }
    }
}

/// Of any layer: adds some units' products to what a weight of each has read.
struct InputGradient<'a>(Gathered<'a>);

impl Blocks for InputGradient<'_> {
    const IS_WIDE: bool = false;

    #[inline(always)]
    fn block<S: Simd, const VECTORS: usize>(&mut self, simd: S, input: usize, output: usize) {
        let (units, fan_in, mut start) = (self.0.units, self.0.offsets.len(), 0);
        while start < fan_in {
            let columns = [start, fan_in.min(start + COLUMNS)];
            let (mut unit, together) = (0, units - units % TOGETHER);
            while unit < together {
                self.tile::<S, VECTORS, TOGETHER>(simd, unit, columns, [input, output]);
                unit += TOGETHER;
            }
            while unit < units {
                self.tile::<S, VECTORS, 1>(simd, unit, columns, [input, output]);
                unit += 1;
            }
            start = columns[1];
        }
    }
}

impl InputGradient<'_> {
    #[inline(always)]
    fn tile<S: Simd, const VECTORS: usize, const UNITS: usize>(
        &mut self,
        simd: S,
        unit: usize,
        [start, end]: [usize; 2],
        [input, output]: [usize; 2],
    ) {
        let Gathered { offsets, weights, map, lanes, .. } = self.0;
        let weights = rows::<UNITS>(weights, offsets.len(), unit, [start, end]);
        let offsets = &offsets[start..end];
        let mut slopes = [[simd.splat_f32s(0.0); VECTORS]; UNITS];
        for (index, slopes) in slopes.iter_mut().enumerate() {
            let place = output + (unit + index) * map * lanes;
            *slopes = *vectors::<S, VECTORS>(self.0.output, place);
        }
        for column in 0..offsets.len() {
            let place = input + offsets[column] as usize * lanes;
            let x = vectors_mut::<S, VECTORS>(self.0.input, place);
            let mut sums = *x;
            for index in 0..UNITS {
                let weight = simd.splat_f32s(weights[index][column]);
                for vector in 0..VECTORS {
                    sums[vector] = simd.mul_add_e_f32s(weight, slopes[index][vector], sums[vector]);
                }
            }
            *x = sums;
        }
    }
}
