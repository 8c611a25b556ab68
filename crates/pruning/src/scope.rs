use crate::named::named;

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

named!(Scope, "scope");
