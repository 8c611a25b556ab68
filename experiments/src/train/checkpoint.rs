//! When a training writes down what it has reached, and where it finds it again.

use std::fmt;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use super::state::State;
use crate::archive::Archive;
use crate::error::Error;

/// Where a training keeps what it has reached, so that one that is cut off goes on from there.
///
/// A training that goes on ends in the same bits as one that was not disturbed: everything that its steps depend on
/// is in the file.
pub struct Checkpoints<'a> {
    /// The file.
    pub path: PathBuf,
    /// Files that may hold what was reached before, the best one first.
    pub earlier: Vec<PathBuf>,
    /// Facts that must be the same for it to go on from a file: which run, on what.
    pub identity: Vec<(&'static str, String)>,
    /// Time from one to the next.
    pub every: Duration,
    /// Is told the iterations that need not be done again.
    pub resumed: Box<dyn Fn(usize) + 'a>,
}

impl fmt::Debug for Checkpoints<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { path, every, .. } = self;
        f.debug_struct("Checkpoints")
            .field("path", path)
            .field("every", every)
            .finish_non_exhaustive()
    }
}

/// Wall-clock seconds that a training took before it was cut off.
const SECONDS: &str = "seconds";

/// Writes checkpoints by the clock.
pub(super) struct Keeper<'a> {
    checkpoints: Option<Checkpoints<'a>>,
    started: Instant,
    /// When the last one was written, or else the training begun.
    last: Instant,
    /// Whether this training has a file.
    has_file: bool,
    /// Seconds before it was cut off.
    pub(super) earlier: f64,
}

impl<'a> Keeper<'a> {
    pub(super) fn new(checkpoints: Option<Checkpoints<'a>>) -> Self {
        let now = Instant::now();
        Self { checkpoints, started: now, last: now, has_file: false, earlier: 0.0 }
    }

    /// Takes a training back to what was kept of it last; the iterations that are done.
    pub(super) fn resume(&mut self, state: &mut State<'_>, begin: usize) -> usize {
        let Some(checkpoints) = &self.checkpoints else { return begin };
        for path in &checkpoints.earlier {
            let outcome = Archive::read(path).and_then(|archive| match archive {
                Some(archive) => {
                    checkpoints.is_mine(&archive, path)?;
                    let done = state.go_back_to(&archive, path)?;
                    let seconds = archive.fact(SECONDS).and_then(|seconds| seconds.parse().ok());
                    Ok(Some((done, seconds.unwrap_or(0.0))))
                }
                None => Ok(None),
            });
            match outcome {
                Ok(Some((done, seconds))) => {
                    tracing::info!("{}: goes on after {done} iterations", path.display());
                    (self.has_file, self.earlier) = (true, seconds);
                    (checkpoints.resumed)(done - begin);
                    return done;
                }
                Ok(None) => {}
                // Nothing is lost but time.
                Err(error) => tracing::warn!("{error}; the training starts over"),
            }
        }
        begin
    }

    /// Writes what was reached, when it is time.
    pub(super) fn keep(&mut self, state: &State<'_>, done: usize) {
        let every = self.checkpoints.as_ref().map(|checkpoints| checkpoints.every);
        if every.is_some_and(|every| self.last.elapsed() >= every) {
            self.write(state, done);
        }
    }

    /// Writes the end of a training that was long enough: what follows may be cut off too.
    pub(super) fn keep_end(&mut self, state: &State<'_>, done: usize) {
        let every = self.checkpoints.as_ref().map(|checkpoints| checkpoints.every);
        if self.has_file || every.is_some_and(|every| self.started.elapsed() >= every) {
            self.write(state, done);
        }
    }

    /// Writes what was reached, where that is wanted at all.
    pub(super) fn write(&mut self, state: &State<'_>, done: usize) {
        let Some(checkpoints) = &self.checkpoints else { return };
        let mut archive = Archive::default();
        checkpoints.identity.iter().for_each(|(fact, value)| archive.set(fact, value));
        archive.set(SECONDS, self.earlier + self.started.elapsed().as_secs_f64());
        state.keep(done, &mut archive);
        match archive.write(&checkpoints.path) {
            Ok(()) => self.has_file = true,
            // The training itself is well.
            Err(error) => tracing::warn!("{error}; should it be cut off, the training loses more"),
        }
        self.last = Instant::now();
    }
}

impl Checkpoints<'_> {
    fn is_mine(&self, archive: &Archive, path: &std::path::Path) -> Result<(), Error> {
        let other = |(fact, value): &&(&'static str, String)| archive.fact(fact) != Some(value);
        let Some((fact, here)) = self.identity.iter().find(other) else { return Ok(()) };
        let found = archive.fact(fact).unwrap_or("not told");
        let problem = format!("{fact} {found}; here it is {here}");
        Err(Error::File { path: path.to_owned(), problem })
    }
}
