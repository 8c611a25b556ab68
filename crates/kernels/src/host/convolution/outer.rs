//! A tile of a weight gradient, `[rows, 16]`: the sum of outer products over positions.

use pulp::Simd;

use super::panels::WIDTH;

/// Positions that follow one another in both maps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Stretch {
    /// The first position in the packed input.
    pub(super) input: usize,
    /// The first position in the packed gradient.
    pub(super) gradient: usize,
    pub(super) len: usize,
    /// From one input position to the next.
    pub(super) step: usize,
}

/// Adds to `tile`, `[rows, WIDTH]`, the outer products of `input`, `[positions, rows]`, and
/// `gradient`, `[positions, WIDTH]`.
pub(super) struct Outer<'a> {
    pub(super) input: &'a [f32],
    pub(super) gradient: &'a [f32],
    pub(super) stretches: &'a [Stretch],
    /// Columns that are needed.
    pub(super) columns: usize,
}

impl Outer<'_> {
    #[inline(always)]
    pub(super) fn run<S: Simd>(&self, simd: S, rows: usize, tile: &mut [f32]) {
        let narrow = self.columns <= WIDTH / 2;
        match (size_of::<S::f32s>() / size_of::<f32>(), narrow) {
            (16, _) => self.rows::<S, 1>(simd, rows, tile),
            (8, false) => self.rows::<S, 2>(simd, rows, tile),
            (8, true) => self.rows::<S, 1>(simd, rows, tile),
            (4, false) => self.rows::<S, 4>(simd, rows, tile),
            (4, true) => self.rows::<S, 2>(simd, rows, tile),
            _ => self.scalar(rows, tile),
        }
    }

    #[inline(always)]
    fn rows<S: Simd, const VECTORS: usize>(&self, simd: S, rows: usize, tile: &mut [f32]) {
        match rows {
            1 => self.tile::<S, 1, VECTORS>(simd, tile),
            2 => self.tile::<S, 2, VECTORS>(simd, tile),
            3 => self.tile::<S, 3, VECTORS>(simd, tile),
            4 => self.tile::<S, 4, VECTORS>(simd, tile),
            5 => self.tile::<S, 5, VECTORS>(simd, tile),
            _ => self.tile::<S, 6, VECTORS>(simd, tile),
        }
    }

    #[inline(always)]
    fn tile<S: Simd, const ROWS: usize, const VECTORS: usize>(&self, simd: S, tile: &mut [f32]) {
        let zero = simd.splat_f32s(0.0);
        let mut sums = [[zero; VECTORS]; ROWS];
        let (input, gradient) =
            (self.input.as_chunks::<ROWS>().0, self.gradient.as_chunks::<WIDTH>().0);
        for stretch in self.stretches {
            let gradient = &gradient[stretch.gradient..][..stretch.len];
            let input = &input[stretch.input..];
            if stretch.step == 1 {
                sums = add::<S, ROWS, VECTORS>(simd, input.iter(), gradient, sums);
            } else {
                let input = input.iter().step_by(stretch.step);
                sums = add::<S, ROWS, VECTORS>(simd, input, gradient, sums);
            }
        }
        for (row, sums) in tile.chunks_exact_mut(WIDTH).zip(&sums) {
            let (row, _) = S::as_mut_simd_f32s(row);
            for (value, sum) in row.iter_mut().zip(sums) {
                *value = simd.add_f32s(*value, *sum);
            }
        }
    }

    /// Without vector instructions.
    fn scalar(&self, rows: usize, tile: &mut [f32]) {
        for stretch in self.stretches {
            for k in 0..stretch.len {
                let input = &self.input[(stretch.input + k * stretch.step) * rows..][..rows];
                let gradient = &self.gradient[(stretch.gradient + k) * WIDTH..][..WIDTH];
                for (row, value) in tile.chunks_exact_mut(WIDTH).zip(input) {
                    row.iter_mut().zip(gradient).for_each(|(sum, g)| *sum += value * g);
                }
            }
        }
    }
}

#[inline(always)]
fn add<'a, S: Simd, const ROWS: usize, const VECTORS: usize>(
    simd: S,
    input: impl Iterator<Item = &'a [f32; ROWS]>,
    gradient: &[[f32; WIDTH]],
    mut sums: [[S::f32s; VECTORS]; ROWS],
) -> [[S::f32s; VECTORS]; ROWS] {
    for (input, gradient) in input.zip(gradient) {
        let gradient: &[S::f32s; VECTORS] =
            S::as_simd_f32s(gradient).0.first_chunk().expect("a panel is so many vectors wide");
        for row in 0..ROWS {
            let value = simd.splat_f32s(input[row]);
            for vector in 0..VECTORS {
                sums[row][vector] = simd.mul_add_e_f32s(value, gradient[vector], sums[row][vector]);
            }
        }
    }
    sums
}
