//! From a TOML file to a checked experiment.
//!
//! [`raw`] is the file as the user writes it, with its defaults; `files` finds it and what it extends,
//! `read` applies what the command line sets, `explain` tells what cannot be understood and where it
//! stands; `check` turns it into an [`Experiment`], whose values can be trusted everywhere else.

mod check;
mod experiment;
mod explain;
mod files;
mod ladder;
mod layers;
mod method;
mod places;
pub mod raw;
mod read;
mod sections;
mod suggest;
mod treatment;

pub use experiment::{Compute, Experiment, Optimiser, Precision, Recipe, Schedule, Weights};
pub use ladder::Ladder;
pub use layers::{left_out, rates};
pub use method::{MaskKind, Method, Retraining, Sharing, Timing};
pub use read::{Overrides, read, section};
pub use sections::{bars, margin};
pub use suggest::nearest;
pub use treatment::Treatment;
