//! A tile of the result, `[rows, 16]`, that stays in registers while the inner dimension passes by.

use std::array::from_fn;

use pulp::Simd;

use super::classes::Run;
use super::panels::WIDTH;

/// Rows in a full tile: with two registers each, twelve sums, enough to hide how long a multiply-add
/// takes and few enough for sixteen registers.
pub(super) const ROWS: usize = 6;

/// One row of the tile: where its numbers lie in the source and in the target.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place {
    pub(super) source: usize,
    pub(super) target: usize,
}

/// What the tile's sums are added to. They start from zero for each piece of the inner dimension, so
/// that rounding errors grow with the length of a piece and the number of pieces, not with their
/// product.
#[derive(Debug, Clone, Copy)]
pub(super) enum Start<'a> {
    /// The same numbers in each row.
    Bias(&'a [f32; WIDTH]),
    /// What the target holds.
    Target,
}

/// One piece of the inner dimension, for any number of rows.
pub(super) struct Pass<'a> {
    pub(super) source: &'a [f32],
    pub(super) runs: &'a [Run],
    /// `[depth, WIDTH]`.
    pub(super) panel: &'a [f32],
    /// Columns of the panel that are there; the others are not written.
    pub(super) columns: usize,
    pub(super) start: Start<'a>,
}

impl Pass<'_> {
    /// Adds to the rows at `places` in `target`.
    #[inline(always)]
    pub(super) fn run<S: Simd>(&self, simd: S, places: &[Place], target: &mut [f32]) {
        let narrow = self.columns <= WIDTH / 2;
        match (size_of::<S::f32s>() / size_of::<f32>(), narrow) {
            (16, _) => self.tiles::<S, 1>(simd, places, target),
            (8, false) => self.tiles::<S, 2>(simd, places, target),
            (8, true) => self.tiles::<S, 1>(simd, places, target),
            (4, false) => self.tiles::<S, 4>(simd, places, target),
            (4, true) => self.tiles::<S, 2>(simd, places, target),
            _ => self.scalar(places, target),
        }
    }

    #[inline(always)]
    fn tiles<S: Simd, const VECTORS: usize>(&self, simd: S, places: &[Place], target: &mut [f32]) {
        let (full, rest) = places.as_chunks::<ROWS>();
        for places in full {
            self.tile::<S, ROWS, VECTORS>(simd, places, target);
        }
        match *rest {
            [a, b, c, d, e] => self.tile::<S, 5, VECTORS>(simd, &[a, b, c, d, e], target),
            [a, b, c, d] => self.tile::<S, 4, VECTORS>(simd, &[a, b, c, d], target),
            [a, b, c] => self.tile::<S, 3, VECTORS>(simd, &[a, b, c], target),
            [a, b] => self.tile::<S, 2, VECTORS>(simd, &[a, b], target),
            [a] => self.tile::<S, 1, VECTORS>(simd, &[a], target),
            _ => {}
        }
    }

    #[inline(always)]
    fn tile<S: Simd, const TILE_ROWS: usize, const VECTORS: usize>(
        &self,
        simd: S,
        places: &[Place; TILE_ROWS],
        target: &mut [f32],
    ) {
        let whole = self.columns == WIDTH;
        let mut sums = [[simd.splat_f32s(0.0); VECTORS]; TILE_ROWS];
        for run in self.runs {
            let weights = &self.panel[run.weight * WIDTH..][..run.len * WIDTH];
            let rows = from_fn(|row| &self.source[places[row].source + run.source..][..run.len]);
            sums = multiply::<S, TILE_ROWS, VECTORS>(simd, rows, weights.as_chunks().0, sums);
        }
        for (place, sums) in places.iter().zip(&sums) {
            let target = &mut target[place.target..][..self.columns];
            let mut present = [0.0; WIDTH];
            let before: &[f32] = match self.start {
                Start::Bias(bias) => bias,
                Start::Target if whole => target,
                Start::Target => {
                    present[..self.columns].copy_from_slice(target);
                    &present
                }
            };
            let before = vectors::<S, VECTORS>(before);
            let after: [S::f32s; VECTORS] = from_fn(|v| simd.add_f32s(before[v], sums[v]));
            if whole {
                S::as_mut_simd_f32s(target).0[..VECTORS].copy_from_slice(&after);
            } else {
                S::as_mut_simd_f32s(&mut present).0[..VECTORS].copy_from_slice(&after);
                target.copy_from_slice(&present[..self.columns]);
            }
        }
    }

    /// Without vector instructions.
    fn scalar(&self, places: &[Place], target: &mut [f32]) {
        for place in places {
            let target = &mut target[place.target..][..self.columns];
            if let Start::Bias(bias) = self.start {
                target.copy_from_slice(&bias[..self.columns]);
            }
            let mut sums = [0.0; WIDTH];
            for run in self.runs {
                let row = &self.source[place.source + run.source..][..run.len];
                let weights = &self.panel[run.weight * WIDTH..];
                for (value, weights) in row.iter().zip(weights.as_chunks::<WIDTH>().0) {
                    sums.iter_mut().zip(weights).for_each(|(sum, w)| *sum += value * w);
                }
            }
            target.iter_mut().zip(sums).for_each(|(target, sum)| *target += sum);
        }
    }
}

#[inline(always)]
fn vectors<S: Simd, const VECTORS: usize>(values: &[f32]) -> [S::f32s; VECTORS] {
    let (vectors, _) = S::as_simd_f32s(values);
    *vectors.first_chunk().expect("a panel is at least so many vectors wide")
}

/// Adds the product of the rows `[TILE_ROWS, depth]` and the weights `[depth, WIDTH]`.
#[inline(always)]
fn multiply<S: Simd, const TILE_ROWS: usize, const VECTORS: usize>(
    simd: S,
    rows: [&[f32]; TILE_ROWS],
    weights: &[[f32; WIDTH]],
    mut sums: [[S::f32s; VECTORS]; TILE_ROWS],
) -> [[S::f32s; VECTORS]; TILE_ROWS] {
    let depth = rows.iter().map(|row| row.len()).fold(weights.len(), usize::min);
    let (rows, weights) = (rows.map(|row| &row[..depth]), &weights[..depth]);
    for k in 0..depth {
        let weights = vectors::<S, VECTORS>(&weights[k]);
        for row in 0..TILE_ROWS {
            let value = simd.splat_f32s(rows[row][k]);
            for vector in 0..VECTORS {
                sums[row][vector] = simd.mul_add_e_f32s(value, weights[vector], sums[row][vector]);
            }
        }
    }
    sums
}
