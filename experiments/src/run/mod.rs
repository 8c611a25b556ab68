//! Carries out the runs of an experiment.

mod certificates;
mod choice;
mod context;
mod corruptions;
mod ledger;
mod look;
mod norms;
mod orphan;
mod parent;
mod prepare;
mod progress;
mod queue;
mod rows;
mod signs;
mod stability;
mod starts;
mod survivors;
mod training;
mod workers;

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

pub use prepare::{Prepared, prepare};
pub use progress::Meter;

use crate::error::Error;
use crate::records::{Store, files, write_atomically};
use context::Context;

/// How runs are carried out; nothing of it changes their results.
#[derive(Debug, Clone)]
pub struct Options {
    /// Folder of the results.
    pub folder: PathBuf,
    /// Delete earlier results first.
    pub fresh: bool,
    /// Runs at a time.
    pub jobs: usize,
    /// Set to stop after the iteration under way.
    pub stop: Arc<AtomicBool>,
}

/// Runs what is not finished yet, and leaves the folder's tables in the order of the plan.
///
/// # Errors
/// The first error that is not a matter of one run alone; what was finished stays.
pub fn execute(prepared: &Prepared, options: &Options) -> Result<(), Error> {
    let ids: Vec<String> = prepared.runs.iter().map(|run| run.id.clone()).collect();
    let store = Store::open(&options.folder, &ids, options.fresh)?;
    corruptions::check_finished(store.folder(), &prepared.data.corrupted)?;
    let config = toml::to_string(&prepared.experiment.resolved)
        .expect("plain values always have a TOML form");
    write_atomically(&options.folder.join(files::CONFIG), config.as_bytes())?;
    let pending = prepared.runs.iter().filter(|run| !store.is_finished(&run.id)).count();
    tracing::info!(
        "{} runs, {} of them finished before",
        prepared.runs.len(),
        prepared.runs.len() - pending
    );
    let meter = Meter::new(prepared, &store);
    let context = Context { prepared, store: &store, meter: &meter, stop: &options.stop };
    let outcome = workers::run_all(&context, options.jobs);
    meter.finish();
    outcome?;
    store.sort(&ids)
}
