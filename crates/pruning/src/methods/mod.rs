//! The methods by name. A new one is a file of its own, its `mod` and a line in [`ENTRIES`].

mod grasp;
mod magnitude;
mod magnitude_increase;
mod movement;
mod obs;
mod options;
mod random;
mod sampled;
mod sipp;
mod snip;
mod synflow;
#[cfg(test)]
pub(crate) mod testing;
mod wanda;

pub use grasp::Grasp;
pub use magnitude::Magnitude;
pub use magnitude_increase::MagnitudeIncrease;
pub use movement::Movement;
pub use obs::Surgeon;
pub use options::Options;
pub(crate) use options::{check_constant, check_failure_probability};
pub use random::Random;
pub use sampled::UnitSampling;
pub use sipp::Sipp;
pub use snip::Snip;
pub use synflow::SynFlow;
pub use wanda::Wanda;

use std::sync::Arc;

use crate::budget::Scope;
use crate::criterion::Criterion;
use crate::error::PruneError;
use crate::pruner::Pruner;
use crate::ranked::{Ranked, Stepwise};

/// A method that can be asked for by name.
#[derive(Debug)]
pub struct Entry {
    /// Its name in configuration files.
    pub name: &'static str,
    /// How it chooses, in a line.
    pub summary: &'static str,
    /// Where it comes from.
    pub source: &'static str,
    /// What it looks at besides the network.
    pub needs: Needs,
    /// Whether a budget is met to the weight; otherwise within half a percent.
    pub exact: bool,
    /// Where its weights compete unless something else is asked for, as published.
    pub scope: Scope,
    /// Names of the [`Options`] that it takes besides `steps`, which every criterion takes.
    pub options: &'static [&'static str],
    build: Build,
}

/// What a method looks at besides the network.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Needs {
    /// Points.
    pub points: bool,
    /// The class of each point.
    pub labels: bool,
    /// The network as it was before training.
    pub initial: bool,
}

impl Needs {
    /// The network alone.
    pub const NOTHING: Self = Self { points: false, labels: false, initial: false };
    /// Points.
    pub const POINTS: Self = Self { points: true, ..Self::NOTHING };
    /// Points with their classes.
    pub const LABELS: Self = Self { labels: true, ..Self::POINTS };
    /// The network before training.
    pub const INITIAL: Self = Self { initial: true, ..Self::NOTHING };
}

/// How a method is made.
#[derive(Debug)]
enum Build {
    /// From scores, in so many steps unless the options say otherwise: budget and mask are shared.
    Criterion(usize, fn(&Options) -> Arc<dyn Criterion>),
    /// A pruner of its own.
    Pruner(fn(&Options) -> Box<dyn Pruner>),
}

impl Entry {
    /// The method with these options.
    ///
    /// # Errors
    /// When an option is out of its range, or the method does not take it.
    pub fn build(&self, options: &Options) -> Result<Box<dyn Pruner>, PruneError> {
        options.check(self)?;
        Ok(match self.build {
            Build::Criterion(steps, build) => {
                let criterion = build(options);
                match options.steps.unwrap_or(steps) {
                    1 => Box::new(Ranked(criterion)),
                    steps => Box::new(Stepwise { criterion, steps }),
                }
            }
            Build::Pruner(build) => build(options),
        })
    }

    /// Whether the method takes an option of this name.
    pub fn takes(&self, option: &str) -> bool {
        let is_criterion = matches!(self.build, Build::Criterion(..));
        self.options.contains(&option) || (option == "steps" && is_criterion)
    }
}

/// Every method.
pub const ENTRIES: &[Entry] = &[
    magnitude::ENTRY,
    random::ENTRY,
    sipp::DETERMINISTIC,
    sipp::SAMPLED,
    sipp::HYBRID,
    snip::ENTRY,
    grasp::ENTRY,
    synflow::ENTRY,
    wanda::ENTRY,
    obs::ENTRY,
    movement::ENTRY,
    magnitude_increase::ENTRY,
    sampled::UNIFORM,
    sampled::ABSOLUTE,
    sampled::SQUARE,
    sampled::MIXED,
];

/// The entry of this name.
///
/// # Errors
/// When there is none; the message lists those that exist.
pub fn entry(name: &str) -> Result<&'static Entry, PruneError> {
    let names: Vec<&str> = ENTRIES.iter().map(|entry| entry.name).collect();
    let found = ENTRIES.iter().find(|entry| entry.name == name);
    found.ok_or_else(|| PruneError::unknown("method", name, &names))
}
