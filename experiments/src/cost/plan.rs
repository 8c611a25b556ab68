//! What a plan costs, before anything of it is run.

use std::fmt::Write;
use std::path::Path;
use std::time::{Duration, Instant};

use models::Network;

use crate::plan::{Kind, Run};
use crate::run::{Prepared, space};
use crate::seeds::Seeds;
use crate::step::Step;
use crate::train::{Masking, Steps, Training, train};

/// What a plan costs.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Cost {
    /// Of all trainings.
    pub(crate) iterations: usize,
    /// That they take on one core, by a few measured steps.
    pub(crate) seconds: f64,
}

/// Measures it on this machine.
pub(crate) fn measured(prepared: &Prepared) -> Cost {
    by_step(prepared, seconds_per_step(prepared))
}

/// What it costs with so many seconds for a step.
pub(crate) fn by_step(prepared: &Prepared, seconds: f64) -> Cost {
    let iterations = iterations(prepared);
    Cost { iterations, seconds: seconds * iterations as f64 }
}

fn iterations(prepared: &Prepared) -> usize {
    prepared.runs.iter().map(|run| prepared.all_iterations(run)).sum()
}

/// The plan: runs by kind, trainings, iterations, multiply-adds, and the time they should take on
/// this machine, from a few measured training steps.
pub fn describe(prepared: &Prepared, folder: &Path, jobs: usize) -> String {
    let Prepared { experiment, architecture, data, runs, .. } = prepared;
    let per_epoch = data.batches_per_epoch(experiment.train.batch_size);
    let trainings: usize =
        runs.iter().filter(|run| prepared.iterations(run) > 0).map(Run::trainings).sum();
    let iterations = iterations(prepared);
    // Forward, and twice as much backward.
    let multiply_adds = 3 * architecture.multiply_adds() * experiment.train.batch_size * iterations;
    // From now on the peak counts anew, where the system can do that.
    let _ = std::fs::write("/proc/self/clear_refs", "5");
    let before = resident(MemoryNow::Now);
    let step = seconds_per_step(prepared);
    let training = resident(MemoryNow::Peak)
        .zip(before)
        .map(|(peak, before)| (before, peak.saturating_sub(before)));
    let parents = runs.iter().filter(|run| run.kind == Kind::Parent).count();
    let mut text = String::new();
    let mut line = |label: &str, value: String| {
        let _ = writeln!(text, "{label:<16} {value}");
    };
    line("experiment", experiment.name.clone());
    line(
        "network",
        format!(
            "{}: {} parameters, {} prunable",
            architecture.name(),
            architecture.parameters(),
            architecture.prunable_weights()
        ),
    );
    line(
        "data",
        format!(
            "{} ({}): {} training, {} validation, {} test images",
            data.name,
            data.origin,
            data.training.len(),
            data.validation.len(),
            data.test.len()
        ),
    );
    line("results", folder.display().to_string());
    line(
        "densities",
        experiment.densities.iter().map(ToString::to_string).collect::<Vec<_>>().join(" "),
    );
    line("points", data.point_count(experiment, architecture).to_string());
    line("runs", format!("{} ({parents} dense, {} pruned)", runs.len(), runs.len() - parents));
    line(
        "trainings",
        format!(
            "{trainings}, {iterations} iterations of batch {} ({per_epoch} to an epoch)",
            experiment.train.batch_size
        ),
    );
    let second: usize =
        runs.iter().map(|run| run.trainings() * prepared.second_iterations(run)).sum();
    if second > 0 {
        line(
            "second copies",
            format!("{second} of these iterations, for the stability of the first"),
        );
    }
    line("multiply-adds", format!("{multiply_adds:.2e} in training"));
    if let Some((before, training)) = training {
        line(
            "memory",
            format!(
                "about {} MB: {} for data and program, {} for each of {jobs} trainings at a time, as measured; \
                 evaluations and methods may take more",
                (before + jobs * training) / MB,
                before / MB,
                training / MB
            ),
        );
    }
    line(
        "disk",
        format!("at most about {} MB", space::needed(prepared, jobs, |_| false) / MB as u64),
    );
    let estimate = Duration::from_secs_f64(step * iterations as f64 / jobs as f64);
    line(
        "time",
        format!(
            "about {} with {jobs} at a time ({:.2} ms a step, measured alone; evaluations come on top)",
            words(estimate),
            1e3 * step
        ),
    );
    text
}

const MB: usize = 1_000_000;

/// Which figure of this process's memory.
enum MemoryNow {
    Now,
    /// The largest so far.
    Peak,
}

/// Bytes that this process holds in memory; `None` where the system does not tell.
fn resident(which: MemoryNow) -> Option<usize> {
    let name = match which {
        MemoryNow::Now => "VmRSS:",
        MemoryNow::Peak => "VmHWM:",
    };
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix(name))?;
    let kilobytes: usize = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kilobytes * 1024)
}

/// A time, as people say it.
pub(crate) fn words(time: Duration) -> String {
    match time.as_secs() {
        seconds @ 0..120 => format!("{seconds} seconds"),
        seconds @ 120..7200 => format!("{} minutes", seconds / 60),
        seconds => format!("{:.1} hours", seconds as f64 / 3600.0),
    }
}

/// Seconds of one training step on one thread, over a short training after a shorter one to warm up.
fn seconds_per_step(prepared: &Prepared) -> f64 {
    const STEPS: usize = 40;
    let Prepared { experiment, architecture, data, device, .. } = prepared;
    let seeds = Seeds::new(experiment.seeds[0]);
    // No look at the validation set but the last, whose time does not count.
    let mut recipe = experiment.train.clone();
    recipe.evaluate_every = Step::Iterations(usize::MAX);
    let measure = |steps: usize| {
        let network = Network::new(architecture.clone(), experiment.init, seeds.init(), device);
        let training = Training {
            data,
            recipe: &recipe,
            steps: Steps::Dense,
            iterations: 0..steps + 1,
            order: seeds.order(0),
            augmentation: experiment.augmentation.map(|how| (how, seeds.augmentation(0))),
            masking: Masking::None,
            fork: None,
            snapshots: Vec::new(),
            checkpoints: None,
            shown: None,
        };
        let started = Instant::now();
        let count = std::cell::Cell::new(0);
        let go_on = || {
            count.set(count.get() + 1);
            count.get() < steps
        };
        // Stopped by `go_on` after so many steps.
        let _ = train(network, training, go_on);
        // A graphics card may still be computing; a failure of it is told where the runs meet it.
        let _ = device.sync();
        started.elapsed().as_secs_f64() / steps as f64
    };
    let single = rayon::ThreadPoolBuilder::new().num_threads(1).build();
    let run = || {
        measure(5);
        measure(STEPS)
    };
    match single {
        Ok(pool) => pool.install(run),
        Err(_) => run(),
    }
}
