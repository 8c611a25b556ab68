//! The name of every file in a results folder.

use std::path::{Path, PathBuf};

/// One row per finished run.
pub const RUNS: &str = "runs.csv";
/// One row per run and density.
pub const CURVES: &str = "curves.csv";
/// One row per run, density and layer.
pub const LAYERS: &str = "layers.csv";
/// One row per run, density and look at the validation set.
pub const HISTORY: &str = "history.csv";
/// One row per run, density and corruption of the test images.
pub const CORRUPTIONS: &str = "corruptions.csv";
/// One row per run, density and moment from which a training was done twice.
pub const STABILITY: &str = "stability.csv";
/// One row per run that has a certificate, density and layer, and one for the whole network.
pub const CERTIFICATES: &str = "certificates.csv";
/// One file per run, with one row per density and side of a unit.
pub const SIDES: &str = "certificates";
/// One row per network and density that `bench` has measured.
pub const SPEED: &str = "speed.csv";
/// One row per layer, network and density that `bench` has measured.
pub const SPEED_LAYERS: &str = "speed-layers.csv";
/// One row per network, kind of mask and density at which `calibrate` has measured steps.
pub const STEPS: &str = "steps.csv";
/// One row per comparison that a verdict rests on.
pub const VERDICTS: &str = "verdicts.csv";
/// One row per curve and loss that is put up with: how much may go.
pub const POTENTIALS: &str = "potentials.csv";
/// One row per curve, density and quantity: means and extremes.
pub const MEANS: &str = "means.csv";
/// One row per curve that is no control and density: what it took to find, and what it saves.
pub const COSTS: &str = "costs.csv";
/// The report as text.
pub const REPORT_TEXT: &str = "report.md";
/// The report as a page.
pub const REPORT_PAGE: &str = "report.html";
/// One row per finding of others that was looked for.
pub const COMPARISON: &str = "comparison.csv";
/// The configuration with every default.
pub const CONFIG: &str = "config.toml";
/// What steps cost, where `auto` has chosen by it.
pub const CALIBRATION: &str = "calibration.toml";
/// The table that the terminal shows at the end.
pub const SUMMARY: &str = "summary.txt";
/// The log.
pub const LOG: &str = "log.txt";
/// Pictures.
pub const PLOTS: &str = "plots";
/// Weights and masks that later runs start from; may be deleted when all is done.
pub const CHECKPOINTS: &str = "checkpoints";
/// One row per planned run.
pub const PLAN: &str = "plan.csv";
/// A results folder for each point of a sweep.
pub const POINTS: &str = "points";
/// One row per place of a point on a rung of a sweep.
pub const POINTS_TABLE: &str = "points.csv";
/// The rows of all points of a sweep, with the values that were swept.
pub const SWEEP: &str = "sweep.csv";
/// What the process that writes here is doing.
pub const BEAT: &str = "worker.toml";
/// A results folder for each of the processes that share the runs.
pub const WORKERS: &str = "workers";
/// `<run>.<n>` names the process that does the run, after n others have gone.
pub const CLAIMS: &str = "claims";
/// `<run>` names the process whose result counts.
pub const DONE: &str = "done";
/// Held by the process that writes here, or by all that share the runs.
pub const LOCK: &str = ".lock";

/// Weights of a parent: after training, and at the moment that `rewind` goes back to.
pub fn weights(folder: &Path, run: &str, moment: &str) -> PathBuf {
    folder.join(CHECKPOINTS).join(format!("{run}-{moment}.safetensors"))
}

/// Sides of all units in the certificates of a run.
pub fn sides(folder: &Path, run: &str) -> PathBuf {
    folder.join(SIDES).join(format!("{run}.csv"))
}

/// Mask that a run found at the k-th density.
pub fn mask(folder: &Path, run: &str, k: usize) -> PathBuf {
    folder.join(CHECKPOINTS).join(format!("{run}-mask-{k}.safetensors"))
}

/// What a run that is not finished has reached.
pub fn rounds(folder: &Path, run: &str) -> PathBuf {
    folder.join(CHECKPOINTS).join(format!("{run}{ROUNDS}"))
}

/// How the names of such files end.
pub const ROUNDS: &str = "-rounds.safetensors";

/// What a training that is not finished has reached: that of a run with the k-th order of batches, or its copy that
/// sees others from iteration `fork` on.
pub fn training(folder: &Path, run: &str, k: usize, fork: Option<usize>) -> PathBuf {
    let fork = fork.map_or_else(String::new, |fork| format!("-fork-{fork}"));
    folder.join(CHECKPOINTS).join(format!("{run}-{k}{fork}{TRAINING}"))
}

/// How the names of such files end.
pub const TRAINING: &str = "-training.safetensors";

/// The run that a file is of which has reached something on its way.
pub(crate) fn run_under_way(name: &str) -> Option<&str> {
    let run = name.strip_suffix(TRAINING).and_then(|name| name.split('-').next());
    name.strip_suffix(ROUNDS).or(run)
}
