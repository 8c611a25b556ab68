use serde::{Deserialize, Serialize};

use super::retraining::Retraining;

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
    Custom(Box<Custom>),
}

/// A method that differs from the others.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Custom {
    /// Name of the method.
    pub name: String,
    /// Where its weights compete; without it `prune.scope`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scope: Option<String>,
    /// Instead of a scope: as many weights in each layer as this method keeps.
    #[serde(default, alias = "same-as", skip_serializing_if = "Option::is_none")]
    pub same_as: Option<String>,
    /// Without it `prune.masks`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub masks: Option<Vec<String>>,
    /// Without it `prune.retraining`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retraining: Option<Vec<Retraining>>,
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
    /// How often what is left is scored again on the way to a density.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub steps: Option<usize>,
    /// What `grasp` divides logits by; without it 200.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub temperature: Option<f64>,
    /// What `obs` and `thinet` add to the diagonal of their least-squares problems, as a share of its mean; without it 0.01.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub damping: Option<f64>,
    /// Of the sensitivities of channels over the offsets of a kernel: `sum` (default) or `max`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub offsets: Option<String>,
    /// Whether `pfp` takes pixels of the image away too; without it not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pixels: Option<bool>,
    /// Outputs of each layer that `thinet` draws for each point; without it 10.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub samples: Option<usize>,
}

impl Custom {
    /// The method of this name, with nothing of its own.
    pub fn named(name: &str) -> Self {
        Self { name: name.to_owned(), ..Self::default() }
    }
}
