//! What a line shows: which value of a row, and which mean over seeds.

use super::bars::Bars;
use super::spread::Spread;
use crate::records::CurveRow;

/// A value of a row.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Quantity {
    /// Test accuracy at the end of a run.
    Accuracy,
    /// Iteration of the least validation loss.
    Stop,
    /// Largest change of a logit by pruning: its bound, median over points.
    LogitBound,
    /// The change that was measured.
    LogitChange,
}

impl Quantity {
    /// The row's value, where it has one that can be shown.
    pub(super) fn of(self, row: &CurveRow) -> Option<f64> {
        // A logarithmic axis has no place for 0, and none has one for infinity. A certificate is
        // given before retraining: what becomes of the run later says nothing about it.
        let positive = |value: &f64| value.is_finite() && *value > 0.0;
        match self {
            Self::Accuracy => {
                row.test_accuracy.filter(|value| row.status == "ok" && value.is_finite())
            }
            Self::Stop => {
                let iteration = row.best_validation_iteration.filter(|_| row.status == "ok");
                iteration.map(|iteration| iteration as f64).filter(positive)
            }
            Self::LogitBound => row.logit_bound_median.filter(positive),
            Self::LogitChange => row.logit_change_median.filter(positive),
        }
    }

    /// The mean over seeds of values, each with its seed.
    pub(super) fn spread(self, values: &[(u64, f64)], bars: Bars) -> Option<Spread> {
        match self {
            Self::Accuracy => Spread::of_accuracies(values, bars),
            Self::Stop => Spread::of_iterations(values),
            Self::LogitBound | Self::LogitChange => Spread::of_factors(values),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plot::fixtures::{certified, lost};

    #[test]
    fn only_what_has_a_place_on_the_axis_is_a_value() {
        let row = certified("sipp", "none", 1, 0.5, (20.0, 0.5));
        assert_eq!(Quantity::LogitBound.of(&row), Some(20.0));
        assert_eq!(Quantity::LogitChange.of(&row), Some(0.5));
        for value in [None, Some(0.0), Some(-1.0), Some(f64::INFINITY), Some(f64::NAN)] {
            let odd = CurveRow { logit_bound_median: value, ..row.clone() };
            assert_eq!(Quantity::LogitBound.of(&odd), None, "{value:?}");
        }
        assert_eq!(Quantity::Accuracy.of(&lost("sipp", "none", 1, 0.5)), None);
    }

    #[test]
    fn a_run_that_diverged_later_keeps_its_certificate() {
        let row = certified("sipp", "fine-tune", 1, 0.5, (20.0, 0.5));
        let row = CurveRow { status: "diverged".to_owned(), ..row };
        assert_eq!(Quantity::LogitBound.of(&row), Some(20.0));
        assert_eq!(Quantity::Accuracy.of(&row), None);
    }
}
