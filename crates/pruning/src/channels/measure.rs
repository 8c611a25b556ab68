use crate::named::named;

/// What a budget of channels counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Measure {
    /// Prunable weights, as everywhere.
    #[default]
    Parameters,
    /// Multiply-adds per image: prunable weights times output positions.
    MultiplyAdds,
}

impl Measure {
    /// Every measure.
    pub const ALL: &[Self] = &[Self::Parameters, Self::MultiplyAdds];

    /// Its name in configuration files.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Parameters => "parameters",
            Self::MultiplyAdds => "multiply-adds",
        }
    }
}

named!(Measure, "budget");
