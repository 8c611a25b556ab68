use std::collections::{BTreeMap, HashMap};
use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use super::appender::{Appender, Order, Statuses, positions, rewrite};
use super::certificates::CertificateRow;
use super::row::Row;
use super::rows::{CorruptionRow, CurveRow, HistoryRow, LayerRow, RunRow, StabilityRow};
use super::table::{read_table, rows_in, text_of};
use super::{files, folder};
use crate::error::Error;

/// A results folder that this process writes to.
///
/// Rows are appended as they appear, and a run's line in `runs.csv` comes last, once all before it is on
/// the disk: rows of a run without that line are of a run that was cut off, and are dropped when the
/// folder is opened again.
#[derive(Debug)]
pub struct Store {
    folder: PathBuf,
    /// Every finished run.
    finished: Mutex<HashMap<String, Ended>>,
    tables: Mutex<Tables>,
    _lock: Option<File>,
}

/// How a run ended, and the folder that has its files.
#[derive(Debug, Clone)]
struct Ended {
    status: String,
    home: PathBuf,
}

/// The rows of one run, as the text of each table that has some, by the table's file.
pub type Rows = BTreeMap<String, String>;

#[derive(Debug)]
struct Tables {
    runs: Appender,
    curves: Appender,
    layers: Appender,
    history: Appender,
    certificates: Appender,
    corruptions: Appender,
    stability: Appender,
    /// Of the runs that are not finished yet.
    under_way: HashMap<String, Rows>,
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
        let runs: Vec<RunRow> = read_table(&path.join(files::RUNS))?;
        refuse_others(path, &runs, planned)?;
        let finished: Statuses = runs.into_iter().map(|row| (row.run, row.status)).collect();
        let order = positions(planned);
        rewrite_all(path, &finished, &order)?;
        folder::sweep(path, |run| finished.contains_key(run))?;
        let store = Self::in_folder(path, Some(lock))?;
        finished.iter().for_each(|(run, status)| store.learn(run, status, path));
        Ok(store)
    }

    /// Opens the folder of one of many processes that share the work, where nobody else writes.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn of_worker(path: &Path) -> Result<Self, Error> {
        Self::in_folder(path, None)
    }

    /// The finished runs of a folder, with their status.
    ///
    /// # Errors
    /// When its table cannot be read.
    pub fn finished_in(path: &Path) -> Result<Vec<(String, String)>, Error> {
        let runs: Vec<RunRow> = read_table(&path.join(files::RUNS))?;
        Ok(runs.into_iter().map(|row| (row.run, row.status)).collect())
    }

    fn in_folder(path: &Path, lock: Option<File>) -> Result<Self, Error> {
        folder::make(&path.join(files::CHECKPOINTS))?;
        folder::make(&path.join(files::SIDES))?;
        let tables = Tables {
            runs: Appender::open::<RunRow>(path)?,
            curves: Appender::open::<CurveRow>(path)?,
            layers: Appender::open::<LayerRow>(path)?,
            history: Appender::open::<HistoryRow>(path)?,
            certificates: Appender::open::<CertificateRow>(path)?,
            corruptions: Appender::open::<CorruptionRow>(path)?,
            stability: Appender::open::<StabilityRow>(path)?,
            under_way: HashMap::new(),
        };
        Ok(Self {
            folder: path.to_owned(),
            finished: Mutex::default(),
            tables: Mutex::new(tables),
            _lock: lock,
        })
    }

    /// The folder.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The folder that has the weights and masks of a finished run: this one, unless another process has
    /// done it.
    pub fn home(&self, run: &str) -> PathBuf {
        locked(&self.finished).get(run).map_or_else(|| self.folder.clone(), |run| run.home.clone())
    }

    /// A run was finished by another process, which keeps its files in `home`.
    pub fn learn(&self, run: &str, status: &str, home: &Path) {
        let ended = Ended { status: status.to_owned(), home: home.to_owned() };
        locked(&self.finished).insert(run.to_owned(), ended);
    }

    /// Whether the run has been finished, now or earlier.
    pub fn is_finished(&self, run: &str) -> bool {
        locked(&self.finished).contains_key(run)
    }

    /// Whether the run was finished, and with a result.
    pub fn ended_well(&self, run: &str) -> bool {
        locked(&self.finished).get(run).is_some_and(|run| run.status == "ok")
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
        let tables = &mut *locked(&self.tables);
        let rows = tables.under_way.entry(curve.run.clone()).or_default();
        tables.certificates.append_noted(certificates, rows)?;
        tables.layers.append_noted(layers, rows)?;
        tables.history.append_noted(history, rows)?;
        tables.curves.append_noted(std::slice::from_ref(curve), rows)
    }

    /// What was appended of a run that is not finished.
    pub fn rows_of(&self, run: &str) -> Rows {
        locked(&self.tables).under_way.get(run).cloned().unwrap_or_default()
    }

    /// Appends rows that were taken by [`rows_of`](Self::rows_of), perhaps by another process. `false`, and
    /// nothing is appended, where they are not of this version's tables.
    ///
    /// # Errors
    /// When a file cannot be written.
    pub fn restore(&self, run: &str, rows: &Rows) -> Result<bool, Error> {
        let Some(certificates) = parsed::<CertificateRow>(rows, run) else { return Ok(false) };
        let Some(corruptions) = parsed::<CorruptionRow>(rows, run) else { return Ok(false) };
        let Some(stability) = parsed::<StabilityRow>(rows, run) else { return Ok(false) };
        let Some(layers) = parsed::<LayerRow>(rows, run) else { return Ok(false) };
        let Some(history) = parsed::<HistoryRow>(rows, run) else { return Ok(false) };
        let Some(curves) = parsed::<CurveRow>(rows, run) else { return Ok(false) };
        let tables = &mut *locked(&self.tables);
        tables.certificates.append(&certificates)?;
        tables.corruptions.append(&corruptions)?;
        tables.stability.append(&stability)?;
        tables.layers.append(&layers)?;
        tables.history.append(&history)?;
        tables.curves.append(&curves)?;
        tables.under_way.insert(run.to_owned(), rows.clone());
        Ok(true)
    }

    /// Drops the rows of a run that is not finished: it will not be, or not from here.
    ///
    /// # Errors
    /// When a file cannot be read or written.
    pub fn forget(&self, run: &str) -> Result<(), Error> {
        let tables = &mut *locked(&self.tables);
        if tables.under_way.remove(run).is_some() {
            tables.certificates.drop_run::<CertificateRow>(run)?;
            tables.corruptions.drop_run::<CorruptionRow>(run)?;
            tables.stability.drop_run::<StabilityRow>(run)?;
            tables.layers.drop_run::<LayerRow>(run)?;
            tables.history.drop_run::<HistoryRow>(run)?;
            tables.curves.drop_run::<CurveRow>(run)?;
        }
        Ok(())
    }

    /// Appends what a run at one density makes of corrupted test images.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn append_corruptions(&self, rows: &[CorruptionRow]) -> Result<(), Error> {
        let Some(first) = rows.first() else { return Ok(()) };
        let tables = &mut *locked(&self.tables);
        let own = tables.under_way.entry(first.run.clone()).or_default();
        tables.corruptions.append_noted(rows, own)
    }

    /// Appends what two copies of a training are beside each other.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn append_stability(&self, rows: &[StabilityRow]) -> Result<(), Error> {
        let Some(first) = rows.first() else { return Ok(()) };
        let tables = &mut *locked(&self.tables);
        let own = tables.under_way.entry(first.run.clone()).or_default();
        tables.stability.append_noted(rows, own)
    }

    /// Appends the line that makes a run finished.
    ///
    /// # Errors
    /// When the file cannot be written, or is no longer the one that this process has opened.
    pub fn finish(&self, row: &RunRow) -> Result<(), Error> {
        let tables = &mut *locked(&self.tables);
        let Tables { curves, layers, history, certificates, corruptions, stability, .. } = tables;
        for table in [curves, layers, history, certificates, corruptions, stability] {
            table.is_in_place()?;
            // The line that makes the others count must not be on the disk before they are.
            table.settle()?;
        }
        tables.runs.append(std::slice::from_ref(row))?;
        tables.runs.is_in_place()?;
        tables.runs.settle()?;
        tables.under_way.remove(&row.run);
        self.learn(&row.run, &row.status, &self.folder);
        Ok(())
    }

    /// Puts all rows into the order of the plan, so that the files do not depend on which run
    /// happened to end first.
    ///
    /// # Errors
    /// When a file cannot be read or written.
    pub fn sort(self, planned: &[String]) -> Result<(), Error> {
        let finished = locked(&self.finished).clone();
        let finished = finished.into_iter().map(|(run, ended)| (run, ended.status)).collect();
        rewrite_all(&self.folder, &finished, &positions(planned))
    }
}

fn rewrite_all(folder: &Path, finished: &Statuses, order: &Order<'_>) -> Result<(), Error> {
    rewrite::<RunRow>(folder, finished, order)?;
    rewrite::<CurveRow>(folder, finished, order)?;
    rewrite::<LayerRow>(folder, finished, order)?;
    rewrite::<HistoryRow>(folder, finished, order)?;
    rewrite::<CorruptionRow>(folder, finished, order)?;
    rewrite::<StabilityRow>(folder, finished, order)?;
    rewrite::<CertificateRow>(folder, finished, order)
}

/// A run's rows of one table; `None` where the text is not what this version would write of them.
fn parsed<R: Row>(rows: &Rows, run: &str) -> Option<Vec<R>> {
    let text = rows.get(R::FILE).map_or("", String::as_str);
    let rows: Vec<R> = rows_in(text.as_bytes(), Path::new(R::FILE)).ok()?;
    let same = text_of(&rows, true).is_ok_and(|again| again == text);
    (same && rows.iter().all(|row| row.run() == run)).then_some(rows)
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
