//! The program on a GPU backend, over whatever Vulkan finds; in CI that is Mesa's software adapter.
#![cfg(feature = "wgpu-lean")]

mod common;

use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

use common::{Lab, stderr, timeless};
use experiments::records::{CurveRow, RunRow};

/// Trained, pruned and retrained on the embedded digits.
const DIGITS: &str = r#"
name = "digits"
seeds = [1]

[dataset]
name = "digits"
validation = 0.2

[network]
name = "lenet-300-100"

[train]
length = "60 iterations"
learning_rate = 0.05
momentum = 0.9
weight_decay = 1e-4
schedule = "linear"
evaluate_every = "20 iterations"

[prune]
methods = ["magnitude", "sipp"]
densities = [0.3, 0.1]
retraining = ["none", "fine-tune"]
points = 16
"#;

const ON_GPU: [&str; 2] = ["--backend", "wgpu"];

fn rows<T: serde::de::DeserializeOwned>(path: &Path) -> Vec<T> {
    let mut table = csv::Reader::from_path(path).unwrap();
    table.deserialize().map(Result::unwrap).collect()
}

/// A machine without any Vulkan driver, whatever the loader's version.
fn without_driver(command: &mut Command) -> &mut Command {
    command.env("VK_DRIVER_FILES", "/nonexistent").env("VK_ICD_FILENAMES", "/nonexistent")
}

fn failed(output: &Output, parts: &[&str]) {
    let text = stderr(output);
    assert_eq!(output.status.code(), Some(1), "{text}");
    assert!(!text.contains("panicked"), "{text}");
    parts.iter().for_each(|part| assert!(text.contains(part), "no \"{part}\" in {text}"));
}

#[test]
fn an_experiment_ends_where_it_does_on_the_processor() {
    let lab = Lab::new(DIGITS);
    let out = lab.succeed(&["--backend", "wgpu", "--device", "0", "--results", "gpu"]);
    assert!(out.contains("backend wgpu ("), "{out}");
    lab.succeed(&["--results", "cpu"]);
    let finished: Vec<RunRow> = rows(&lab.path("gpu/runs.csv"));
    assert!(finished.iter().all(|run| run.backend == "wgpu" && !run.adapter.is_empty()));
    let finished: Vec<RunRow> = rows(&lab.path("cpu/runs.csv"));
    assert!(finished.iter().all(|run| run.backend == "flex" && run.adapter.is_empty()));
    let (gpu, cpu) = (rows::<CurveRow>(&lab.path("gpu/curves.csv")), lab.path("cpu/curves.csv"));
    let cpu: Vec<CurveRow> = rows(&cpu);
    assert_eq!((gpu.len(), cpu.len()), (9, 9));
    for (gpu, cpu) in gpu.iter().zip(&cpu) {
        assert_ne!(gpu.run, cpu.run);
        assert_eq!((&gpu.status, gpu.kept_weights), (&cpu.status, cpu.kept_weights));
        let accuracies = |row: &CurveRow| [row.test_accuracy_before, row.test_accuracy];
        for (gpu, cpu) in accuracies(gpu).into_iter().zip(accuracies(cpu)) {
            let difference = (gpu.unwrap_or(0.0) - cpu.unwrap_or(0.0)).abs();
            assert!(difference <= 0.02, "{gpu:?} and {cpu:?}");
        }
    }
}

#[test]
fn a_run_that_was_killed_goes_on() {
    let lab = Lab::new(&DIGITS.replace("60 iterations", "300 iterations"));
    let arguments = ["config.toml", "--backend", "wgpu", "--results", "r"];
    let mut child =
        lab.command(&arguments).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    let finished = || std::fs::read_to_string(lab.path("r/runs.csv")).unwrap_or_default();
    let deadline = Instant::now() + Duration::from_secs(300);
    while finished().lines().count() < 3 && Instant::now() < deadline {
        assert!(child.try_wait().unwrap().is_none(), "it ended before it could be killed");
        std::thread::sleep(Duration::from_millis(5));
    }
    child.kill().unwrap();
    child.wait().unwrap();
    let before = timeless(&lab.path("r/runs.csv"));
    let out = lab.succeed(&["--backend", "wgpu", "--results", "r"]);
    assert!(out.contains(&format!("{} of them finished before", before.len() - 1)), "{out}");
    let after = timeless(&lab.path("r/runs.csv"));
    assert_eq!(after.len(), 6, "header, parent and four runs");
    assert!(before.iter().all(|row| after.contains(row)), "what was finished stays");
    // And nothing is left to be done.
    let out = lab.succeed(&["--backend", "wgpu", "--results", "r"]);
    assert!(out.contains("5 of them finished before"), "{out}");
}

#[test]
fn a_device_that_is_not_there_is_told() {
    let lab = Lab::new(DIGITS);
    let output = lab.run(&["--backend", "wgpu", "--device", "77"]);
    failed(&output, &["backend \"wgpu\": no device 77", "device"]);
    let mut command = lab.command(&["config.toml", "--backend", "wgpu"]);
    let output = without_driver(&mut command).output().unwrap();
    failed(&output, &["backend \"wgpu\": no device answers", "libvulkan1", "backend = \"flex\""]);
}

#[test]
fn auto_tells_what_it_takes_instead() {
    let lab = Lab::new(DIGITS);
    let arguments = ["config.toml", "--backend", "auto", "--results", "r", "--set"];
    let mut command = lab.command(&arguments);
    command.arg("prune.retraining=[\"none\"]");
    let output = without_driver(&mut command).output().unwrap();
    let text = stderr(&output);
    assert!(output.status.success(), "{text}");
    assert!(text.contains("backend flex, chosen since"), "{text}");
    assert!(text.contains("wgpu: no device answers"), "{text}");
    let finished: Vec<RunRow> = rows(&lab.path("r/runs.csv"));
    assert!(finished.iter().all(|run| run.backend == "flex"));
}

/// burn loads an optimiser's state onto the default device of what is compiled in, which is Vulkan here.
#[test]
fn the_processor_needs_no_driver() {
    let lab = Lab::new(DIGITS);
    let gradual = ["prune.schedules=[\"gradual\"]", "prune.retraining=[\"fine-tune\"]"];
    let arguments = ["config.toml", "--results", "r", "--set", gradual[0], "--set", gradual[1]];
    let every = ["--set", "prune.gradual={every=\"10 iterations\"}"];
    let mut command = lab.command(&[&arguments[..], &every[..]].concat());
    let output = without_driver(&mut command).output().unwrap();
    assert!(output.status.success(), "{}", stderr(&output));
    let found: Vec<CurveRow> = rows(&lab.path("r/curves.csv"));
    assert!(found.iter().all(|row| row.status == "ok"));
}

#[test]
fn a_gradual_pruning_stays_on_the_gpu() {
    let lab = Lab::new(DIGITS);
    let gradual =
        ["--set", "prune.schedules=[\"gradual\"]", "--set", "prune.methods=[\"magnitude\"]"];
    let every = ["--set", "prune.gradual={every=\"10 iterations\"}", "--results", "r"];
    lab.succeed(
        &[
            &ON_GPU[..],
            &gradual[..],
            &every[..],
            &["--set", "train.optimizer=adamw"],
            &["--set", "train.momentum=0.0"],
            &["--set", "train.learning_rate=0.002"],
            &["--set", "prune.retraining=[\"fine-tune\"]"],
        ]
        .concat(),
    );
    let found: Vec<CurveRow> = rows(&lab.path("r/curves.csv"));
    assert!(found.iter().all(|row| row.status == "ok"));
}
