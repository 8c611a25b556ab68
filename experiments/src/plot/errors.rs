//! The errors that a figure's vertical axis has to show.

use super::figure::Figure;

/// Stands for the smallest error where there is none to go by.
const SMALLEST: f64 = 1e-3;
/// Less than one image of any test set: rounding.
const ROUNDING: f64 = 1e-7;

/// The range of errors, 1 − accuracy, of a figure; positive, as a logarithm needs them.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Errors {
    accuracies: Vec<f64>,
    floor: f64,
}

impl Errors {
    /// The errors of every point, bar and band.
    pub(super) fn of(figure: &Figure) -> Self {
        let means: Vec<f64> = figure.spreads().map(|spread| spread.mean).collect();
        let ends = figure.spreads().filter_map(|spread| spread.ends);
        Self::between(&means, &ends.flat_map(|(low, high)| [low, high]).collect::<Vec<f64>>())
    }

    /// The errors of means and of the ends of their bars.
    ///
    /// A logarithmic axis never reaches an error of 0, but a bar may: it ends at half the smallest
    /// error of a mean.
    pub(super) fn between(means: &[f64], ends: &[f64]) -> Self {
        let errors = means.iter().map(|accuracy| 1.0 - accuracy).filter(|&error| error > ROUNDING);
        let smallest = errors.fold(f64::INFINITY, f64::min);
        let floor = if smallest.is_finite() { smallest / 2.0 } else { SMALLEST };
        Self { accuracies: [means, ends].concat(), floor }
    }

    /// The error of an accuracy, or the floor if that is larger.
    pub(super) fn error(&self, accuracy: f64) -> f64 {
        (1.0 - accuracy).max(self.floor)
    }

    /// Every error.
    pub(super) fn all(&self) -> impl Iterator<Item = f64> {
        self.accuracies.iter().map(|&accuracy| self.error(accuracy))
    }

    /// Whether an accuracy is drawn lower than it is.
    pub(super) fn clamps(&self, accuracy: f64) -> bool {
        1.0 - accuracy < self.floor
    }

    /// The accuracy above which all share the place of 100 %, if there are such.
    pub(super) fn ceiling(&self) -> Option<f64> {
        let clamps = self.accuracies.iter().any(|&accuracy| self.clamps(accuracy));
        clamps.then_some(1.0 - self.floor)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_floor_is_half_the_smallest_error_of_a_mean() {
        let errors = Errors::between(&[0.9, 0.98, 1.0], &[0.97, 1.0]);
        assert!((errors.ceiling().unwrap() - 0.99).abs() < 1e-12);
        assert!((errors.error(1.0) - 0.01).abs() < 1e-12);
        assert!((errors.error(0.9) - 0.1).abs() < 1e-12);
        assert_eq!(errors.all().count(), 5);
    }

    #[test]
    fn there_is_always_a_floor() {
        assert_eq!(Errors::between(&[0.9, 0.98], &[0.97]).ceiling(), None);
        assert_eq!(Errors::between(&[], &[]).error(1.0), SMALLEST);
        assert_eq!(Errors::between(&[1.0], &[]).ceiling(), Some(1.0 - SMALLEST));
        assert!(Errors::between(&[1.0 - 1e-16, 0.5], &[]).error(1.0) > 0.2);
    }
}
