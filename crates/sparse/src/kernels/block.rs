use pulp::{Simd, WithSimd};

use crate::plan::Run;

/// Something that is done block by block.
pub(super) trait Blocks {
    /// Whether it goes by blocks of up to 160 values, or of up to as many as leave registers for several units' sums.
    const IS_WIDE: bool = true;

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
        // Blocks of 160 and 128 values where there are 32 registers of 16, and of 64, 32 and 16.
        match (S::F32_LANES, K::IS_WIDE) {
            (16, true) => self.in_blocks::<S, 10, 8, 4, 2, 1>(simd),
            (16, false) => self.in_blocks::<S, 4, 4, 4, 2, 1>(simd),
            (8, true) => self.in_blocks::<S, 8, 8, 8, 4, 2>(simd),
            (8, false) => self.in_blocks::<S, 2, 2, 2, 2, 2>(simd),
            (4, true) => self.in_blocks::<S, 16, 16, 16, 8, 4>(simd),
            (4, false) => self.in_blocks::<S, 4, 4, 4, 4, 4>(simd),
            // Without vector instructions: what the compiler makes of 16 values.
            _ => self.in_blocks::<S, 16, 16, 16, 16, 16>(simd),
        }
    }
}

impl<K: Blocks> Over<'_, K> {
    #[inline(always)]
    fn in_blocks<
        S: Simd,
        const WIDEST: usize,
        const WIDE: usize,
        const MIDDLE: usize,
        const NARROW: usize,
        const NARROWEST: usize,
    >(
        mut self,
        simd: S,
    ) {
        for run in self.runs {
            let at = [run.input * self.lanes, run.output * self.lanes];
            let end = at[1] + run.length * self.lanes;
            let at = self.blocks::<S, WIDEST>(simd, at, end);
            let at = self.blocks::<S, WIDE>(simd, at, end);
            let at = self.blocks::<S, MIDDLE>(simd, at, end);
            let at = self.blocks::<S, NARROW>(simd, at, end);
            let [input, output] = self.blocks::<S, NARROWEST>(simd, at, end);
            if output < end {
                self.kernel.rest(simd, input, output, end - output);
            }
        }
    }

    /// As many blocks of this size as there are up to the end; from where it goes on.
    #[inline(always)]
    fn blocks<S: Simd, const VECTORS: usize>(
        &mut self,
        simd: S,
        [mut input, mut output]: [usize; 2],
        end: usize,
    ) -> [usize; 2] {
        while end - output >= VECTORS * S::F32_LANES {
            self.kernel.block::<S, VECTORS>(simd, input, output);
            input += VECTORS * S::F32_LANES;
            output += VECTORS * S::F32_LANES;
        }
        [input, output]
    }
}
