use pulp::Arch;

use super::products::{LANES, ROWS, RowProducts};

/// What all units of a layer share while weights are removed.
pub(super) struct Hessian<'a> {
    pub(super) size: usize,
    /// H⁻¹ row by row.
    pub(super) inverse: &'a [f32],
    /// 1 / H_ii: what the inverse's diagonal comes down to when i alone is left. It cannot be less
    /// before, whatever rounding says.
    pub(super) least: &'a [f32],
}

/// The weights of one unit that are left, while they are removed one after the other.
///
/// Removing p takes row and column p out of H, and so c cᵀ from its inverse, with c = column p of the
/// inverse over √ its entry p. The inverse is not kept up to date: column p is computed when p goes,
/// from the first inverse and the c of all removals so far (a Cholesky decomposition that looks to
/// the left, in the order of removal), for the weights that are left alone. That is n³ / 6
/// multiply-adds, and reads a third of what updating n² / 2 entries would write.
///
/// It is made once and used for many units: what it holds is large.
pub(super) struct Greedy {
    /// Where each weight that is left stands in the unit.
    index: Vec<usize>,
    weights: Vec<f32>,
    /// Of the inverse.
    diagonal: Vec<f32>,
    /// The c so far: for each weight that is left its entries, one removal after the other.
    columns: Vec<f32>,
    stride: usize,
    /// The entries of the weight that goes, filled up with zeros.
    pivot: Vec<f32>,
    products: Vec<f32>,
}

impl Greedy {
    pub(super) fn new(size: usize) -> Self {
        let (stride, rows) = (size.next_multiple_of(LANES), size.next_multiple_of(ROWS));
        Self {
            index: Vec::with_capacity(size),
            weights: Vec::with_capacity(size),
            diagonal: Vec::with_capacity(size),
            columns: vec![0.0; rows * stride],
            stride,
            pivot: Vec::with_capacity(stride),
            products: vec![0.0; rows],
        }
    }

    /// Removes all weights of a unit, and hands each one's index and cost to `removed`: first the
    /// ones that are zero, then always the cheapest, of equal ones the first.
    pub(super) fn remove_all(
        &mut self,
        hessian: &Hessian<'_>,
        weights: &[f32],
        mut removed: impl FnMut(usize, f32),
    ) {
        self.start(hessian, weights);
        let zeros: Vec<usize> = (0..weights.len()).filter(|&i| weights[i] == 0.0).collect();
        for count in 0..weights.len() {
            let next = match zeros.get(count) {
                Some(zero) => self.index.iter().position(|i| i == zero).expect("it is left"),
                None => self.cheapest(),
            };
            removed(self.index[next], self.cost(next));
            self.remove(next, count, hessian);
        }
    }

    fn start(&mut self, hessian: &Hessian<'_>, weights: &[f32]) {
        let size = hessian.size;
        self.index.clear();
        self.index.extend(0..size);
        self.weights.clear();
        self.weights.extend_from_slice(weights);
        self.diagonal.clear();
        self.diagonal.extend(hessian.inverse.iter().step_by(size + 1));
    }

    /// By how much the unit's mean squared error grows when this weight goes.
    fn cost(&self, at: usize) -> f32 {
        self.weights[at] * self.weights[at] / self.diagonal[at]
    }

    fn cheapest(&self) -> usize {
        let mut best = 0;
        for at in 1..self.index.len() {
            let (cost, least) = (self.cost(at), self.cost(best));
            if cost < least || (cost == least && self.index[at] < self.index[best]) {
                best = at;
            }
        }
        best
    }

    /// Removes a weight; `before` others are gone already.
    fn remove(&mut self, at: usize, before: usize, hessian: &Hessian<'_>) {
        let (p, size, stride) = (self.index[at], hessian.size, self.stride);
        let root = self.diagonal[at].sqrt();
        let share = self.weights[at] / root;

        self.pivot.clear();
        self.pivot.extend_from_slice(&self.columns[at * stride..][..before]);
        self.pivot.resize(before.next_multiple_of(LANES), 0.0);
        self.take_out(at);

        let rows = self.index.len().next_multiple_of(ROWS);
        Arch::new().dispatch(RowProducts {
            rows: &self.columns[..rows * stride],
            stride,
            vector: &self.pivot,
            out: &mut self.products[..rows],
        });
        let column = &hessian.inverse[p * size..][..size];
        for (i, &index) in self.index.iter().enumerate() {
            let c = (column[index] - self.products[i]) / root;
            self.weights[i] -= share * c;
            self.diagonal[i] = (self.diagonal[i] - c * c).max(hessian.least[index]);
            let entries = &mut self.columns[i * stride..][..stride];
            if before.is_multiple_of(LANES) {
                // What an earlier unit left behind must not meet the zeros of a later pivot.
                entries[before..before + LANES].fill(0.0);
            }
            entries[before] = c;
        }
    }

    /// Puts the last weight that is left in the place of this one.
    fn take_out(&mut self, at: usize) {
        self.index.swap_remove(at);
        self.weights.swap_remove(at);
        self.diagonal.swap_remove(at);
        let last = self.index.len();
        let entries = last * self.stride..(last + 1) * self.stride;
        self.columns.copy_within(entries, at * self.stride);
    }
}

#[cfg(test)]
mod tests;
