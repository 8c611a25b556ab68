//! Many processes, on one machine or several, that share the runs of an experiment over one folder.
//!
//! Everybody writes files of their own (`workers/<name>/`, a results folder each) and nothing is ever changed
//! by two. What has to be agreed on are two things, each by the exclusive creation of a file, which local
//! disks and NFS do alike: who does a run ([`claims`]), and whose result counts ([`claims::Claims::finish`]).
//! A process that is not heard of any more loses its runs; how long that is, everybody measures by their
//! own clock ([`watch`]). [`merge`] puts the tables together.

mod beat;
mod claims;
mod exclusive;
mod heart;
mod merge;
mod metrics;
mod plan;
mod process;
mod status;
mod watch;
mod worker;

pub(crate) use beat::State;
pub(crate) use claims::{Claims, Taken, pause};
pub(crate) use exclusive::create_once;
pub(crate) use heart::{Board, Heart};
pub(crate) use merge::{finished_rows, is_shared, merge};
pub(crate) use metrics::{Gauges, serve};
pub(crate) use plan::{PlanRow, write as write_plan};
pub(crate) use status::{Status, status};
pub(crate) use worker::Worker;
