use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::error::Error;
use crate::plan::Run;
use crate::records::{files, read_table, write_table};
use crate::run::{Prepared, labels};

/// `plan.csv`: a run, and what it needs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct PlanRow {
    /// Id: a hash of all that determines the result.
    pub(crate) run: String,
    /// `dense` for the parent, else the pruning method.
    pub(crate) method: String,
    /// Where weights or channels compete; empty for the parent.
    pub(crate) scope: String,
    /// What was set of the method, as `name=value`.
    pub(crate) options: String,
    /// `one-shot`, `iterative` or `gradual`; empty for the parent.
    pub(crate) schedule: String,
    /// What happens to the survivors; `train` for the parent.
    pub(crate) retraining: String,
    /// The network's seed.
    pub(crate) seed: u64,
    /// Which repeat of it, from 1.
    pub(crate) repeat: usize,
    /// Ids of the runs that must be finished before, with a space between.
    pub(crate) needs: String,
    /// Trainings, one for each density.
    pub(crate) trainings: usize,
    /// Iterations of all of them.
    pub(crate) iterations: usize,
}

impl PlanRow {
    /// The rows of all runs, in the order of the plan.
    pub(crate) fn all(prepared: &Prepared) -> Vec<Self> {
        prepared.runs.iter().map(|run| Self::of(prepared, run)).collect()
    }

    fn of(prepared: &Prepared, run: &Run) -> Self {
        let [method, scope, options, schedule, retraining] = labels(run.kind);
        let trainings = run.trainings();
        Self {
            run: run.id.clone(),
            method,
            scope,
            options,
            schedule,
            retraining,
            seed: run.seed,
            repeat: run.repeat,
            needs: run.needs.join(" "),
            trainings,
            iterations: prepared.all_iterations(run),
        }
    }
}

/// Writes the plan into a results folder. One that has more runs, of which these are a part, stays.
///
/// # Errors
/// When the folder has the plan of another configuration, or cannot be written.
pub(crate) fn write(folder: &Path, plan: &[PlanRow]) -> Result<(), Error> {
    let path = folder.join(files::PLAN);
    let before: Vec<PlanRow> = read_table(&path)?;
    let within = |small: &[PlanRow], large: &[PlanRow]| {
        let ids: std::collections::HashSet<&str> = large.iter().map(|row| &*row.run).collect();
        small.iter().all(|row| ids.contains(&*row.run))
    };
    if within(&before, plan) {
        return if before == plan { Ok(()) } else { write_table(&path, plan) };
    }
    if within(plan, &before) {
        return Ok(());
    }
    let problem = format!(
        "is the plan of another configuration ({} runs); give the experiment another name or folder \
         (--results DIR)",
        before.len()
    );
    Err(Error::File { path, problem })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(ids: &[&str]) -> Vec<PlanRow> {
        let row = |id: &&str| PlanRow {
            run: (*id).to_owned(),
            method: "dense".to_owned(),
            scope: String::new(),
            options: String::new(),
            schedule: String::new(),
            retraining: "train".to_owned(),
            seed: 1,
            repeat: 1,
            needs: String::new(),
            trainings: 1,
            iterations: 10,
        };
        ids.iter().map(row).collect()
    }

    #[test]
    fn a_plan_may_grow_and_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path();
        let read = || read_table::<PlanRow>(&folder.join(files::PLAN)).unwrap();
        for (plan, left) in
            [(&["a"][..], &["a"][..]), (&["a", "b"], &["a", "b"]), (&["b"], &["a", "b"])]
        {
            write(folder, &rows(plan)).unwrap();
            assert_eq!(read(), rows(left));
        }
        let message = write(folder, &rows(&["a", "c"])).unwrap_err().to_string();
        assert!(message.contains("another configuration (2 runs)"), "{message}");
        assert_eq!(read(), rows(&["a", "b"]));
    }
}
