//! Runs the program as a user does.

// Each test file uses its own part of this.
#![allow(dead_code)]

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// A small experiment on the embedded digits that still has every kind of run.
pub(crate) const TINY: &str = r#"
name = "tiny"
seeds = [1, 2]

[dataset]
name = "digits"
validation = 0.2

[network]
name = "mlp"
widths = [12]

[train]
length = "60 iterations"
learning_rate = 0.1
momentum = 0.9
weight_decay = 1e-4
schedule = "cosine"
warm_up = "5 iterations"
evaluate_every = "20 iterations"

[prune]
methods = ["sipp", { name = "sipp-hybrid", reduction = "mean", retraining = ["none", "rewind", "random-mask"] }, { name = "magnitude", scope = "per-layer", retraining = ["none", "fine-tune"] }]
schedules = ["one-shot", "iterative"]
densities = [0.5, 0.1]
retraining = ["none", "fine-tune", "rewind", "reinit", "random-mask", "prune-at-init"]
rewind_to = "10 iterations"
points = 16
"#;

/// A folder with an experiment's file in it, gone when dropped.
pub(crate) struct Lab {
    pub(crate) folder: tempfile::TempDir,
}

impl Lab {
    pub(crate) fn new(config: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("config.toml"), config).unwrap();
        Self { folder }
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// The program in this folder, about to run the experiment into `results`.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_experiments"));
        command.current_dir(self.folder.path()).env("XDG_CACHE_HOME", self.path("cache"));
        command.args(arguments);
        command
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> Output {
        let all: Vec<&str> = ["config.toml"].into_iter().chain(arguments.iter().copied()).collect();
        self.command(&all).output().unwrap()
    }

    /// Runs the experiment and expects it to end well.
    pub(crate) fn succeed(&self, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        assert!(output.status.success(), "{}", stderr(&output));
        String::from_utf8_lossy(&output.stdout).into_owned() + &stderr(&output)
    }
}

pub(crate) fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// A CSV file's lines as records without the columns that hold wall-clock times or ratios of them.
pub(crate) fn timeless(path: &Path) -> Vec<Vec<String>> {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_path(path).unwrap();
    let lines: Vec<Vec<String>> = reader
        .records()
        .map(|record| record.unwrap().iter().map(str::to_owned).collect())
        .collect();
    let is_timed = |name: &str| name.starts_with("seconds") || name.ends_with("_speed_up");
    let timed: Vec<usize> =
        (0..lines[0].len()).filter(|&column| is_timed(&lines[0][column])).collect();
    let keep = |line: Vec<String>| {
        line.into_iter()
            .enumerate()
            .filter(|(column, _)| !timed.contains(column))
            .map(|(_, field)| field)
            .collect()
    };
    lines.into_iter().map(keep).collect()
}

/// All tables of two results folders hold the same, times aside.
pub(crate) fn assert_same_tables(a: &Path, b: &Path) {
    for name in ["runs.csv", "curves.csv", "layers.csv", "history.csv", "certificates.csv"] {
        let (a, b) = (timeless(&a.join(name)), timeless(&b.join(name)));
        assert!(a.len() > 1, "{name} has rows");
        assert_eq!(a, b, "{name}");
    }
}
