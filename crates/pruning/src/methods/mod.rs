//! The methods by name. A new one is a file of its own, its `mod` and a line in [`ENTRIES`].

mod filter_norm;
mod grasp;
mod magnitude;
mod magnitude_increase;
mod movement;
mod obs;
mod options;
mod pfp;
mod random;
mod random_filter;
mod sampled;
mod sipp;
mod snip;
mod synflow;
mod taylor;
#[cfg(test)]
pub(crate) mod testing;
mod thinet;
mod wanda;

pub use filter_norm::FilterNorm;
pub use grasp::Grasp;
pub use magnitude::Magnitude;
pub use magnitude_increase::MagnitudeIncrease;
pub use movement::Movement;
pub use obs::Surgeon;
pub use options::Options;
pub(crate) use options::{check_constant, check_failure_probability};
pub use random::Random;
pub use random_filter::RandomFilter;
pub use sampled::UnitSampling;
pub use sipp::Sipp;
pub use snip::Snip;
pub use synflow::SynFlow;
pub use taylor::Taylor;
pub use thinet::ThiNet;
pub use wanda::Wanda;

use std::sync::Arc;

use crate::budget::{Grain, Scope};
use crate::channels::{ChannelCriterion, Filters};
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
    /// Whether a budget of weights is met to the weight, otherwise within half a percent; or one of
    /// channels within half of the largest channel, otherwise within twice as much.
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
    /// From scores of channels: budget and mask are shared.
    Filters(fn(&Options) -> Box<dyn ChannelCriterion>),
    /// The same, for a method whose choice is renewed while all filters train.
    SoftFilters(fn(&Options) -> Box<dyn ChannelCriterion>),
    /// A pruner of channels of its own.
    ChannelPruner(fn(&Options) -> Box<dyn Pruner>),
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
            Build::Pruner(build) | Build::ChannelPruner(build) => build(options),
            Build::Filters(build) | Build::SoftFilters(build) => Box::new(Filters(build(options))),
        })
    }

    /// What it prunes.
    pub fn grain(&self) -> Grain {
        match self.build {
            Build::Criterion(..) | Build::Pruner(_) => Grain::Weights,
            Build::Filters(_) | Build::SoftFilters(_) | Build::ChannelPruner(_) => Grain::Channels,
        }
    }

    /// Whether what it has pruned goes on training, and the choice is renewed in each epoch.
    pub fn is_soft(&self) -> bool {
        matches!(self.build, Build::SoftFilters(_))
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
    pfp::DETERMINISTIC,
    pfp::PARTLY,
    pfp::SAMPLED,
    filter_norm::ABSOLUTE,
    filter_norm::EUCLIDEAN,
    filter_norm::SOFT,
    thinet::ENTRY,
    taylor::ENTRY,
    random_filter::ENTRY,
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
