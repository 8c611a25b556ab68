//! Carries out the runs of an experiment.

mod cached;
mod certificates;
mod choice;
mod context;
mod corruptions;
mod fits;
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
pub(crate) mod space;
mod stability;
mod starts;
mod steps;
mod survivors;
mod training;
mod workers;

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

pub(crate) use context::labels;
pub use prepare::{Prepared, prepare};
pub use progress::Meter;
pub use steps::Recorded;

use crate::cache::Cache;
use crate::dashboard::Dashboard;
use crate::error::Error;
use crate::plan::{Kind, Run, with_needs};
use crate::records::{Store, files, write_atomically, write_table};
use crate::share::{self, Claims, Heart, PlanRow, State, Worker};
use context::Context;

/// How runs are carried out; nothing of it changes their results.
#[derive(Debug, Clone)]
pub struct Options {
    /// Folder of the results.
    pub folder: PathBuf,
    /// Delete earlier results first.
    pub fresh: bool,
    /// What the bar on the terminal begins with.
    pub title: String,
    /// Runs at a time.
    pub jobs: usize,
    /// Time after which a training writes down again what it has reached.
    pub checkpoint_every: Duration,
    /// Where trained dense networks are shared with other experiments.
    pub cache: Option<Cache>,
    /// Set to stop after the iteration under way.
    pub stop: Arc<AtomicBool>,
    /// Where trainings are shown, one at a time.
    pub dashboard: Option<Arc<Dashboard>>,
}

/// How a process takes part in runs that several share.
#[derive(Debug, Clone)]
pub struct Part {
    /// Its name; without one its machine's and its number.
    pub worker: Option<String>,
    /// Silence after which others may take over its runs, and it theirs.
    pub lease: Duration,
    /// The runs that it cares for.
    pub wanted: Wanted,
    /// Whether it waits for what others are at, and does it should they go.
    pub waits: bool,
}

/// Some of the runs of a plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wanted {
    /// All.
    All,
    /// One of several parts of about the same size, from 0.
    Shard {
        /// Which one.
        index: usize,
        /// Of how many.
        of: usize,
    },
    /// Those with these ids.
    Runs(Vec<String>),
}

impl Wanted {
    /// These runs of a plan, with those that they need.
    ///
    /// # Errors
    /// When the plan has no run of an id.
    fn of(&self, plan: &[Run]) -> Result<Vec<Run>, Error> {
        match self {
            Self::All => Ok(plan.to_vec()),
            Self::Shard { index, of } => {
                let pruned = plan.iter().filter(|run| run.kind != Kind::Parent);
                let part: Vec<&str> =
                    pruned.skip(*index).step_by(*of).map(|run| run.id.as_str()).collect();
                Ok(with_needs(plan, |run| part.contains(&run.id.as_str())))
            }
            Self::Runs(ids) => match ids.iter().find(|id| plan.iter().all(|run| run.id != **id)) {
                None => Ok(with_needs(plan, |run| ids.contains(&run.id))),
                Some(unknown) => Err(Error::Usage(format!(
                    "--run {unknown}: no run of this experiment; `experiments plan` lists their ids"
                ))),
            },
        }
    }
}

/// Silence after which a process that has its folder for itself is said to have gone.
const LEASE: Duration = Duration::from_secs(50);

/// Runs what is not finished yet, and leaves the folder's tables in the order of the plan.
///
/// # Errors
/// The first error that is not a matter of one run alone; what was finished stays.
pub fn execute(prepared: &Prepared, options: &Options) -> Result<(), Error> {
    let ids: Vec<String> = prepared.runs.iter().map(|run| run.id.clone()).collect();
    if share::is_shared(&options.folder) && !options.fresh {
        share::merge(&options.folder)?;
    }
    let store = Store::open(&options.folder, &ids, options.fresh)?;
    corruptions::check_finished(store.folder(), &prepared.data.corrupted)?;
    space::check(prepared, options, |run| store.is_finished(run))?;
    write_config(prepared, options)?;
    write_table(&options.folder.join(files::PLAN), &PlanRow::all(prepared))?;
    let heart = Heart::start(&options.folder, "", options.jobs, LEASE)?;
    carry_out(prepared, options, &store, (None, true), heart)?;
    store.sort(&ids)
}

/// Does what other processes leave of the runs that it cares for, until they are all finished. The tables are
/// put together by `merge`.
///
/// # Errors
/// The first error that is not a matter of one run alone; what was finished stays.
pub fn take_part(mut prepared: Prepared, options: &Options, part: &Part) -> Result<(), Error> {
    let wanted = part.wanted.of(&prepared.runs)?;
    std::fs::create_dir_all(&options.folder)
        .map_err(|error| Error::file(&options.folder, &error))?;
    share::write_plan(&options.folder, &PlanRow::all(&prepared))?;
    prepared.runs = wanted;
    let prepared = &prepared;
    let worker = Worker::join(&options.folder, part.worker.as_deref())?;
    crate::logging::also_to(&worker.folder.join(files::LOG))?;
    let store = Store::of_worker(&worker.folder)?;
    write_config(prepared, options)?;
    for (run, status) in Store::finished_in(&options.folder)? {
        store.learn(&run, &status, &options.folder);
    }
    corruptions::check_finished(&options.folder, &prepared.data.corrupted)?;
    space::check(prepared, options, |run| store.is_finished(run))?;
    let claims = Claims::new(&options.folder, &worker, part.lease);
    let heart = Heart::start(&worker.folder, &worker.name, options.jobs, part.lease)?;
    carry_out(prepared, options, &store, (Some(&claims), part.waits), heart)
}

fn write_config(prepared: &Prepared, options: &Options) -> Result<(), Error> {
    let config = toml::to_string(&prepared.experiment.resolved)
        .expect("plain values always have a TOML form");
    write_atomically(&options.folder.join(files::CONFIG), config.as_bytes())
}

fn carry_out(
    prepared: &Prepared,
    options: &Options,
    store: &Store,
    (claims, waits): (Option<&Claims>, bool),
    heart: Heart,
) -> Result<(), Error> {
    let pending = prepared.runs.iter().filter(|run| !store.is_finished(&run.id)).count();
    tracing::info!(
        "{} runs, {} of them finished before",
        prepared.runs.len(),
        prepared.runs.len() - pending
    );
    let calibration = steps::calibration(prepared, store, &options.folder)?;
    let meter = Meter::new(prepared, store, &options.title);
    let context = Context {
        prepared,
        store,
        meter: &meter,
        board: heart.board(),
        claims,
        waits,
        cache: options.cache.as_ref(),
        calibration: calibration.as_ref(),
        checkpoint_every: options.checkpoint_every,
        stop: &options.stop,
        dashboard: options.dashboard.as_deref(),
    };
    let outcome = workers::run_all(&context, options.jobs);
    meter.finish();
    heart.stop(match &outcome {
        Ok(()) | Err(Error::Interrupted) => State::Ended,
        Err(error) => State::Failed(error.to_string()),
    });
    outcome
}
