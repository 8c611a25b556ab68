use pulp::{Simd, WithSimd};

use crate::layer::Run;

/// Something that is done block by block.
pub(super) trait Blocks {
    /// Does it for `VECTORS` vectors that start at these places of the input and of the output of
    /// unit 0.
    fn block<S: Simd, const VECTORS: usize>(&mut self, simd: S, input: usize, output: usize);

    /// Does it for `count` values, fewer than 16. Where the batch is padded there are none left.
    fn rest<S: Simd>(&mut self, _: S, _: usize, _: usize, _: usize) {
        unreachable!("few images are computed with forwards only");
    }
}

/// It, over all runs.
pub(super) struct Over<'a, K> {
    pub(super) kernel: K,
    pub(super) runs: &'a [Run],
    pub(super) lanes: usize,
}

impl<K: Blocks> WithSimd for Over<'_, K> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        // Blocks of 64, 32 and 16 values.
        match S::F32_LANES {
            16 => self.in_blocks::<S, 4, 2, 1>(simd),
            8 => self.in_blocks::<S, 8, 4, 2>(simd),
            4 => self.in_blocks::<S, 16, 8, 4>(simd),
            // Without vector instructions: what the compiler makes of 16 values.
            _ => self.in_blocks::<S, 16, 16, 16>(simd),
        }
    }
}

impl<K: Blocks> Over<'_, K> {
    #[inline(always)]
    fn in_blocks<S: Simd, const LARGE: usize, const MIDDLE: usize, const SMALL: usize>(
        mut self,
        simd: S,
    ) {
        for run in self.runs {
            let (mut input, mut output) = (run.input * self.lanes, run.output * self.lanes);
            let end = output + run.length * self.lanes;
            while end - output >= LARGE * S::F32_LANES {
                self.kernel.block::<S, LARGE>(simd, input, output);
                input += LARGE * S::F32_LANES;
                output += LARGE * S::F32_LANES;
            }
            while end - output >= MIDDLE * S::F32_LANES {
                self.kernel.block::<S, MIDDLE>(simd, input, output);
                input += MIDDLE * S::F32_LANES;
                output += MIDDLE * S::F32_LANES;
            }
            while end - output >= SMALL * S::F32_LANES {
                self.kernel.block::<S, SMALL>(simd, input, output);
                input += SMALL * S::F32_LANES;
                output += SMALL * S::F32_LANES;
            }
            if output < end {
                self.kernel.rest(simd, input, output, end - output);
            }
        }
    }
}

/// `VECTORS` vectors from this place on.
#[inline(always)]
pub(super) fn vectors<S: Simd, const VECTORS: usize>(
    values: &[f32],
    start: usize,
) -> &[S::f32s; VECTORS] {
    let values = &values[start..start + VECTORS * S::F32_LANES];
    S::as_simd_f32s(values).0.try_into().expect("a slice of so many vectors")
}

/// `VECTORS` vectors from this place on.
#[inline(always)]
pub(super) fn vectors_mut<S: Simd, const VECTORS: usize>(
    values: &mut [f32],
    start: usize,
) -> &mut [S::f32s; VECTORS] {
    let values = &mut values[start..start + VECTORS * S::F32_LANES];
    S::as_mut_simd_f32s(values).0.try_into().expect("a slice of so many vectors")
}
