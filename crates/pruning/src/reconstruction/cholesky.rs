use pulp::Arch;
use rayon::prelude::*;

use super::products::dot;

/// A positive definite matrix as L Lᵀ.
pub(super) struct Cholesky {
    size: usize,
    /// L, row by row; what is above its diagonal is not read.
    lower: Vec<f64>,
}

impl Cholesky {
    /// Of a symmetric matrix, row by row, whose lower triangle alone is read. `None` where it is not
    /// positive definite.
    pub(super) fn new(matrix: Vec<f64>, size: usize) -> Option<Self> {
        let mut lower = matrix;
        let definite = Arch::new().dispatch(|| factorise(&mut lower, size));
        definite.then_some(Self { size, lower })
    }

    /// Replaces b by the x with L Lᵀ x = b.
    pub(super) fn solve(&self, b: &mut [f64]) {
        Arch::new().dispatch(|| self.solve_from(0, b));
    }

    /// The inverse, row by row. Its rows are computed on the threads of the current rayon pool.
    pub(super) fn inverse(&self) -> Vec<f64> {
        let mut rows = vec![0.0; self.size * self.size];
        rows.par_chunks_exact_mut(self.size).enumerate().for_each(|(index, row)| {
            row[index] = 1.0;
            Arch::new().dispatch(|| self.solve_from(index, row));
        });
        rows
    }

    /// Solves for a b with zeros in front of `first`.
    #[inline(always)]
    fn solve_from(&self, first: usize, b: &mut [f64]) {
        let rows = self.lower.chunks_exact(self.size).enumerate();
        for (i, row) in rows.clone().skip(first) {
            b[i] = (b[i] - dot(&row[first..i], &b[first..i])) / row[i];
        }
        for (i, row) in rows.rev() {
            let x = b[i] / row[i];
            b[i] = x;
            b[..i].iter_mut().zip(row).for_each(|(b, l)| *b -= x * l);
        }
    }
}

/// Turns the lower triangle into L; false where the matrix is not positive definite.
#[inline(always)]
fn factorise(matrix: &mut [f64], size: usize) -> bool {
    for i in 0..size {
        let (above, row) = matrix.split_at_mut(i * size);
        for (j, other) in above.chunks_exact(size).enumerate() {
            row[j] = (row[j] - dot(&row[..j], &other[..j])) / other[j];
        }
        let pivot = row[i] - dot(&row[..i], &row[..i]);
        if pivot.is_nan() || pivot <= 0.0 {
            return false;
        }
        row[i] = pivot.sqrt();
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    /// B Bᵀ plus the identity, for a B of sines.
    fn definite(size: usize) -> Vec<f64> {
        let b = |i: usize, j: usize| ((i * size + j) as f64).sin();
        let entry = |i: usize, j: usize| (0..size).map(|k| b(i, k) * b(j, k)).sum::<f64>();
        let unit = |i, j| if i == j { 1.0 } else { 0.0 };
        (0..size * size).map(|k| entry(k / size, k % size) + unit(k / size, k % size)).collect()
    }

    #[test]
    fn the_inverse_times_the_matrix_is_the_identity() {
        for size in [1, 2, 7, 8, 9, 33] {
            let matrix = definite(size);
            let inverse = Cholesky::new(matrix.clone(), size).unwrap().inverse();
            for (k, row) in inverse.chunks_exact(size).enumerate() {
                for (j, column) in matrix.chunks_exact(size).enumerate() {
                    let expected = if j == k { 1.0 } else { 0.0 };
                    assert!((dot(row, column) - expected).abs() < 1e-10, "{size}");
                }
            }
        }
    }

    #[test]
    fn indefinite_matrices_are_told() {
        assert!(Cholesky::new(vec![1.0, 2.0, 2.0, 1.0], 2).is_none());
        assert!(Cholesky::new(vec![0.0], 1).is_none());
        assert!(Cholesky::new(vec![f64::NAN], 1).is_none());
    }
}
