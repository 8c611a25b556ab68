use serde::{Deserialize, Serialize};

use super::defaults::{
    delta, domination, failure_probability, geometric, global, no_time, one_shot, yes,
};
use crate::step::Step;

/// `[prune]`
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Prune {
    /// Methods, by name or as `{ name = "magnitude", scope = "per-layer", retraining = ["none"] }`.
    pub methods: Vec<Method>,
    /// Where scores compete: `global` or `per-layer`.
    #[serde(default = "global")]
    pub scope: String,
    /// `one-shot`: always from the parent. `iterative`: from the last survivor.
    #[serde(default = "one_shot")]
    pub schedules: Vec<String>,
    /// Shares of prunable weights that stay: a list, or `{ from, to, count, spacing }`.
    pub densities: Densities,
    /// What happens to the survivors.
    pub retraining: Vec<String>,
    /// The moment of the parent's training that `rewind` goes back to.
    #[serde(default = "no_time")]
    pub rewind_to: Step,
    /// Number of points for methods that look at data; without it the formula of the SiPP paper.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub points: Option<usize>,
    /// δ in that formula.
    #[serde(default = "delta")]
    pub delta: f64,
}

/// A method by name, or with a scope or retraining of its own.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(
    untagged,
    expecting = "expected a method such as \"magnitude\" or { name = \"magnitude\", scope = \"per-layer\", retraining = [\"rewind\"] }"
)]
pub enum Method {
    /// As `[prune]` has it.
    Name(String),
    /// With its own.
    Custom(Custom),
}

/// A method that differs from the others.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Custom {
    /// Name of the method.
    pub name: String,
    /// `global` or `per-layer`; without it `prune.scope`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scope: Option<String>,
    /// Without it `prune.retraining`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retraining: Option<Vec<String>>,
    /// Of sensitivities over positions: `mean` or `max`; without it as published for the method.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reduction: Option<String>,
    /// Error of drawn sides: `bernstein` (default) or `published`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error_form: Option<String>,
    /// δ of drawn sides; without it 0.05, or 1e-16 for the published form.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failure_probability: Option<f64>,
    /// C, by which sensitivities over the points may fall short; without it 3.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub constant: Option<f64>,
}

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

impl Custom {
    /// The method of this name, with nothing of its own.
    pub fn named(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            scope: None,
            retraining: None,
            reduction: None,
            error_form: None,
            failure_probability: None,
            constant: None,
        }
    }
}

/// Densities one by one or by rule.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(
    untagged,
    expecting = "expected a list such as [0.5, 0.1], or { from = 0.8, to = 0.01, count = 10, spacing = \"geometric\" }"
)]
pub enum Densities {
    /// As listed.
    List(Vec<f64>),
    /// Evenly spaced.
    Range(Range),
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
    /// `geometric` or `linear`.
    #[serde(default = "geometric")]
    pub spacing: String,
}
