//! Runs one finished run again and compares its rows with those that it left, bit for bit.

mod compare;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use crate::config::{self, Overrides};
use crate::device::Opened;
use crate::error::Error;
use crate::plan::{Run, with_needs};
use crate::processor;
use crate::records::{CurveRow, RunRow, files, read_table};
use crate::run::{self, Options, Prepared, Recorded};
use crate::train::Steps;
use compare::compare;

/// A run to be done again.
#[derive(Debug, Clone)]
pub struct Request {
    /// Its id, as in `runs.csv`.
    pub run: String,
    /// The results folder that has its rows and the configuration.
    pub results: PathBuf,
    /// Folder with the data set's files, in place of the configuration's.
    pub data: Option<PathBuf>,
    /// Set to stop after the iteration under way.
    pub stop: Arc<AtomicBool>,
}

/// Does the run again in a temporary folder, from nothing: the parent and the ticket that it needs are run
/// again too. What was compared, in words.
///
/// # Errors
/// When a value differs, the first one; when the run is not among the finished ones, the configuration no
/// longer asks for it, or it cannot be run.
pub fn replay(request: &Request) -> Result<String, Error> {
    let Request { run, results, data, stop } = request;
    let path = results.join(files::RUNS);
    let rows: Vec<RunRow> = read_table(&path)?;
    let Some(before) = rows.into_iter().find(|row| row.run == *run) else {
        let problem = format!("has no finished run {run}; expected an id from its first column");
        return Err(Error::File { path, problem });
    };
    let overrides = Overrides { data: data.clone(), ..Overrides::default() };
    let experiment = config::read(&results.join(files::CONFIG), &overrides)?;
    let mut prepared = run::prepare(experiment)?;
    prepared.runs = needed(&prepared, run, results)?;
    prepared.recorded = recorded(results)?;
    let temporary = tempfile::Builder::new().prefix("replay-").tempdir();
    let temporary = temporary.map_err(|error| Error::file(&std::env::temp_dir(), &error))?;
    let folder = temporary.path().to_owned();
    keep_calibration(results, &folder)?;
    let options = Options {
        folder,
        fresh: false,
        title: String::new(),
        jobs: 1,
        // A replay that is cut off leaves nothing behind.
        checkpoint_every: Duration::MAX,
        cache: None,
        stop: stop.clone(),
        dashboard: None,
    };
    run::execute(&prepared, &options)?;
    let compared = compare(run, results, temporary.path());
    compared.map_err(|error| with_cause(error, &before, &prepared.opened))
}

/// What `auto` chose in each training.
fn recorded(results: &Path) -> Result<Recorded, Error> {
    let rows: Vec<CurveRow> = read_table(&results.join(files::CURVES))?;
    let each = rows.into_iter().filter_map(|row| {
        Some(((row.run, row.density_asked.to_bits()), Steps::named(&row.compute)?))
    });
    Ok(each.collect())
}

/// For trainings that are not recorded, such as those of a ticket whose rows are gone.
fn keep_calibration(results: &Path, folder: &Path) -> Result<(), Error> {
    let from = results.join(files::CALIBRATION);
    if !from.exists() {
        return Ok(());
    }
    let copied = std::fs::copy(&from, folder.join(files::CALIBRATION));
    copied.map(|_| ()).map_err(|error| Error::file(&from, &error))
}

/// A difference, with what computed where that may be its cause.
fn with_cause(error: Error, before: &RunRow, opened: &Opened) -> Error {
    let Error::Differs { run, problem } = error else { return error };
    let (before, now) = match opened.backend.is_gpu {
        true => (&before.adapter, opened.adapter.clone()),
        false => (&before.cpu, processor::kind()),
    };
    let cause = match (*before == now, opened.backend.is_gpu) {
        (true, false) => String::new(),
        (true, true) => {
            "; a graphics card may choose other kernels and orders of sums each time".to_owned()
        }
        (false, _) => {
            let before = if before.is_empty() { "a processor that is not told" } else { before };
            format!("; it was computed on {before}, now on {now}, which may round differently")
        }
    };
    Error::Differs { run, problem: problem + &cause }
}

/// The run and, before it, those that it needs.
fn needed(prepared: &Prepared, id: &str, results: &Path) -> Result<Vec<Run>, Error> {
    let runs = with_needs(&prepared.runs, |run| run.id == id);
    if runs.last().is_some_and(|run| run.id == id) {
        return Ok(runs);
    }
    let problem = format!(
        "does not ask for the run {id}, with the data found here ({}); name their folder with --data, or use \
         the version of the program that wrote it",
        prepared.data.name
    );
    Err(Error::File { path: results.join(files::CONFIG), problem })
}
