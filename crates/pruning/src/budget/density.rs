use std::fmt;

use crate::error::PruneError;

/// Density, or keep ratio: surviving prunable weights over prunable weights, in (0, 1].
///
/// Sparsity is 1 − density. Biases are not prunable and do not count.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd)]
pub struct Density(f64);

impl Density {
    /// A density in (0, 1].
    ///
    /// # Errors
    /// When the value lies outside, or is not a number.
    pub fn new(value: f64) -> Result<Self, PruneError> {
        if value > 0.0 && value <= 1.0 { Ok(Self(value)) } else { Err(PruneError::Density(value)) }
    }

    /// The value, in (0, 1].
    pub fn value(self) -> f64 {
        self.0
    }

    /// The number of weights to keep out of `prunable`: the nearest whole number, at least 1.
    pub fn budget(self, prunable: usize) -> Budget {
        Budget(((self.0 * prunable as f64).round() as usize).max(1))
    }
}

impl fmt::Display for Density {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// How many weights to keep. It is met exactly.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Budget(pub usize);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn densities_lie_between_none_and_all() {
        for bad in [0.0, -0.1, 1.5, f64::NAN, f64::INFINITY] {
            assert!(Density::new(bad).is_err(), "{bad}");
        }
        assert!(Density::new(1.0).is_ok());
    }

    #[test]
    fn budgets_round_to_the_nearest_and_never_to_nothing() {
        for (density, prunable, kept) in
            [(0.5, 7, 4), (0.1, 266_200, 26_620), (1.0, 9, 9), (1e-9, 100, 1)]
        {
            assert_eq!(Density::new(density).unwrap().budget(prunable), Budget(kept));
        }
    }
}
