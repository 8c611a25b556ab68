use super::cholesky::Cholesky;

/// A quadratic form and its inverse, `[size, size]` row by row.
pub(crate) struct Form {
    pub(super) size: usize,
    pub(super) matrix: Vec<f64>,
    pub(super) inverse: Vec<f64>,
}

impl Form {
    /// The form of the mean products `moments`, damped: λ is `damping` times the mean of their
    /// diagonal, or as many times ten of it as it takes to make the form positive definite in f64.
    pub(crate) fn damped(moments: &[f64], size: usize, damping: f64) -> Self {
        let mean = moments.iter().step_by(size + 1).sum::<f64>() / size as f64;
        // Inputs that are all zero say nothing: any form will do.
        let unit = if mean > 0.0 { mean } else { 1.0 };
        let mut lambda = unit * damping.max(f64::EPSILON);
        loop {
            let mut matrix = moments.to_vec();
            matrix.iter_mut().step_by(size + 1).for_each(|entry| *entry += lambda);
            if let Some(cholesky) = Cholesky::new(matrix.clone(), size) {
                return Self { size, matrix, inverse: cholesky.inverse() };
            }
            lambda *= 10.0;
        }
    }

    /// The vector closest to u, (v − u)ᵀ H (v − u) being least, that is zero where `keep` is false:
    /// v_K = u_K + H_KK⁻¹ H_KD u_D, which is u_K − (H⁻¹)_KD ((H⁻¹)_DD)⁻¹ u_D too. The smaller of both
    /// systems is solved, of k³ / 6 multiply-adds.
    pub(crate) fn closest(&self, u: &[f64], keep: &[bool]) -> Vec<f64> {
        let places = |kept: bool| (0..self.size).filter(|&i| keep[i] == kept).collect::<Vec<_>>();
        let (kept, dropped) = (places(true), places(false));
        if kept.len() <= dropped.len() {
            let moved =
                solve(&self.matrix, self.size, &kept, product(&self.matrix, &kept, &dropped, u));
            scattered(u, &kept, |i| moved[i])
        } else {
            let pushed = dropped.iter().map(|&d| u[d]).collect();
            let push = solve(&self.inverse, self.size, &dropped, pushed);
            let mut all = vec![0.0; self.size];
            dropped.iter().zip(push).for_each(|(&d, push)| all[d] = push);
            let moved = product(&self.inverse, &kept, &dropped, &all);
            scattered(u, &kept, |i| -moved[i])
        }
    }
}

/// u at these places with what is added to it, zero elsewhere.
fn scattered(u: &[f64], places: &[usize], added: impl Fn(usize) -> f64) -> Vec<f64> {
    let mut result = vec![0.0; u.len()];
    places.iter().enumerate().for_each(|(i, &place)| result[place] = u[place] + added(i));
    result
}

/// Some rows of a matrix times some entries of a vector.
fn product(matrix: &[f64], rows: &[usize], columns: &[usize], vector: &[f64]) -> Vec<f64> {
    let rows = rows.iter().map(|&row| &matrix[row * vector.len()..][..vector.len()]);
    rows.map(|row| columns.iter().map(|&column| row[column] * vector[column]).sum()).collect()
}

/// Solves with a principal part of a positive definite matrix.
fn solve(matrix: &[f64], size: usize, part: &[usize], mut right: Vec<f64>) -> Vec<f64> {
    if part.is_empty() {
        return right;
    }
    let rows = part.iter().map(|&row| &matrix[row * size..][..size]);
    let entries = rows.flat_map(|row| part.iter().map(|&column| row[column])).collect();
    let cholesky = Cholesky::new(entries, part.len());
    cholesky.expect("a part of a positive definite matrix is one too").solve(&mut right);
    right
}

#[cfg(test)]
mod tests {
    use super::super::products::dot;
    use super::*;

    fn form(size: usize) -> Form {
        let input = |s: usize, i: usize| ((s * size + i) as f64 * 0.77).sin();
        let mean = |k: usize| (0..5).map(|s| input(s, k / size) * input(s, k % size)).sum::<f64>();
        Form::damped(&(0..size * size).map(mean).collect::<Vec<_>>(), size, 0.01)
    }

    #[test]
    fn the_gradient_vanishes_where_weights_stay() {
        let size = 19;
        let form = form(size);
        let u: Vec<f64> = (0..size).map(|i| (i as f64).cos()).collect();
        for every in 1..=size {
            // From one that stays to all but one: both ways of solving.
            for invert in [false, true] {
                let keep: Vec<bool> = (0..size).map(|i| (i % every == 0) != invert).collect();
                let v = form.closest(&u, &keep);
                let change: Vec<f64> = v.iter().zip(&u).map(|(v, u)| v - u).collect();
                for (i, row) in form.matrix.chunks_exact(size).enumerate() {
                    if keep[i] {
                        assert!(dot(row, &change).abs() < 1e-10, "{every} {invert}");
                    } else {
                        assert_eq!(v[i], 0.0);
                    }
                }
            }
        }
    }

    #[test]
    fn damping_is_a_share_of_the_mean_diagonal() {
        let form = Form::damped(&[14.0, 0.0, 0.0, 2.0], 2, 0.25);
        assert_eq!(form.matrix, [16.0, 0.0, 0.0, 4.0]);
        assert_eq!(form.inverse, [0.0625, 0.0, 0.0, 0.25]);
    }

    #[test]
    fn forms_that_cannot_be_inverted_are_damped_until_they_can() {
        for moments in [[1.0, 1.0, 1.0, 1.0], [0.0; 4], [1.0, 1.0 + 1e-7, 1.0 + 1e-7, 1.0]] {
            let form = Form::damped(&moments, 2, 0.0);
            assert!(form.inverse.iter().all(|x| x.is_finite()));
            assert!(form.closest(&[1.0, 2.0], &[true, false])[0].is_finite());
        }
    }
}
