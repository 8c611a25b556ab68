//! Enums that are chosen by name.

/// `Display` and `FromStr` for an enum with `ALL` and `as_str`.
macro_rules! named {
    ($name:ident, $kind:literal) => {
        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::PruneError;

            fn from_str(name: &str) -> Result<Self, $crate::PruneError> {
                let names: Vec<&str> = Self::ALL.iter().map(|value| value.as_str()).collect();
                let found = Self::ALL.iter().copied().find(|value| value.as_str() == name);
                found.ok_or_else(|| $crate::PruneError::unknown($kind, name, &names))
            }
        }
    };
}

pub(crate) use named;
