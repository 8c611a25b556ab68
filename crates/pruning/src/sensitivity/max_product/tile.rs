use pulp::{Simd, WithSimd};

/// Units in a tile.
pub(super) const ROWS: usize = 4;
/// Floats of `fan_in` in a tile: three registers of eight, or six of four.
pub(super) const COLUMNS: usize = 24;

/// One tile `[ROWS, COLUMNS]` over one packed piece of the depth.
pub(super) struct Tile<'a> {
    pub(super) r: &'a [f32],
    pub(super) a: &'a [f32],
    pub(super) tile: &'a mut [f32],
}

impl WithSimd for Tile<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        match size_of::<S::f32s>() / size_of::<f32>() {
            8 => self.passed_by::<S, 3>(simd),
            4 => self.passed_by::<S, 6>(simd),
            _ => self.scalar(),
        }
    }
}

impl Tile<'_> {
    #[inline(always)]
    fn passed_by<S: Simd, const VECTORS: usize>(self, simd: S) {
        let zero = simd.splat_f32s(0.0);
        let mut largest = [[zero; VECTORS]; ROWS];
        // Arrays, so that the loops over them are unrolled and the tile stays in registers.
        for (r, a) in self.r.as_chunks::<ROWS>().0.iter().zip(self.a.as_chunks::<COLUMNS>().0) {
            let a: &[S::f32s; VECTORS] =
                S::as_simd_f32s(a).0.try_into().expect("so many vectors are a tile's width");
            for (r, row) in r.iter().zip(&mut largest) {
                let r = simd.splat_f32s(*r);
                for (largest, a) in row.iter_mut().zip(a) {
                    *largest = simd.max_f32s(simd.mul_f32s(r, *a), *largest);
                }
            }
        }
        for (row, tile) in largest.iter().zip(self.tile.chunks_exact_mut(COLUMNS)) {
            let (tile, _) = S::as_mut_simd_f32s(tile);
            for (tile, largest) in tile.iter_mut().zip(row) {
                *tile = simd.max_f32s(*largest, *tile);
            }
        }
    }

    /// Without vector instructions.
    fn scalar(self) {
        for (r, a) in self.r.chunks_exact(ROWS).zip(self.a.chunks_exact(COLUMNS)) {
            for (r, tile) in r.iter().zip(self.tile.chunks_exact_mut(COLUMNS)) {
                tile.iter_mut().zip(a).for_each(|(tile, a)| *tile = tile.max(r * a));
            }
        }
    }
}
