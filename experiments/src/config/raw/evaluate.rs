use datasets::Severity;
use serde::{Deserialize, Serialize};

/// `[evaluate]`: what trained networks are tested on beside the test images; it changes no training.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Evaluate {
    /// Corruptions of the test images: `"all"`, or a list of names; without it none.
    #[serde(default, skip_serializing_if = "Corruptions::is_none")]
    pub corruptions: Corruptions,
    /// How bad they are: of 1 to 5.
    #[serde(default = "all")]
    pub severities: Vec<u8>,
    /// Seed of all that is random in them; the same for all networks.
    #[serde(default)]
    pub seed: u64,
}

impl Default for Evaluate {
    fn default() -> Self {
        Self { corruptions: Corruptions::default(), severities: all(), seed: 0 }
    }
}

impl Evaluate {
    pub(super) fn is_default(&self) -> bool {
        *self == Self::default()
    }
}

/// Corruptions by name, or all there are.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(
    untagged,
    expecting = "expected \"all\", or a list of corruptions such as [\"gaussian-noise\", \"blur\"]"
)]
pub enum Corruptions {
    /// `"all"`.
    Word(String),
    /// These.
    List(Vec<String>),
}

impl Default for Corruptions {
    fn default() -> Self {
        Self::List(Vec::new())
    }
}

impl Corruptions {
    fn is_none(&self) -> bool {
        *self == Self::default()
    }
}

fn all() -> Vec<u8> {
    Severity::ALL.map(Severity::number).to_vec()
}
