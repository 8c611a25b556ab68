//! The methods by name. A new one is a file of its own, its `mod` and a line in [`ENTRIES`].

mod magnitude;
mod options;
mod random;
mod sipp;

pub use magnitude::Magnitude;
pub use options::Options;
pub(crate) use options::{check_constant, check_failure_probability};
pub use random::Random;
pub use sipp::Sipp;

use crate::criterion::Criterion;
use crate::error::PruneError;
use crate::pruner::{Pruner, Ranked};
use crate::scope::Scope;

/// A method that can be asked for by name.
#[derive(Debug)]
pub struct Entry {
    /// Its name in configuration files.
    pub name: &'static str,
    /// How it chooses and where it comes from, in a line.
    pub summary: &'static str,
    /// Whether it looks at points.
    pub needs_points: bool,
    /// Whether a budget is met to the weight; otherwise within half a percent.
    pub exact: bool,
    /// Names of the [`Options`] that it takes.
    pub options: &'static [&'static str],
    build: Build,
}

/// How a method is made.
#[derive(Debug)]
enum Build {
    /// From scores: budget and mask are shared.
    Criterion(fn(&Options) -> Box<dyn Criterion>),
    /// A pruner of its own.
    Pruner(fn(&Options, Scope) -> Box<dyn Pruner>),
}

impl Entry {
    /// The method with these options.
    ///
    /// # Errors
    /// When an option is out of its range, or the method does not take it.
    pub fn build(&self, scope: Scope, options: &Options) -> Result<Box<dyn Pruner>, PruneError> {
        options.check(self)?;
        Ok(match self.build {
            Build::Criterion(build) => Box::new(Ranked { criterion: build(options), scope }),
            Build::Pruner(build) => build(options, scope),
        })
    }
}

/// Every method.
pub const ENTRIES: &[Entry] =
    &[magnitude::ENTRY, random::ENTRY, sipp::DETERMINISTIC, sipp::SAMPLED, sipp::HYBRID];

/// The entry of this name.
///
/// # Errors
/// When there is none; the message lists those that exist.
pub fn entry(name: &str) -> Result<&'static Entry, PruneError> {
    let names: Vec<&str> = ENTRIES.iter().map(|entry| entry.name).collect();
    let found = ENTRIES.iter().find(|entry| entry.name == name);
    found.ok_or_else(|| PruneError::unknown("method", name, &names))
}
