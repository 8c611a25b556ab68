use std::collections::{HashMap, HashSet};
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};

use super::beat::Beat;
use super::exclusive;
use super::watch::Watch;
use super::worker::Worker;
use crate::error::Error;
use crate::records::files;

/// Which process does which run.
///
/// A claim is a file `claims/<run>.<n>` that names a process: n = 0 is the first to have taken the run, and
/// n + 1 the one that took it over when n was not heard of any more. Files are made exclusively and never
/// changed or deleted, so that exactly one process gets each of them, and the largest n has the run:
/// whoever was thought gone and comes back sees that, and lets go.
#[derive(Debug)]
pub(crate) struct Claims {
    root: PathBuf,
    worker: String,
    /// Under which this process writes what it then links.
    own: PathBuf,
    lease: Duration,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    /// The largest n of each claimed run.
    newest: HashMap<String, u64>,
    /// Whom the claims name, by file.
    names: HashMap<String, String>,
    finished: HashSet<String>,
    /// Who has gone and who has not, as it was when that was last looked at.
    gone: HashMap<String, bool>,
    watch: Watch,
    mine: HashMap<String, u64>,
}

/// What became of the wish to do a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Taken {
    /// This process does it.
    Mine,
    /// Another one is at it.
    Busy,
    /// It is finished.
    Finished,
}

/// A run that is finished, and whose result counts.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Finished {
    pub(crate) run: String,
    pub(crate) status: String,
    /// The folder of the process that did it.
    pub(crate) home: PathBuf,
}

/// What stands in `done/<run>`.
#[derive(Debug, Serialize, Deserialize)]
struct Mark {
    worker: String,
    status: String,
}

impl Claims {
    /// Claims of this process, which gives the others `lease` to show that they live.
    pub(crate) fn new(root: &Path, worker: &Worker, lease: Duration) -> Self {
        Self {
            root: root.to_owned(),
            worker: worker.name.clone(),
            own: worker.folder.join("claim"),
            lease,
            state: Mutex::new(State {
                newest: HashMap::new(),
                names: HashMap::new(),
                finished: HashSet::new(),
                gone: HashMap::new(),
                watch: Watch::new(lease, 2 * pause(lease)),
                mine: HashMap::new(),
            }),
        }
    }

    /// How long somebody may be silent before others take over.
    pub(crate) fn lease(&self) -> Duration {
        self.lease
    }

    /// Looks at what the others have done; the runs that were finished since the last look.
    pub(crate) fn look(&self) -> Result<Vec<Finished>, Error> {
        let mut state = self.lock();
        state.gone.clear();
        for file in names(&self.root.join(files::CLAIMS))? {
            if let Some((run, number)) = file.rsplit_once('.')
                && let Ok(number) = number.parse()
            {
                let newest = state.newest.entry(run.to_owned()).or_insert(number);
                *newest = number.max(*newest);
            }
        }
        let done = names(&self.root.join(files::DONE))?.into_iter();
        let new: Vec<String> = done.filter(|run| !state.finished.contains(run)).collect();
        let new: Vec<Finished> = new.into_iter().filter_map(|run| mark(&self.root, &run)).collect();
        state.finished.extend(new.iter().map(|finished| finished.run.clone()));
        Ok(new)
    }

    /// Takes the run, unless another process has it that is not known to have gone.
    pub(crate) fn take(&self, run: &str) -> Result<Taken, Error> {
        let mut state = self.lock();
        let number = match state.newest.get(run).copied() {
            None => 0,
            Some(number) if self.has_gone(&mut state, run, number) => number + 1,
            Some(_) => return Ok(Taken::Busy),
        };
        state.newest.insert(run.to_owned(), number);
        if !exclusive::create(&self.claim(run, number), &self.own, &self.worker)
            .map_err(|error| Error::file(&self.claim(run, number), &error))?
        {
            return Ok(Taken::Busy);
        }
        // Whoever had it may have finished it after the last look.
        if mark(&self.root, run).is_some() {
            return Ok(Taken::Finished);
        }
        state.mine.insert(run.to_owned(), number);
        if let Some(before) = number.checked_sub(1) {
            let name = self.name(&mut state, run, before);
            tracing::info!("{run} was begun by {name}, which has gone, and is done here");
        }
        Ok(Taken::Mine)
    }

