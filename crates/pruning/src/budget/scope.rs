use crate::named::named;

/// Where weights compete for the budget: how it is shared among layers and units.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Scope {
    /// All layers compete: the largest scores of the whole network stay.
    #[default]
    Global,
    /// Every layer keeps the same share of its weights.
    PerLayer,
    /// Every unit keeps the same share of its weights.
    PerUnit,
    /// Layers keep shares by the Erdős–Rényi kernel rule (Evci et al. 2020, arXiv 1911.11134,
    /// section 3): the density of a layer is proportional to
    /// (units + channels + kernel height + kernel width) / (units · channels · height · width), for a
    /// linear layer (units + channels) / (units · channels), and at most 1; what full layers cannot
    /// take goes to the others in the same proportion.
    Erk,
    /// Layers lose weights at rates of their own: after t rounds the layer ℓ has (1 − r_ℓ)^t of its
    /// weights, and t is the (real) number of rounds that meets the budget.
    Rates,
    /// Of methods that prune channels: every layer keeps the same share of its channels; layers whose
    /// outputs are summed keep the same ones.
    Uniform,
}

impl Scope {
    /// Every scope.
    pub const ALL: &[Self] =
        &[Self::Global, Self::PerLayer, Self::PerUnit, Self::Erk, Self::Rates, Self::Uniform];

    /// Whether methods that prune so can have the scope.
    pub fn fits(self, grain: Grain) -> bool {
        match self {
            Self::Global => true,
            Self::PerLayer | Self::PerUnit | Self::Erk | Self::Rates => grain == Grain::Weights,
            Self::Uniform => grain == Grain::Channels,
        }
    }

    /// The scope's name in configuration files.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Global => "global",
            Self::PerLayer => "per-layer",
            Self::PerUnit => "per-unit",
            Self::Erk => "erk",
            Self::Rates => "rates",
            Self::Uniform => "uniform",
        }
    }

    /// What it means, in a line.
    pub fn summary(self) -> &'static str {
        match self {
            Self::Global => "all weights compete, or all channels",
            Self::PerLayer => "every layer keeps the same share of its weights",
            Self::PerUnit => "every unit keeps the same share of its weights",
            Self::Erk => "layers by the Erdős–Rényi kernel rule (arXiv 1911.11134)",
            Self::Rates => "layers lose their survivors at rates of their own ([prune.rates])",
            Self::Uniform => "channels: every layer keeps the same share of its channels",
        }
    }
}

named!(Scope, "scope");

/// What a method prunes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Grain {
    /// Single weights; a budget is met exactly.
    Weights,
    /// Whole channels; a budget is met as closely as they allow.
    Channels,
}
