use std::collections::{HashMap, HashSet};
use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use super::beat::{Beat, Running, State};
use super::claims::{mark, names};
use super::plan::PlanRow;
use crate::cost::words;
use crate::error::Error;
use crate::records::{RunRow, files, read_table};

/// What is known of the runs of a results folder, from its files alone.
#[derive(Debug)]
pub(crate) struct Status {
    plan: Vec<PlanRow>,
    finished: Vec<RunRow>,
    processes: Vec<Seen>,
}

/// A process that writes, or wrote, here.
#[derive(Debug)]
struct Seen {
    beat: Beat,
    /// Since it was last heard of.
    age: Duration,
}

impl Seen {
    /// Whether nothing more is expected of it.
    fn has_gone(&self) -> bool {
        self.beat.is_over() || self.age.as_secs_f64() > self.beat.lease
    }
}

/// Reads it.
///
/// # Errors
/// When there is no plan, or a file cannot be read.
pub(crate) fn status(root: &Path) -> Result<Status, Error> {
    let plan: Vec<PlanRow> = read_table(&root.join(files::PLAN))?;
    if plan.is_empty() {
        let problem = "no plan; expected the results folder of an experiment that was begun";
        return Err(Error::File { path: root.join(files::PLAN), problem: problem.to_owned() });
    }
    let workers = names(&root.join(files::WORKERS))?;
    let workers = workers.iter().map(|name| root.join(files::WORKERS).join(name));
    let now = now(root);
    let seen = |folder: PathBuf| -> Option<Seen> {
        let beat = Beat::parse(&Beat::text(&folder))?;
        let said = folder.join(files::BEAT).metadata().and_then(|data| data.modified()).ok()?;
        Some(Seen { beat, age: now.duration_since(said).unwrap_or_default() })
    };
    let mut processes: Vec<Seen> =
        std::iter::once(root.to_owned()).chain(workers).filter_map(seen).collect();
    processes.sort_by(|a, b| a.beat.worker.cmp(&b.beat.worker));
    Ok(Status { finished: finished(root)?, plan, processes })
}

/// The lines of all finished runs, wherever they stand.
fn finished(root: &Path) -> Result<Vec<RunRow>, Error> {
    let mut rows: Vec<RunRow> = read_table(&root.join(files::RUNS))?;
    let mut known: HashSet<String> = rows.iter().map(|row| row.run.clone()).collect();
    let mut tables: HashMap<PathBuf, Vec<RunRow>> = HashMap::new();
    for run in names(&root.join(files::DONE))? {
        let Some(home) = mark(root, &run).map(|finished| finished.home) else { continue };
        if !known.insert(run.clone()) {
            continue;
        }
        let table = match tables.get(&home) {
            Some(table) => table,
            None => {
                let table = read_table(&home.join(files::RUNS))?;
                tables.entry(home).or_insert(table)
            }
        };
        rows.extend(table.iter().find(|row| row.run == run).cloned());
    }
    Ok(rows)
}

/// The time by the clock that puts times on the files of this folder, which may be another machine's.
fn now(root: &Path) -> SystemTime {
    let written = tempfile::tempfile_in(root).and_then(|mut file| {
        std::io::Write::write_all(&mut file, b"now")?;
        file.metadata()?.modified()
    });
    // Where nothing can be written, by this machine's own.
    written.unwrap_or_else(|_| SystemTime::now())
}

impl Status {
    /// Runs that are finished, with a result or without.
    pub(crate) fn finished(&self) -> usize {
        let planned: HashSet<&str> = self.plan.iter().map(|row| &*row.run).collect();
        self.finished.iter().filter(|row| planned.contains(&*row.run)).count()
    }

    /// Those of them that have densities without a result.
    pub(crate) fn without_result(&self) -> usize {
        self.finished.iter().filter(|row| row.status != "ok").count()
    }

    /// Runs of the plan.
    pub(crate) fn planned(&self) -> usize {
        self.plan.len()
    }

    /// Runs that a process is at that has not gone.
    pub(crate) fn running(&self) -> usize {
        self.runs_under_way().count()
    }

    /// Processes that could not go on.
    pub(crate) fn failed(&self) -> usize {
        let failed = |seen: &&Seen| matches!(seen.beat.state, State::Failed(_));
        self.processes.iter().filter(failed).count()
    }

    /// Processes that are at work.
    pub(crate) fn working(&self) -> usize {
        self.at_work().count()
    }

    fn at_work(&self) -> impl Iterator<Item = &Seen> {
        self.processes.iter().filter(|seen| !seen.has_gone())
    }

