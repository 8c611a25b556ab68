/// Holm's correction (1979) for asking several questions at once: p-values, in the order given, that can be
/// compared with the level as if each were the only one. The chance that any true null hypothesis is
/// rejected is then at most the level, however the questions depend on each other.
pub fn holm(p_values: &[f64]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..p_values.len()).collect();
    order.sort_by(|&a, &b| p_values[a].total_cmp(&p_values[b]));
    let mut adjusted = vec![0.0; p_values.len()];
    let mut least = 0.0_f64;
    for (rank, index) in order.into_iter().enumerate() {
        let factor = (p_values.len() - rank) as f64;
        least = least.max((factor * p_values[index]).min(1.0));
        adjusted[index] = least;
    }
    adjusted
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::statistics::expected::{HOLM_ADJUSTED, HOLM_P};

    #[test]
    fn as_statsmodels_has_it() {
        let adjusted = holm(&HOLM_P);
        let pairs = adjusted.iter().zip(HOLM_ADJUSTED);
        assert!(
            pairs.clone().all(|(found, expected)| (found - expected).abs() < 1e-12),
            "{adjusted:?}"
        );
    }

    #[test]
    fn one_question_needs_no_correction_and_none_gets_none() {
        assert_eq!(holm(&[0.03]), [0.03]);
        assert_eq!(holm(&[]), [0.0; 0]);
        assert_eq!(holm(&[0.9, 0.8]), [1.0, 1.0]);
    }
}
