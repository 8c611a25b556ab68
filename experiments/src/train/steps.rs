use std::fmt;

/// Which arithmetic the steps of a training are done with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Steps {
    /// The backend's dense operations, and a mask where weights are pruned.
    #[default]
    Dense,
    /// The weights that are left alone, on the host.
    Sparse,
}

impl Steps {
    /// Its name in tables.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Dense => "dense",
            Self::Sparse => "sparse",
        }
    }

    /// The one of this name.
    pub fn named(name: &str) -> Option<Self> {
        [Self::Dense, Self::Sparse].into_iter().find(|steps| steps.as_str() == name)
    }
}

impl fmt::Display for Steps {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
