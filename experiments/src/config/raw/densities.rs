use serde::{Deserialize, Serialize};

use super::defaults::geometric;

/// Densities one by one or by rule.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(
    untagged,
    expecting = "expected a list such as [0.5, 0.1], { from = 0.8, to = 0.01, count = 10, spacing = \"geometric\" }, a list of these, or { rounds = 15, rate = 0.2 }"
)]
pub enum Densities {
    /// As listed.
    List(Vec<f64>),
    /// Evenly spaced.
    Range(Range),
    /// Evenly spaced, and others behind them.
    Ranges(Vec<Range>),
    /// The same share of the survivors goes in each round.
    Rounds(Rounds),
}

/// `{ rounds, rate }`
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rounds {
    /// How many.
    pub rounds: usize,
    /// The share of the survivors that goes in a round; without it by `[prune.rates]`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rate: Option<f64>,
}

/// `{ from, to, count, spacing }`
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Range {
    /// First density.
    pub from: f64,
    /// Last density.
    pub to: f64,
    /// How many, both ends included.
    pub count: usize,
    /// `geometric`, `linear`, `harmonic` or `cubic`.
    #[serde(default = "geometric")]
    pub spacing: String,
}
