use std::collections::HashSet;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

use crate::error::Error;
use crate::plan::Run;

/// Hands out runs to workers: each once, in the order of the plan, and not before the runs that it
/// needs are finished.
pub(super) struct Queue<'a> {
    state: Mutex<State<'a>>,
    changed: Condvar,
}

struct State<'a> {
    waiting: Vec<&'a Run>,
    finished: HashSet<&'a str>,
    error: Option<Error>,
}

impl<'a> Queue<'a> {
    pub(super) fn new(runs: &'a [Run], is_finished: impl Fn(&str) -> bool) -> Self {
        let (done, waiting): (Vec<&Run>, Vec<&Run>) =
            runs.iter().partition(|run| is_finished(&run.id));
        let finished = done.into_iter().map(|run| run.id.as_str()).collect();
        Self {
            state: Mutex::new(State { waiting, finished, error: None }),
            changed: Condvar::new(),
        }
    }

    /// The next run that can start; waits for one. `None` when there is nothing left or an error
    /// has ended it all.
    pub(super) fn next(&self) -> Option<&'a Run> {
        let mut state = self.lock();
        loop {
            if state.waiting.is_empty() || state.error.is_some() {
                return None;
            }
            let ready =
                |run: &&Run| run.needs.iter().all(|id| state.finished.contains(id.as_str()));
            if let Some(index) = state.waiting.iter().position(ready) {
                return Some(state.waiting.remove(index));
            }
            state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// A run has ended; the first error ends all.
    pub(super) fn done(&self, run: &'a Run, outcome: Result<(), Error>) {
        let mut state = self.lock();
        match outcome {
            Ok(()) => {
                state.finished.insert(&run.id);
            }
            Err(error) => {
                state.error.get_or_insert(error);
            }
        }
        self.changed.notify_all();
    }

    /// How it ended.
    pub(super) fn outcome(self) -> Result<(), Error> {
        let state = self.state.into_inner().unwrap_or_else(PoisonError::into_inner);
        state.error.map_or(Ok(()), Err)
    }

    fn lock(&self) -> MutexGuard<'_, State<'a>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::Kind;

    fn run(id: &str, needs: &[&str]) -> Run {
        let needs = needs.iter().map(|&id| id.to_owned()).collect();
        Run {
            id: id.to_owned(),
            seed: 0,
            kind: Kind::Parent,
            rewind_to: None,
            repeat: 1,
            at: Vec::new(),
            needs,
        }
    }

    #[test]
    fn runs_wait_for_what_they_need() {
        let runs = [
            run("a", &[]),
            run("b", &["a"]),
            run("c", &[]),
            run("d", &["a", "b"]),
            run("old", &[]),
        ];
        let queue = Queue::new(&runs, |id| id == "old");
        let (a, c) = (queue.next().unwrap(), queue.next().unwrap());
        assert_eq!((a.id.as_str(), c.id.as_str()), ("a", "c"));
        queue.done(a, Ok(()));
        let b = queue.next().unwrap();
        assert_eq!(b.id, "b");
        std::thread::scope(|scope| {
            let waiting = scope.spawn(|| queue.next().map(|run| run.id.clone()));
            queue.done(b, Ok(()));
            assert_eq!(waiting.join().unwrap().as_deref(), Some("d"));
        });
        assert!(queue.next().is_none());
        assert!(queue.outcome().is_ok());
    }

    #[test]
    fn an_error_ends_all() {
        let runs = [run("a", &[]), run("b", &["a"])];
        let queue = Queue::new(&runs, |_| false);
        let a = queue.next().unwrap();
        queue.done(a, Err(Error::Interrupted));
        assert!(queue.next().is_none());
        assert!(matches!(queue.outcome(), Err(Error::Interrupted)));
    }
}
