use std::collections::{HashMap, HashSet};
use std::fs;
use std::path::{Path, PathBuf};

use super::claims::{Finished, mark, names};
use super::plan::PlanRow;
use crate::error::Error;
use crate::records::{
    CertificateRow, CorruptionRow, CurveRow, HistoryRow, LayerRow, Row, RunRow, StabilityRow,
    files, lock_shared, read_table, write_atomically, write_table,
};

/// What was put together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Merged {
    /// Runs in the tables now.
    pub(crate) finished: usize,
    /// Those that were not in them before.
    pub(crate) new: usize,
    /// Runs of the plan.
    pub(crate) planned: usize,
}

/// Whether several processes have worked on this folder.
pub(crate) fn is_shared(root: &Path) -> bool {
    root.join(files::DONE).exists()
}

/// Puts the rows of all finished runs into the tables of the folder, in the order of the plan: the tables
/// that one process would have written. What is in them already stays, so that it can be done again at
/// any time, also while the runs go on.
///
/// # Errors
/// When a process has the folder for itself, a file cannot be read or written, or the rows of a finished run
/// are gone.
pub(crate) fn merge(root: &Path) -> Result<Merged, Error> {
    let plan: Vec<PlanRow> = read_table(&root.join(files::PLAN))?;
    if plan.is_empty() {
        let problem =
            "no plan; expected a results folder of `experiments run FILE --results DIR`".to_owned();
        return Err(Error::File { path: root.join(files::PLAN), problem });
    }
    let _lock = lock_shared(root)?;
    let merger = Merger::new(root, &plan)?;
    let new = merger.homes.values().map(HashSet::len).sum();
    merger.copy_files()?;
    merger.table::<CurveRow>()?;
    merger.table::<LayerRow>()?;
    merger.table::<HistoryRow>()?;
    merger.table::<CertificateRow>()?;
    merger.table::<CorruptionRow>()?;
    merger.table::<StabilityRow>()?;
    // Last, since it is what makes the others' rows count.
    let rows = merger.table::<RunRow>()?;
    let finished = merger.before.len() + new;
    if rows != finished {
        let problem =
            format!("{rows} lines of {finished} finished runs; a process's runs.csv was changed");
        return Err(Error::File { path: root.join(files::WORKERS), problem });
    }
    Ok(Merged { finished, new, planned: plan.len() })
}

/// The rows of all finished runs of a folder in one of its tables, wherever they stand, in the order of the plan.
/// Nothing is written.
///
/// # Errors
/// When a file cannot be read.
pub(crate) fn finished_rows<R: Row>(root: &Path) -> Result<Vec<R>, Error> {
    let plan: Vec<PlanRow> = read_table(&root.join(files::PLAN))?;
    Merger::new(root, &plan)?.rows()
}

struct Merger<'a> {
    root: &'a Path,
    /// Place of each run in the plan.
    order: HashMap<String, usize>,
    /// Runs that are in the tables.
    before: HashSet<String>,
    /// Those that will be, by the folder that has their rows.
    homes: HashMap<PathBuf, HashSet<String>>,
}

impl<'a> Merger<'a> {
    fn new(root: &'a Path, plan: &[PlanRow]) -> Result<Self, Error> {
        let order = plan.iter().enumerate().map(|(index, row)| (row.run.clone(), index)).collect();
        let before: Vec<RunRow> = read_table(&root.join(files::RUNS))?;
        let before: HashSet<String> = before.into_iter().map(|row| row.run).collect();
        let mut homes: HashMap<PathBuf, HashSet<String>> = HashMap::new();
        for run in names(&root.join(files::DONE))? {
            if let Some(Finished { run, home, .. }) = mark(root, &run)
                && !before.contains(&run)
            {
                homes.entry(home).or_default().insert(run);
            }
        }
        Ok(Self { root, order, before, homes })
    }

    /// Writes one table; how many rows it has.
    fn table<R: Row>(&self) -> Result<usize, Error> {
        let path = self.root.join(R::FILE);
        let rows: Vec<R> = self.rows()?;
        if !rows.is_empty() || path.exists() {
            write_table(&path, &rows)?;
        }
        Ok(rows.len())
    }

    /// The rows of one table.
    fn rows<R: Row>(&self) -> Result<Vec<R>, Error> {
        let path = self.root.join(R::FILE);
        let mut rows: Vec<R> = read_table(&path)?;
        rows.retain(|row| self.before.contains(row.run()));
        for (home, runs) in &self.homes {
            let others: Vec<R> = read_table(&home.join(R::FILE))?;
            rows.extend(others.into_iter().filter(|row| runs.contains(row.run())));
        }
        // Runs that an earlier, larger plan had come last.
        rows.sort_by_key(|row| self.order.get(row.run()).copied().unwrap_or(usize::MAX));
        Ok(rows)
    }

    /// Certificates, and the weights and masks that later runs start from.
    fn copy_files(&self) -> Result<(), Error> {
        for folder in [files::CHECKPOINTS, files::SIDES] {
            let to = self.root.join(folder);
            fs::create_dir_all(&to).map_err(|error| Error::file(&to, &error))?;
            for (home, runs) in &self.homes {
                for name in names(&home.join(folder))? {
                    let belongs = name.get(..ID).is_some_and(|run| runs.contains(run));
                    if belongs && files::run_under_way(&name).is_none() {
                        copy(&home.join(folder).join(&name), &to.join(&name))?;
                    }
                }
            }
        }
        Ok(())
    }
}

/// Letters of a run's id, with which the names of its files begin.
const ID: usize = 12;

fn copy(from: &Path, to: &Path) -> Result<(), Error> {
    let bytes = fs::read(from).map_err(|error| Error::file(from, &error))?;
    write_atomically(to, &bytes)
}
