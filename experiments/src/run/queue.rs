use std::collections::HashSet;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crate::error::Error;
use crate::plan::Run;

/// Hands out runs to workers: each once, in the order of the plan, and not before the runs that it
/// needs are finished.
pub(super) struct Queue<'a> {
    state: Mutex<State<'a>>,
    changed: Condvar,
    others: Option<&'a dyn Others>,
}

/// Other processes that take from the same runs.
pub(super) trait Others: Sync {
    /// The runs that they have finished since the last call.
    fn finished(&self) -> Result<Vec<String>, Error>;
    /// Takes a run from them; `false` where they have it.
    fn take(&self, run: &Run) -> Result<bool, Error>;
    /// Whether to wait for what they are at.
    fn are_waited_for(&self) -> bool;
    /// How long to wait before looking again.
    fn pause(&self) -> Duration;
}

struct State<'a> {
    waiting: Vec<&'a Run>,
    finished: HashSet<&'a str>,
    /// Runs of this process under way.
    running: usize,
    error: Option<Error>,
}

impl<'a> Queue<'a> {
    pub(super) fn new(
        runs: &'a [Run],
        is_finished: impl Fn(&str) -> bool,
        others: Option<&'a dyn Others>,
    ) -> Self {
        let (done, waiting): (Vec<&Run>, Vec<&Run>) =
            runs.iter().partition(|run| is_finished(&run.id));
        let finished = done.into_iter().map(|run| run.id.as_str()).collect();
        Self {
            state: Mutex::new(State { waiting, finished, running: 0, error: None }),
            changed: Condvar::new(),
            others,
        }
    }

    /// The next run that can start; waits for one. `None` when there is nothing left or an error
    /// has ended it all.
    pub(super) fn next(&self) -> Option<&'a Run> {
        let mut state = self.lock();
        loop {
            let outcome = self.hear(&mut state).and_then(|()| self.first(&state));
            let first = outcome.unwrap_or_else(|error| {
                state.error.get_or_insert(error);
                None
            });
            if state.waiting.is_empty() || state.error.is_some() {
                self.changed.notify_all();
                return None;
            }
            if let Some(index) = first {
                state.running += 1;
                return Some(state.waiting.remove(index));
            }
            // What this process is at may be what a run needs.
            if state.running == 0 && self.others.is_some_and(|others| !others.are_waited_for()) {
                return None;
            }
            state = match self.others {
                None => self.changed.wait(state).unwrap_or_else(PoisonError::into_inner),
                Some(others) => {
                    let waited = self.changed.wait_timeout(state, others.pause());
                    waited.unwrap_or_else(PoisonError::into_inner).0
                }
            };
        }
    }

    /// What others have finished need not be done.
    fn hear(&self, state: &mut State<'a>) -> Result<(), Error> {
        let Some(others) = self.others else { return Ok(()) };
        for id in others.finished()? {
            if let Some(index) = state.waiting.iter().position(|run| run.id == id) {
                let run = state.waiting.remove(index);
                state.finished.insert(&run.id);
            }
        }
        Ok(())
    }

    /// The first of the waiting runs that can start, and that others leave.
    fn first(&self, state: &State<'a>) -> Result<Option<usize>, Error> {
        for (index, run) in state.waiting.iter().enumerate() {
            let ready = run.needs.iter().all(|id| state.finished.contains(id.as_str()));
            if ready && self.others.map_or(Ok(true), |others| others.take(run))? {
                return Ok(Some(index));
            }
        }
        Ok(None)
    }

    /// Another process does the run now; it waits for that one to finish it.
    pub(super) fn leave(&self, run: &'a Run) {
        let mut state = self.lock();
        state.waiting.push(run);
        state.running -= 1;
        self.changed.notify_all();
    }

    /// A run has ended; the first error ends all.
    pub(super) fn done(&self, run: &'a Run, outcome: Result<(), Error>) {
        let mut state = self.lock();
        state.running -= 1;
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
        let queue = Queue::new(&runs, |id| id == "old", None);
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
        let queue = Queue::new(&runs, |_| false, None);
        let a = queue.next().unwrap();
        queue.done(a, Err(Error::Interrupted));
        assert!(queue.next().is_none());
        assert!(matches!(queue.outcome(), Err(Error::Interrupted)));
    }

    /// Others that have one run, and finish it after so many questions.
    struct Busy(Mutex<usize>, bool);

    impl Others for Busy {
        fn finished(&self) -> Result<Vec<String>, Error> {
            let mut left = self.0.lock().unwrap();
            *left = left.saturating_sub(1);
            Ok(if *left == 0 { vec!["a".to_owned()] } else { Vec::new() })
        }

        fn take(&self, run: &Run) -> Result<bool, Error> {
            Ok(run.id != "a")
        }

        fn are_waited_for(&self) -> bool {
            self.1
        }

        fn pause(&self) -> Duration {
            Duration::from_millis(1)
        }
    }

    #[test]
    fn what_others_have_is_waited_for() {
        let runs = [run("a", &[]), run("b", &["a"]), run("c", &[])];
        let others = Busy(Mutex::new(5), true);
        let queue = Queue::new(&runs, |_| false, Some(&others));
        let c = queue.next().unwrap();
        assert_eq!(c.id, "c");
        queue.done(c, Ok(()));
        let b = queue.next().unwrap();
        assert_eq!(b.id, "b");
        assert_eq!(*others.0.lock().unwrap(), 0);
        // It is taken over while it is done here, and then finished by others.
        let hasty = Busy(Mutex::new(usize::MAX), false);
        let left = Queue::new(&runs, |_| false, Some(&hasty));
        let only = left.next().unwrap();
        assert_eq!(only.id, "c");
        left.done(only, Ok(()));
        assert!(left.next().is_none() && left.outcome().is_ok());
        queue.leave(b);
        assert_eq!(queue.next().unwrap().id, "b");
        queue.done(b, Ok(()));
        assert!(queue.next().is_none() && queue.outcome().is_ok());
    }
}
