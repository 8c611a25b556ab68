use pulp::{Arch, Simd, WithSimd};

use super::COLUMNS;
use crate::kernels::block::{Blocks, Over};
use crate::kernels::sums::totals;
use crate::layer::Layer;
use crate::maps::Activations;
use crate::plan::Run;

/// Values of a convolution's block, at most: one sum over the lanes for so many products.
const VALUES: usize = 512;
/// Columns whose sums are added up together.
const TOGETHER: usize = 4;

/// `offsets` tell how far each column's value lies from the kernel's corner.
pub(in crate::kernels) fn weight_gradient(
    layer: &Layer,
    offsets: &[u32],
    input: &Activations,
    output_gradient: &Activations,
    gradient: &mut [f32],
) {
    let (lanes, runs) = (input.lanes(), layer.runs());
    let (units, map) = (layer.pattern().units(), layer.output().map());
    let (input, output) = (input.values(), output_gradient.values());
    let kernel = WeightGradient { units, offsets, input, output, gradient, map, lanes };
    if layer.has_one_position() {
        Arch::new().dispatch(Over { kernel, runs, lanes });
    } else {
        Arch::new().dispatch(Long { kernel, runs, lanes });
    }
}

struct WeightGradient<'a> {
    units: usize,
    /// How far each column's value lies from a block's first, in positions.
    offsets: &'a [u32],
    input: &'a [f32],
    output: &'a [f32],
    gradient: &'a mut [f32],
    /// Positions of an output map.
    map: usize,
    lanes: usize,
}

/// Of a layer with a single position, block by block as the stored weights' gradients are summed: so that it has their
/// bits.
impl Blocks for WeightGradient<'_> {
    #[inline(always)]
    fn block<S: Simd, const VECTORS: usize>(&mut self, simd: S, input: usize, output: usize) {
        self.add(simd, [input, output, VECTORS * S::F32_LANES]);
    }
}

/// Of a convolution, in longer blocks.
struct Long<'a> {
    kernel: WeightGradient<'a>,
    runs: &'a [Run],
    lanes: usize,
}

impl WithSimd for Long<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let Self { mut kernel, runs, lanes } = self;
        for run in runs {
            let (input, output, count) =
                (run.input * lanes, run.output * lanes, run.length * lanes);
            let mut start = 0;
            while start < count {
                let values = VALUES.min(count - start);
                kernel.add(simd, [input + start, output + start, values]);
                start += values;
            }
        }
    }
}

impl WeightGradient<'_> {
    /// A block's: where it starts in the input and in the output, and how many values it has.
    #[inline(always)]
    fn add<S: Simd>(&mut self, simd: S, block: [usize; 3]) {
        // As many sums as there are registers for.
        match S::F32_LANES {
            8 => self.units::<S, 2>(simd, block),
            _ => self.units::<S, 4>(simd, block),
        }
    }

    #[inline(always)]
    fn units<S: Simd, const UNITS: usize>(&mut self, simd: S, block: [usize; 3]) {
        let (fan_in, mut start) = (self.offsets.len(), 0);
        while start < fan_in {
            let end = fan_in.min(start + COLUMNS);
            let (mut unit, together) = (0, self.units - self.units % UNITS);
            while unit < together {
                self.columns::<S, UNITS>(simd, unit, [start, end], block);
                unit += UNITS;
            }
            while unit < self.units {
                self.columns::<S, 1>(simd, unit, [start, end], block);
                unit += 1;
            }
            start = end;
        }
    }

    #[inline(always)]
    fn columns<S: Simd, const UNITS: usize>(
        &mut self,
        simd: S,
        unit: usize,
        [start, end]: [usize; 2],
        [input, output, values]: [usize; 3],
    ) {
        let mut slopes = [&[] as &[S::f32s]; UNITS];
        for (index, slopes) in slopes.iter_mut().enumerate() {
            let place = output + (unit + index) * self.map * self.lanes;
            *slopes = S::as_simd_f32s(&self.output[place..place + values]).0;
        }
        let fan_in = self.offsets.len();
        let mut column = start;
        while column < end {
            // The last ones are taken together with some that are left out again.
            let count = TOGETHER.min(end - column);
            let mut x = [&[] as &[S::f32s]; TOGETHER];
            for (index, x) in x.iter_mut().enumerate() {
                let offset = self.offsets[column + index.min(count - 1)];
                let place = input + offset as usize * self.lanes;
                *x = S::as_simd_f32s(&self.input[place..place + values]).0;
            }
            let products = products(simd, slopes, x);
            for (index, &products) in products.iter().enumerate() {
                let more = totals(simd, products);
                let sums = &mut self.gradient[(unit + index) * fan_in + column..][..count];
                for place in 0..count {
                    sums[place] += more[place];
                }
            }
            column += count;
        }
    }
}

/// The products of each unit's slopes with each column's values, vector added to vector.
#[inline(always)]
fn products<S: Simd, const UNITS: usize>(
    simd: S,
    slopes: [&[S::f32s]; UNITS],
    x: [&[S::f32s]; TOGETHER],
) -> [[S::f32s; TOGETHER]; UNITS] {
    let mut products = [[simd.splat_f32s(0.0); TOGETHER]; UNITS];
    for vector in 0..slopes[0].len() {
        for column in 0..TOGETHER {
            let x = x[column][vector];
            for unit in 0..UNITS {
                products[unit][column] =
                    simd.mul_add_e_f32s(slopes[unit][vector], x, products[unit][column]);
            }
        }
    }
    products
}
