use std::fmt;
use std::str::FromStr;

use crate::error::PruneError;

/// Where scores compete for the budget.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Scope {
    /// All layers compete: the largest scores of the whole network stay.
    #[default]
    Global,
    /// Every layer keeps the same share of its weights.
    PerLayer,
}

impl Scope {
    /// Every scope.
    pub const ALL: &[Self] = &[Self::Global, Self::PerLayer];

    /// The scope's name in configuration files.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Global => "global",
            Self::PerLayer => "per-layer",
        }
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Scope {
    type Err = PruneError;

    fn from_str(name: &str) -> Result<Self, PruneError> {
        Self::ALL.iter().copied().find(|scope| scope.as_str() == name).ok_or_else(|| {
            PruneError::Unknown {
                kind: "scope",
                name: name.to_owned(),
                expected: Self::ALL
                    .iter()
                    .map(|scope| scope.as_str())
                    .collect::<Vec<_>>()
                    .join(", "),
            }
        })
    }
}
