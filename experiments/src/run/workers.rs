use std::fmt::Write;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::Ordering;

use super::choice::How;
use super::context::{Context, labels};
use super::queue::Queue;
use super::{parent, survivors};
use crate::error::Error;
use crate::plan::{Kind, Run};

/// Carries out all pending runs, `jobs` at a time.
///
/// Each worker computes on one thread of its own: independent runs side by side use the cores
/// better than one run on many threads, and the bits cannot depend on how many there are.
pub(super) fn run_all(context: &Context<'_>, jobs: usize) -> Result<(), Error> {
    let queue = Queue::new(&context.prepared.runs, |id| context.store.is_finished(id));
    std::thread::scope(|scope| {
        for _ in 0..jobs.max(1) {
            scope.spawn(|| work(context, &queue));
        }
    });
    queue.outcome()
}

fn work<'a>(context: &Context<'a>, queue: &Queue<'a>) {
    let single = rayon::ThreadPoolBuilder::new().num_threads(1).build();
    while let Some(run) = queue.next() {
        let outcome = match &single {
            Ok(pool) => pool.install(|| guarded(context, run)),
            Err(error) => Err(Error::Internal { run: run.id.clone(), problem: error.to_string() }),
        };
        if outcome.is_err() {
            // The others end after the iteration under way.
            context.stop.store(true, Ordering::Relaxed);
        }
        queue.done(run, outcome);
    }
}

/// A panic in one run is a mistake of this program; it must not take the others' rows along.
fn guarded(context: &Context<'_>, run: &Run) -> Result<(), Error> {
    if context.stop.load(Ordering::Relaxed) {
        return Err(Error::Interrupted);
    }
    let outcome = catch_unwind(AssertUnwindSafe(|| one(context, run)));
    outcome.unwrap_or_else(|panic| {
        let text = panic.downcast_ref::<String>().map(String::as_str);
        let problem = text
            .or_else(|| panic.downcast_ref::<&str>().copied())
            .unwrap_or("no message")
            .to_owned();
        Err(Error::Internal { run: run.id.clone(), problem })
    })
}

fn one(context: &Context<'_>, run: &Run) -> Result<(), Error> {
    let mut name = labels(run.kind).join(" ").split_whitespace().collect::<Vec<_>>().join(" ");
    if run.repeat > 1 {
        let _ = write!(name, ", repeat {}", run.repeat);
    }
    tracing::debug!("{} starts: {name}, seed {}", run.id, run.seed);
    match run.kind {
        Kind::Parent => parent::run(context, run)?,
        Kind::Survivors { method, timing, retraining } => {
            survivors::run(context, run, How { method, timing, retraining })?;
        }
    }
    tracing::info!("{:>3} %  {name}, seed {}", context.meter.percent(), run.seed);
    Ok(())
}
