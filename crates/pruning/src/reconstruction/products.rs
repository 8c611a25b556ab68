use pulp::{Simd, WithSimd};

/// Numbers that the scalar product keeps apart, for vector instructions to work on side by side.
const APART: usize = 16;

/// A scalar product, always summed in the same order. Inlined, so that it uses the vector
/// instructions of the function around it.
#[inline(always)]
pub(super) fn dot(a: &[f64], b: &[f64]) -> f64 {
    let (a, a_rest) = a.as_chunks::<APART>();
    let (b, b_rest) = b.as_chunks::<APART>();
    let mut sums = [0.0; APART];
    for (a, b) in a.iter().zip(b) {
        for ((sum, a), b) in sums.iter_mut().zip(a).zip(b) {
            *sum += a * b;
        }
    }
    let rest: f64 = a_rest.iter().zip(b_rest).map(|(a, b)| a * b).sum();
    sums.iter().sum::<f64>() + rest
}

/// Rows that [`RowProducts`] takes at a time.
pub(super) const ROWS: usize = 4;
/// The longest vector there is, in floats; rows and vectors are filled up to a multiple of it.
pub(super) const LANES: usize = 16;

/// Scalar products of rows with one vector: `out[i]` becomes ⟨row i, vector⟩.
pub(super) struct RowProducts<'a> {
    /// A multiple of [`ROWS`] rows.
    pub(super) rows: &'a [f32],
    /// Floats from one row to the next.
    pub(super) stride: usize,
    /// A multiple of [`LANES`] floats, at most `stride`.
    pub(super) vector: &'a [f32],
    /// One number for each row.
    pub(super) out: &'a mut [f32],
}

impl WithSimd for RowProducts<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let (vector, _) = S::as_simd_f32s(self.vector);
        let groups = self.rows.chunks_exact(ROWS * self.stride);
        for (rows, out) in groups.zip(self.out.as_chunks_mut::<ROWS>().0) {
            let row = |i: usize| S::as_simd_f32s(&rows[i * self.stride..][..self.vector.len()]).0;
            let mut sums = [simd.splat_f32s(0.0); ROWS];
            let [a, b, c, d] = [row(0), row(1), row(2), row(3)];
            for ((((v, a), b), c), d) in vector.iter().zip(a).zip(b).zip(c).zip(d) {
                sums[0] = simd.mul_add_e_f32s(*v, *a, sums[0]);
                sums[1] = simd.mul_add_e_f32s(*v, *b, sums[1]);
                sums[2] = simd.mul_add_e_f32s(*v, *c, sums[2]);
                sums[3] = simd.mul_add_e_f32s(*v, *d, sums[3]);
            }
            *out = sums.map(|sum| simd.reduce_sum_f32s(sum));
        }
    }
}

#[cfg(test)]
mod tests {
    use pulp::Arch;

    use super::*;

    #[test]
    fn products_are_those_of_the_definition() {
        let (stride, count) = (3 * LANES, 2 * ROWS);
        let rows: Vec<f32> = (0..count * stride).map(|i| (i as f32).sin()).collect();
        for length in [0, LANES, 2 * LANES, stride] {
            let vector: Vec<f32> = (0..length).map(|i| (i as f32).cos()).collect();
            let mut out = vec![f32::NAN; count];
            Arch::new().dispatch(RowProducts {
                rows: &rows,
                stride,
                vector: &vector,
                out: &mut out,
            });
            for (row, out) in rows.chunks_exact(stride).zip(out) {
                let wide = |x: &[f32]| x.iter().map(|&x| f64::from(x)).collect::<Vec<_>>();
                let expected = dot(&wide(&row[..length]), &wide(&vector));
                assert!((f64::from(out) - expected).abs() < 1e-5);
            }
        }
    }

    #[test]
    fn scalar_products_take_any_length() {
        for length in [0, 1, APART - 1, APART, 3 * APART + 5] {
            let a: Vec<f64> = (0..length).map(|i| i as f64).collect();
            assert_eq!(dot(&a, &a), (0..length).map(|i| (i * i) as f64).sum::<f64>());
        }
    }
}
