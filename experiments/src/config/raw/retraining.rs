use serde::{Deserialize, Serialize};

/// A retraining by name, or with how often and where it is done.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(
    untagged,
    expecting = "expected a retraining such as \"rewind\" or { name = \"reinit\", repeats = 3, at = [1, 5, 9] }"
)]
pub enum Retraining {
    /// Once, at every density.
    Name(String),
    /// As it says.
    Custom(Treatment),
}

/// `{ name, repeats, at }`
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Treatment {
    /// Name of the retraining.
    pub name: String,
    /// How often a control that draws is done for each network, with draws of its own every time.
    #[serde(default = "once", skip_serializing_if = "is_once")]
    pub repeats: usize,
    /// Positions in `prune.densities`, from 1, at which it is done; without them at all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<Vec<usize>>,
}

impl Retraining {
    /// With all that it leaves out.
    pub fn treatment(&self) -> Treatment {
        match self {
            Self::Name(name) => Treatment { name: name.clone(), repeats: once(), at: None },
            Self::Custom(treatment) => treatment.clone(),
        }
    }
}

fn once() -> usize {
    1
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "as serde calls it")]
fn is_once(repeats: &usize) -> bool {
    *repeats == once()
}
