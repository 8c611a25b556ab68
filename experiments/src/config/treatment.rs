//! What happens to survivors, how often and where.

use super::method::Retraining;

/// A retraining, how often it is done and at which densities.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Treatment {
    /// What happens to the survivors.
    pub retraining: Retraining,
    /// How often; more than once for controls that draw.
    pub repeats: usize,
    /// Positions of the densities, from 1 and rising; `None` for all of them.
    pub at: Option<Vec<usize>>,
}

impl Treatment {
    /// The positions, of so many densities in all.
    pub fn positions(&self, densities: usize) -> Vec<usize> {
        self.at.clone().unwrap_or_else(|| (1..=densities).collect())
    }
}
