//! The criteria by name. A new one is a file of its own and a line in [`ENTRIES`].

mod magnitude;
mod random;
mod sipp;

pub use magnitude::Magnitude;
pub use random::Random;
pub use sipp::Sipp;

use crate::criterion::Criterion;
use crate::error::PruneError;

/// A criterion that can be asked for by name.
#[derive(Debug)]
pub struct Entry {
    /// Its name in configuration files.
    pub name: &'static str,
    /// What it scores and where it comes from, in a line.
    pub summary: &'static str,
    /// Whether it looks at points.
    pub needs_points: bool,
    build: fn() -> Box<dyn Criterion>,
}

impl Entry {
    /// The criterion.
    pub fn build(&self) -> Box<dyn Criterion> {
        (self.build)()
    }
}

/// Every criterion.
pub const ENTRIES: &[Entry] = &[magnitude::ENTRY, random::ENTRY, sipp::ENTRY];

/// The entry of this name.
///
/// # Errors
/// When there is none; the message lists those that exist.
pub fn entry(name: &str) -> Result<&'static Entry, PruneError> {
    ENTRIES.iter().find(|entry| entry.name == name).ok_or_else(|| PruneError::Unknown {
        kind: "method",
        name: name.to_owned(),
        expected: ENTRIES.iter().map(|entry| entry.name).collect::<Vec<_>>().join(", "),
    })
}
