use serde::{Deserialize, Serialize};

/// `comparison.csv`: a finding of others, beside what was found here.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct ComparisonRow {
    /// What is compared with: `paper` or `replication`.
    pub reference: String,
    /// The finding, in words.
    pub finding: String,
    /// What is measured, with its unit.
    pub quantity: String,
    /// Density that was asked for, in [0, 1]; empty where it is of none or of many.
    pub density: Option<f64>,
    /// What others found.
    pub expected: f64,
    /// What must be true of the value found: `about` (at most `tolerance` away), `within-factor` (at most by that
    /// factor), `at-least` (less by `tolerance` at the most), or `above`, as all of its interval is.
    pub relation: String,
    /// See `relation`; in the unit of the quantity, or a factor.
    pub tolerance: f64,
    /// `found` in the source, `replicated` by others, or `from memory`.
    pub mark: String,
    /// Where it comes from.
    pub source: String,
    /// Iterations of every training there.
    pub iterations_expected: usize,
    /// Iterations of the dense network's training here.
    pub iterations_found: usize,
    /// What was found here, the mean over the seeds; empty where nothing was.
    pub found: Option<f64>,
    /// Lower end of Student's 95 % interval over the seeds; for a density at which something begins, that density.
    pub low: Option<f64>,
    /// Its upper end; the next greater density that was measured.
    pub high: Option<f64>,
    /// `yes`, `no` or `not-measured`.
    pub reproduced: String,
}
