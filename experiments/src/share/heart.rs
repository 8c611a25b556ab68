use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use super::beat::{Beat, Running, State};
use super::process::Process;
use crate::error::Error;

/// What this process is doing, for those who watch.
#[derive(Debug, Default)]
pub(crate) struct Board(Mutex<Doing>);

#[derive(Debug, Default)]
struct Doing {
    running: BTreeMap<String, (Running, Instant)>,
    finished: usize,
}

impl Board {
    /// A run begins.
    pub(crate) fn begin(&self, run: &str, name: &str, rounds: usize) {
        let (run, name) = (run.to_owned(), name.to_owned());
        let running = Running { run: run.clone(), name, round: 1, rounds, seconds: 0 };
        self.lock().running.insert(run, (running, Instant::now()));
    }

    /// It is at this density, from 1.
    pub(crate) fn at_round(&self, run: &str, round: usize) {
        if let Some((running, _)) = self.lock().running.get_mut(run) {
            running.round = round;
        }
    }

    /// It is over, and finished or not.
    pub(crate) fn end(&self, run: &str, is_finished: bool) {
        let mut doing = self.lock();
        doing.running.remove(run);
        doing.finished += usize::from(is_finished);
    }

    fn running(&self) -> (Vec<Running>, usize) {
        let doing = self.lock();
        let now = |(running, since): &(Running, Instant)| Running {
            seconds: since.elapsed().as_secs(),
            ..running.clone()
        };
        (doing.running.values().map(now).collect(), doing.finished)
    }

    fn lock(&self) -> MutexGuard<'_, Doing> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A thread that says again and again that this process lives.
#[derive(Debug)]
pub(crate) struct Heart {
    thread: Option<JoinHandle<()>>,
    end: Sender<State>,
    board: Arc<Board>,
}

impl Heart {
    /// Starts it: ten times in a lease it writes what the process is doing into the folder.
    pub(crate) fn start(
        folder: &Path,
        worker: &str,
        jobs: usize,
        lease: Duration,
    ) -> Result<Self, Error> {
        let every = lease / 10;
        let board = Arc::new(Board::default());
        let (end, ended) = mpsc::channel();
        let mut beats = Beats {
            folder: folder.to_owned(),
            board: board.clone(),
            last: Beat {
                worker: worker.to_owned(),
                count: 0,
                lease: lease.as_secs_f64(),
                jobs,
                finished: 0,
                state: State::Working,
                process: Process::this(),
                running: Vec::new(),
            },
        };
        beats.next(State::Working)?;
        let thread = std::thread::Builder::new().name("heart".to_owned()).spawn(move || {
            let mut is_well = true;
            loop {
                let state = match ended.recv_timeout(every) {
                    Ok(state) => state,
                    Err(RecvTimeoutError::Timeout) => State::Working,
                    Err(RecvTimeoutError::Disconnected) => State::Ended,
                };
                let goes_on = state == State::Working;
                match beats.next(state) {
                    Ok(()) => is_well = true,
                    // Said once: the runs find out by themselves what it means for their rows.
                    Err(error) if is_well => {
                        tracing::warn!("others cannot see that this process lives: {error}");
                        is_well = false;
                    }
                    Err(_) => {}
                }
                if !goes_on {
                    return;
                }
            }
        });
        let thread = thread.map_err(|error| Error::file(folder, &error))?;
        Ok(Self { thread: Some(thread), end, board })
    }

    /// Where to tell what is being done.
    pub(crate) fn board(&self) -> &Board {
        &self.board
    }

    /// Says a last time how it ended.
    pub(crate) fn stop(mut self, state: State) {
        // A thread that has panicked has said so itself.
        let _ = self.end.send(state);
        let _ = self.thread.take().map(JoinHandle::join);
    }
}

struct Beats {
    folder: PathBuf,
    board: Arc<Board>,
    last: Beat,
}

impl Beats {
    fn next(&mut self, state: State) -> Result<(), Error> {
        let (running, finished) = self.board.running();
        self.last.count += 1;
        (self.last.running, self.last.finished, self.last.state) = (running, finished, state);
        self.last.write(&self.folder)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(folder: &Path) -> Beat {
        Beat::parse(&Beat::text(folder)).unwrap()
    }

    #[test]
    fn it_beats_until_it_is_stopped() {
        let folder = tempfile::tempdir().unwrap();
        let heart = Heart::start(folder.path(), "a", 2, Duration::from_millis(50)).unwrap();
        let first = said(folder.path());
        heart.board().begin("x", "sipp, seed 1", 3);
        heart.board().at_round("x", 2);
        let mut now = said(folder.path());
        while now.count == first.count || now.running.is_empty() {
            now = said(folder.path());
        }
        assert_eq!((now.running[0].round, now.running[0].rounds), (2, 3));
        assert!(!now.is_over());
        heart.board().end("x", true);
        heart.stop(State::Ended);
        let last = said(folder.path());
        assert!(last.is_over() && last.running.is_empty() && last.finished == 1);
    }
}
