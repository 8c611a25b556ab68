use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use super::appender::{Appender, Order, Statuses, rewrite};
use super::certificates::CertificateRow;
use super::rows::{CorruptionRow, CurveRow, HistoryRow, LayerRow, RunRow, StabilityRow};
use super::table::read_table;
use super::{files, folder};
use crate::error::Error;

/// A results folder that this process writes to.
///
/// Rows are appended and flushed as they appear, and a run's line in `runs.csv` comes last: rows of
/// a run without that line are of a run that was cut off, and are dropped when the folder is
/// opened again.
#[derive(Debug)]
pub struct Store {
    folder: PathBuf,
    /// Status of every finished run.
    finished: Mutex<Statuses>,
    tables: Mutex<Tables>,
    _lock: File,
}

#[derive(Debug)]
struct Tables {
    runs: Appender,
    curves: Appender,
    layers: Appender,
    history: Appender,
    certificates: Appender,
    corruptions: Appender,
    stability: Appender,
}

impl Store {
    /// Opens the folder, or makes it; `planned` are the ids of the runs that belong there. Where a
    /// `fresh` start is asked for, earlier results are deleted.
    ///
    /// # Errors
    /// When the folder cannot be written, another process is writing there, or it holds runs that
    /// were not planned: results of another configuration.
    pub fn open(path: &Path, planned: &[String], fresh: bool) -> Result<Self, Error> {
        let lock = folder::lock(path)?;
        if fresh {
            folder::clear(path)?;
        }
        folder::make(&path.join(files::CHECKPOINTS))?;
        folder::make(&path.join(files::SIDES))?;
        let runs: Vec<RunRow> = read_table(&path.join(files::RUNS))?;
        refuse_others(path, &runs, planned)?;
        let finished: Statuses = runs.into_iter().map(|row| (row.run, row.status)).collect();
        let order = positions(planned);
        let tables = Tables {
            runs: Appender::open::<RunRow>(path, &finished, &order)?,
            curves: Appender::open::<CurveRow>(path, &finished, &order)?,
            layers: Appender::open::<LayerRow>(path, &finished, &order)?,
            history: Appender::open::<HistoryRow>(path, &finished, &order)?,
            certificates: Appender::open::<CertificateRow>(path, &finished, &order)?,
            corruptions: Appender::open::<CorruptionRow>(path, &finished, &order)?,
            stability: Appender::open::<StabilityRow>(path, &finished, &order)?,
        };
        Ok(Self {
            folder: path.to_owned(),
            finished: Mutex::new(finished),
            tables: Mutex::new(tables),
            _lock: lock,
        })
    }

    /// The folder.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Whether the run has been finished, now or earlier.
    pub fn is_finished(&self, run: &str) -> bool {
        locked(&self.finished).contains_key(run)
    }

    /// Whether the run was finished, and with a result.
    pub fn ended_well(&self, run: &str) -> bool {
        locked(&self.finished).get(run).is_some_and(|status| status == "ok")
    }

    /// Appends what a run found at one density.
    ///
    /// # Errors
    /// When a file cannot be written.
    pub fn append(
        &self,
        curve: &CurveRow,
        layers: &[LayerRow],
        history: &[HistoryRow],
        certificates: &[CertificateRow],
    ) -> Result<(), Error> {
        let tables = locked(&self.tables);
        tables.certificates.append(certificates)?;
        tables.layers.append(layers)?;
        tables.history.append(history)?;
        tables.curves.append(std::slice::from_ref(curve))
    }

    /// Appends what a run at one density makes of corrupted test images.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn append_corruptions(&self, rows: &[CorruptionRow]) -> Result<(), Error> {
        locked(&self.tables).corruptions.append(rows)
    }

    /// Appends what two copies of a training are beside each other.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn append_stability(&self, rows: &[StabilityRow]) -> Result<(), Error> {
        locked(&self.tables).stability.append(rows)
    }

    /// Appends the line that makes a run finished.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn finish(&self, row: &RunRow) -> Result<(), Error> {
        locked(&self.tables).runs.append(std::slice::from_ref(row))?;
        locked(&self.finished).insert(row.run.clone(), row.status.clone());
        Ok(())
    }

    /// Puts all rows into the order of the plan, so that the files do not depend on which run
    /// happened to end first.
    ///
    /// # Errors
    /// When a file cannot be read or written.
    pub fn sort(self, planned: &[String]) -> Result<(), Error> {
        let finished = locked(&self.finished).clone();
        let order = positions(planned);
        rewrite::<RunRow>(&self.folder, &finished, &order)?;
        rewrite::<CurveRow>(&self.folder, &finished, &order)?;
        rewrite::<LayerRow>(&self.folder, &finished, &order)?;
        rewrite::<HistoryRow>(&self.folder, &finished, &order)?;
        rewrite::<CorruptionRow>(&self.folder, &finished, &order)?;
        rewrite::<StabilityRow>(&self.folder, &finished, &order)?;
        rewrite::<CertificateRow>(&self.folder, &finished, &order)
    }
}

fn positions(planned: &[String]) -> Order<'_> {
    planned.iter().enumerate().map(|(index, id)| (id.as_str(), index)).collect()
}

fn refuse_others(folder: &Path, runs: &[RunRow], planned: &[String]) -> Result<(), Error> {
    let others: Vec<&RunRow> = runs.iter().filter(|row| !planned.contains(&row.run)).collect();
    let Some(first) = others.first() else { return Ok(()) };
    let problem = format!(
        "holds {} finished runs that this configuration does not ask for (such as {}, {} {} on {}, seed {}); \
         give the experiment another name or folder (--results DIR), or delete them with --fresh",
        others.len(),
        first.run,
        first.method,
        first.retraining,
        first.dataset,
        first.seed
    );
    Err(Error::File { path: folder.to_owned(), problem })
}

/// The value behind a lock; a worker that panicked has left it whole, since rows are written whole.
fn locked<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}
