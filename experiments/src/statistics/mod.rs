//! Intervals and tests for paired results. Distributions are statrs's; what is made of them is compared with
//! SciPy and statsmodels (`scripts/expected_statistics.py`).

#[cfg(test)]
mod expected;
mod holm;
mod mcnemar;
mod newcombe;
mod sample;
mod seeds;

pub use holm::holm;
pub use mcnemar::{EXACT_UP_TO, mcnemar};
pub use newcombe::PairedTable;
pub use sample::{Interval, Sample};
pub use seeds::{POWER, more_seeds};

/// Confidence of intervals.
pub const CONFIDENCE: f64 = 0.95;

/// One-sided level of tests: the one that goes with two-sided intervals of 95 %.
pub const LEVEL: f64 = 0.025;
