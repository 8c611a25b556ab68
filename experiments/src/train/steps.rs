use std::fmt;

/// Which arithmetic the steps of a training are done with.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Steps {
    /// The backend's dense operations, and a mask where weights are pruned.
    #[default]
    Dense,
    /// The weights that are left alone, on the host.
    Sparse {
        /// Layers, by their number from 0 on, that compute with all their weights, pruned ones as zeros: they lack so few
        /// that this is quicker.
        filled: Vec<usize>,
    },
}

const DENSE: &str = "dense";
const SPARSE: &str = "sparse";
/// Between that and the filled layers' numbers.
const FILLED: &str = " filled";

impl Steps {
    /// Sparse ones in all layers.
    pub fn sparse() -> Self {
        Self::Sparse { filled: Vec::new() }
    }

    /// Whether they are sparse, in whichever layers.
    pub fn are_sparse(&self) -> bool {
        *self != Self::Dense
    }

    /// Those of this name in a table.
    pub fn named(name: &str) -> Option<Self> {
        if name == DENSE {
            return Some(Self::Dense);
        }
        let filled = match name.strip_prefix(SPARSE)? {
            "" => return Some(Self::sparse()),
            rest => rest.strip_prefix(FILLED)?.split_whitespace(),
        };
        let filled = filled.map(|number| number.parse().ok()).collect::<Option<_>>()?;
        Some(Self::Sparse { filled })
    }
}

impl fmt::Display for Steps {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Dense => f.write_str(DENSE),
            Self::Sparse { filled } if filled.is_empty() => f.write_str(SPARSE),
            Self::Sparse { filled } => {
                write!(f, "{SPARSE}{FILLED}")?;
                filled.iter().try_for_each(|layer| write!(f, " {layer}"))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_as_they_are_written() {
        let some = Steps::Sparse { filled: vec![0, 12] };
        for (steps, name) in
            [(Steps::Dense, "dense"), (Steps::sparse(), "sparse"), (some, "sparse filled 0 12")]
        {
            assert_eq!(steps.to_string(), name);
            assert_eq!(Steps::named(name), Some(steps));
        }
        for name in ["", "spars", "sparse 3", "sparse filled x", "Dense"] {
            assert_eq!(Steps::named(name), None, "{name}");
        }
    }
}