    /// What a process is at may just have been finished.
    fn runs_under_way(&self) -> impl Iterator<Item = &Running> {
        let running = self.at_work().flat_map(|seen| &seen.beat.running);
        running.filter(|running| self.finished.iter().all(|row| row.run != running.run))
    }

    /// Seconds of work that are left, on one core, by what finished runs of the same retraining took for an
    /// iteration, or else any run; `None` before the first has finished.
    pub(crate) fn seconds_left(&self) -> Option<f64> {
        let plan: HashMap<&str, &PlanRow> = self.plan.iter().map(|row| (&*row.run, row)).collect();
        let mut measured: HashMap<&str, (f64, usize, usize)> = HashMap::new();
        for row in &self.finished {
            let Some(planned) = plan.get(&*row.run) else { continue };
            for key in [&*planned.retraining, ""] {
                let (seconds, iterations, runs) = measured.entry(key).or_default();
                *seconds += row.seconds;
                *iterations += planned.iterations;
                *runs += 1;
            }
        }
        let finished: HashSet<&str> = self.finished.iter().map(|row| &*row.run).collect();
        let left = self.plan.iter().filter(|row| !finished.contains(&*row.run));
        let estimate = |row: &PlanRow| {
            let like = measured.get(&*row.retraining).or_else(|| measured.get(""));
            like.map(|&(seconds, iterations, runs)| match iterations {
                0 => seconds / runs as f64,
                _ => seconds * row.iterations as f64 / iterations as f64,
            })
        };
        let under_way: u64 = self.runs_under_way().map(|run| run.seconds).sum();
        let total: f64 = left.map(estimate).sum::<Option<f64>>()?;
        Some((total - under_way as f64).max(0.0))
    }

    /// Seconds that the finished runs took.
    pub(crate) fn seconds_spent(&self) -> f64 {
        self.finished.iter().map(|row| row.seconds).sum()
    }

    /// Runs at a time of all processes at work.
    pub(crate) fn jobs(&self) -> usize {
        self.at_work().map(|seen| seen.beat.jobs).sum()
    }

    /// As a table for people.
    pub(crate) fn text(&self) -> String {
        let mut text = String::new();
        let (finished, running) = (self.finished(), self.running());
        let waiting = self.planned().saturating_sub(finished + running);
        let mut line = |label: &str, value: String| {
            let _ = writeln!(text, "{label:<16} {value}");
        };
        let without = match self.without_result() {
            0 => String::new(),
            count => format!(", {count} of them with densities that have no result"),
        };
        line("finished", format!("{finished} of {} runs{without}", self.planned()));
        line("running", running.to_string());
        line("waiting", waiting.to_string());
        line("time left", self.time_left());
        text + &self.processes()
    }

    /// What the processes do, a line or more for each.
    pub(crate) fn processes(&self) -> String {
        let mut text = String::new();
        let mut line = |label: &str, value: String| {
            let _ = writeln!(text, "{label:<16} {value}");
        };
        for seen in &self.processes {
            let Seen { beat, age } = seen;
            let name = if beat.worker.is_empty() { "this folder" } else { &beat.worker };
            let doing = match &beat.state {
                State::Working if beat.process.has_died() => "died".to_owned(),
                State::Working if seen.has_gone() => format!("not heard of for {}", words(*age)),
                State::Working => format!("working, last heard of {} ago", words(*age)),
                State::Ended => "ended".to_owned(),
                State::Failed(problem) => format!("failed: {problem}"),
            };
            line(name, format!("{} finished, {doing}", beat.finished));
            for run in beat.running.iter().filter(|_| !seen.has_gone()) {
                let round = format!("density {} of {}", run.round, run.rounds);
                let since = words(Duration::from_secs(run.seconds));
                line("", format!("{} {}: {round}, {since}", run.run, run.name));
            }
        }
        text
    }

    fn time_left(&self) -> String {
        let cores = self.jobs();
        let measured = self.finished.len();
        match self.seconds_left() {
            _ if self.finished() == self.planned() => "none".to_owned(),
            None => "not known before the first run has finished".to_owned(),
            Some(seconds) if cores == 0 => {
                let time = words(Duration::from_secs_f64(seconds));
                format!("{time} on one core, by {measured} finished runs; nobody is at work")
            }
            Some(seconds) => {
                let time = words(Duration::from_secs_f64(seconds / cores as f64));
                format!("about {time} with {cores} at a time, by {measured} finished runs")
            }
        }
    }
}
