//! Train, prune, retrain: from a TOML file to curves, plots and a verdict.
//!
//! The data flow in one direction: [`config`] checks the file, [`plan`] lays out the runs,
//! [`run`] carries them out over the cores, [`records`] keeps what came out, and
//! [`summary`], [`verdict`], [`compare`] and [`plot`] read nothing but those records.
//!
//! [`one`] scores, prunes, certifies, shrinks and measures a single network from weight files, without
//! an experiment.

pub mod archive;
pub mod cache;
pub mod calibration;
pub mod cli;
pub mod compare;
pub mod config;
mod corrupted;
pub mod cost;
pub mod curve;
pub mod dashboard;
pub mod data;
pub mod device;
mod digest;
pub mod error;
pub mod evidence;
pub mod invariants;
pub mod list;
mod logging;
mod masks;
pub mod one;
pub mod plan;
pub mod plot;
mod processor;
pub mod records;
pub mod replay;
pub mod report;
pub mod run;
pub mod seeds;
mod share;
pub mod statistics;
pub mod step;
pub mod summary;
mod sweep;
pub mod train;
pub mod verdict;