    /// Whether this process still has the run; else who took it over.
    pub(crate) fn still_mine(&self, run: &str) -> Result<(), String> {
        let mut state = self.lock();
        let Some(&number) = state.mine.get(run) else { return Err(String::new()) };
        if !self.claim(run, number + 1).exists() {
            return Ok(());
        }
        state.mine.remove(run);
        Err(self.name(&mut state, run, number + 1))
    }

    /// This process has finished the run, with its rows and files written. The first to say so is the one whose
    /// result counts: `false`, and nothing is changed, where that is another.
    pub(crate) fn finish(&self, run: &str, status: &str) -> Result<bool, Error> {
        let mut state = self.lock();
        let mark = Mark { worker: self.worker.clone(), status: status.to_owned() };
        let text = toml::to_string(&mark).expect("plain values always have a TOML form");
        let path = self.root.join(files::DONE).join(run);
        let first = exclusive::create(&path, &self.own, &text);
        let first = first.map_err(|error| Error::file(&path, &error))?;
        state.mine.remove(run);
        if first {
            state.finished.insert(run.to_owned());
        }
        Ok(first)
    }

    /// The folders of those that had the run before this process, the last one first.
    pub(crate) fn earlier(&self, run: &str) -> Vec<PathBuf> {
        let mut state = self.lock();
        let number = state.mine.get(run).copied().unwrap_or(0);
        let earlier: Vec<u64> = (0..number).rev().collect();
        let names = earlier.into_iter().map(|number| self.name(&mut state, run, number));
        names.map(|name| self.root.join(files::WORKERS).join(name)).collect()
    }

    fn has_gone(&self, state: &mut State, run: &str, number: u64) -> bool {
        let name = self.name(state, run, number);
        if name == self.worker {
            // A run that this process has let go of, and nobody has taken over since.
            return !state.mine.contains_key(run);
        }
        if let Some(&gone) = state.gone.get(&name) {
            return gone;
        }
        let said = Beat::text(&self.root.join(files::WORKERS).join(&name));
        let silent = state.watch.is_silent(&name, &said, Instant::now());
        let gone = silent || Beat::parse(&said).is_some_and(|beat| beat.is_over());
        state.gone.insert(name, gone);
        gone
    }

    /// Whom a claim names.
    fn name(&self, state: &mut State, run: &str, number: u64) -> String {
        let path = self.claim(run, number);
        let file = format!("{run}.{number}");
        if let Some(name) = state.names.get(&file) {
            return name.clone();
        }
        let name = fs::read_to_string(path).unwrap_or_default();
        if !name.is_empty() {
            state.names.insert(file, name.clone());
        }
        name
    }

    fn claim(&self, run: &str, number: u64) -> PathBuf {
        self.root.join(files::CLAIMS).join(format!("{run}.{number}"))
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// How long to wait between two looks at what others do.
pub(crate) fn pause(lease: Duration) -> Duration {
    (lease / 20).clamp(Duration::from_millis(20), Duration::from_secs(2))
}

/// Whose result of the run counts; `None` where it is not finished.
pub(super) fn mark(root: &Path, run: &str) -> Option<Finished> {
    let text = fs::read_to_string(root.join(files::DONE).join(run)).ok()?;
    let Mark { worker, status } = toml::from_str(&text).ok()?;
    let home = root.join(files::WORKERS).join(worker);
    Some(Finished { run: run.to_owned(), status, home })
}

/// The names in a folder; none where there is no folder.
pub(super) fn names(folder: &Path) -> Result<Vec<String>, Error> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(Error::file(folder, &error)),
    };
    let name = |entry: std::io::Result<fs::DirEntry>| {
        entry.map(|entry| entry.file_name().to_string_lossy().into_owned())
    };
    entries.map(name).collect::<Result<_, _>>().map_err(|error| Error::file(folder, &error))
}

#[cfg(test)]
#[path = "claims_tests.rs"]
mod tests;
