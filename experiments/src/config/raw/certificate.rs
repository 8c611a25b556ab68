use serde::{Deserialize, Serialize};

use super::defaults::{domination, failure_probability, yes};

/// `[certificate]`: error bounds for every pruned network that has not been retrained yet.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Certificate {
    /// Whether they are computed.
    #[serde(default = "yes")]
    pub enabled: bool,
    /// δ of drawn sides.
    #[serde(default = "failure_probability")]
    pub failure_probability: f64,
    /// C, off the points.
    #[serde(default = "domination")]
    pub constant: f64,
}

impl Default for Certificate {
    fn default() -> Self {
        Self { enabled: yes(), failure_probability: failure_probability(), constant: domination() }
    }
}
