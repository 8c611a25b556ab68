use burn::tensor::{Device, Tensor, TensorData};
use pulp::Arch;
use rayon::prelude::*;

use super::tile::{COLUMNS, ROWS, Tile};

/// Points times positions that are packedat a time; a packed tile of them fits the first cache.
const DEPTH: usize = 256;

/// `[units, fan_in]` in columns of tiles, each `[units, COLUMNS]` with the units in groups of
/// [`ROWS`]; what hangs over the edges stays 0.
pub(in crate::sensitivity) struct Tiles {
    units: usize,
    fan_in: usize,
    columns: Vec<Vec<f32>>,
}

impl Tiles {
    pub(super) fn new(units: usize, fan_in: usize) -> Self {
        let column = vec![0.0; units.next_multiple_of(ROWS) * COLUMNS];
        Self { units, fan_in, columns: vec![column; fan_in.div_ceil(COLUMNS)] }
    }

    /// In registers, on the threads of the current rayon pool.
    pub(super) fn take(&mut self, r: Tensor<3>, a: Tensor<3>) {
        let [points, _, positions] = r.dims();
        let (r, a) = (r.into_data(), a.into_data());
        let r = Operand { values: floats(&r), rows: self.units, positions };
        let a = Operand { values: floats(&a), rows: self.fan_in, positions };
        let depth = points * positions;
        let packed = r.pack_all(depth);
        self.columns.par_iter_mut().enumerate().for_each(|(index, column)| {
            raise(column, &packed, &a, index * COLUMNS, depth);
        });
    }

    pub(super) fn finish(self, device: &Device) -> Tensor<2> {
        let Self { units, fan_in, columns } = self;
        let mut values = vec![0.0; units * fan_in];
        for (index, column) in columns.iter().enumerate() {
            let start = index * COLUMNS;
            let width = COLUMNS.min(fan_in - start);
            for unit in 0..units {
                let row = &column[unit * COLUMNS..][..width];
                values[unit * fan_in + start..][..width].copy_from_slice(row);
            }
        }
        Tensor::from_data(TensorData::new(values, [units, fan_in]), device)
    }
}

fn floats(data: &TensorData) -> &[f32] {
    data.as_slice().expect("sensitivities are computed in f32")
}

/// `[points, rows, positions]` on the host.
struct Operand<'a> {
    values: &'a [f32],
    rows: usize,
    positions: usize,
}

impl Operand<'_> {
    /// Rows `start..start + width` at the depths `from..to`, depth by depth, zeros where there are no
    /// more rows.
    fn pack(&self, start: usize, width: usize, from: usize, to: usize, packed: &mut Vec<f32>) {
        let present = width.min(self.rows - start);
        for depth in from..to {
            let (point, position) = (depth / self.positions, depth % self.positions);
            let first = (point * self.rows + start) * self.positions + position;
            let row = (0..present).map(|row| self.values[first + row * self.positions]);
            packed.extend(row);
            packed.extend(std::iter::repeat_n(0.0, width - present));
        }
    }

    /// All rows in groups of [`ROWS`], each group over the whole depth.
    fn pack_all(&self, depth: usize) -> Vec<f32> {
        let mut packed = Vec::with_capacity(self.rows.next_multiple_of(ROWS) * depth);
        for start in (0..self.rows).step_by(ROWS) {
            self.pack(start, ROWS, 0, depth, &mut packed);
        }
        packed
    }
}

/// Raises a column of tiles, from `start` on, by all products.
fn raise(column: &mut [f32], r: &[f32], a: &Operand<'_>, start: usize, depth: usize) {
    let mut packed = Vec::with_capacity(DEPTH * COLUMNS);
    let arch = Arch::new();
    for from in (0..depth).step_by(DEPTH) {
        let to = (from + DEPTH).min(depth);
        packed.clear();
        a.pack(start, COLUMNS, from, to, &mut packed);
        let groups = r.chunks_exact(depth * ROWS).map(|group| &group[from * ROWS..to * ROWS]);
        for (r, tile) in groups.zip(column.chunks_exact_mut(ROWS * COLUMNS)) {
            arch.dispatch(Tile { r, a: &packed, tile });
        }
    }
}
