//! Runs that are cut off: killed, stopped, or ended by a loss that is no number.

mod common;

use std::process::Stdio;
use std::time::{Duration, Instant};

use common::{Lab, TINY, assert_same_tables, stderr, timeless};

/// Longer than TINY, so that there is a middle to be killed in.
fn longer() -> String {
    TINY.replace("60 iterations", "400 iterations")
}

/// Starts the experiment, waits until `curves.csv` has `rows` lines, and ends it with a signal.
fn cut_off(lab: &Lab, rows: usize, signal: &str) -> Option<i32> {
    let mut child = lab
        .command(&["config.toml", "--jobs", "2", "--results", "cut"])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let deadline = Instant::now() + Duration::from_secs(120);
    let lines = || {
        std::fs::read(lab.path("cut/curves.csv"))
            .map_or(0, |t| t.iter().filter(|&&b| b == b'\n').count())
    };
    while lines() < rows && child.try_wait().unwrap().is_none() && Instant::now() < deadline {
        std::thread::sleep(Duration::from_millis(2));
    }
    assert!(child.try_wait().unwrap().is_none(), "it ended before it could be cut off");
    let killed =
        std::process::Command::new("kill").args([signal, &child.id().to_string()]).status();
    assert!(killed.unwrap().success());
    child.wait().unwrap().code()
}

#[test]
fn killed_three_times_it_ends_with_the_same_tables() {
    let lab = Lab::new(&longer());
    lab.succeed(&["--jobs", "2", "--results", "whole"]);
    for rows in [1, 12, 40] {
        cut_off(&lab, rows, "-KILL");
        // What a kill in the middle of a write leaves behind.
        let path = lab.path("cut/curves.csv");
        let mut torn = std::fs::read(&path).unwrap_or_default();
        torn.extend(b"0123456789ab,tiny,dig");
        std::fs::write(&path, torn).unwrap();
    }
    lab.succeed(&["--jobs", "1", "--results", "cut"]);
    assert_same_tables(&lab.path("whole"), &lab.path("cut"));
}

/// One long training, and a short one behind it.
fn one_long_training() -> String {
    let short = TINY.replace("\"iterative\"", "").replace("\"one-shot\", ", "\"one-shot\"");
    let start = short.find("methods = ").unwrap();
    let end = start + short[start..].find('\n').unwrap();
    let plain = "methods = [\"magnitude\"]\nretraining = [\"fine-tune\"]";
    let without = short.replace(
        "retraining = [\"none\", \"fine-tune\", \"rewind\", \"reinit\", \"random-mask\", \"prune-at-init\"]\n",
        "",
    );
    let methods = &short[start..end];
    without
        .replace(methods, plain)
        .replace("60 iterations", "4000 iterations")
        .replace("[0.5, 0.1]", "[0.5]")
        .replace("seeds = [1, 2]", "seeds = [1]")
        + "\n[retrain]\nlength = \"60 iterations\"\n"
}

#[test]
fn killed_in_the_middle_of_a_training_it_goes_on_there() {
    let lab = Lab::new(&one_long_training());
    lab.succeed(&["--results", "whole"]);
    let arguments = ["config.toml", "--results", "cut", "--checkpoint-every", "20ms"];
    let files = || -> Vec<std::path::PathBuf> {
        let entries = std::fs::read_dir(lab.path("cut/checkpoints"));
        let paths = entries.into_iter().flatten().map(|entry| entry.unwrap().path());
        paths.filter(|path| path.to_string_lossy().ends_with("-0-training.safetensors")).collect()
    };
    for _ in 0..3 {
        let mut child = lab.command(&arguments).stderr(Stdio::null()).spawn().unwrap();
        let before: Vec<_> = files().iter().map(|path| std::fs::read(path).unwrap()).collect();
        let now = || -> Vec<_> { files().iter().flat_map(std::fs::read).collect() };
        while now().is_empty() || now() == before {
            assert!(child.try_wait().unwrap().is_none(), "it ended before it could be killed");
            std::thread::sleep(Duration::from_millis(1));
        }
        child.kill().unwrap();
        child.wait().unwrap();
    }
    let out = lab.succeed(&["--results", "cut"]);
    let told = out.lines().find(|line| line.contains("-0-training.safetensors: goes on after"));
    assert!(told.is_some_and(|told| !told.contains(" after 0 iterations")), "{out}");
    assert_same_tables(&lab.path("whole"), &lab.path("cut"));
    assert_eq!(files(), Vec::<std::path::PathBuf>::new(), "it is gone with the run");
}

#[test]
fn ctrl_c_and_sigterm_end_it_cleanly_and_it_goes_on_from_there() {
    let lab = Lab::new(&longer());
    lab.succeed(&["--jobs", "2", "--results", "whole"]);
    assert_eq!(cut_off(&lab, 6, "-INT"), Some(130));
    assert_eq!(cut_off(&lab, 12, "-TERM"), Some(130));
    let out = lab.succeed(&["--jobs", "2", "--results", "cut"]);
    assert!(!out.contains(" 0 of them finished before"), "{out}");
    assert_same_tables(&lab.path("whole"), &lab.path("cut"));
}

#[test]
fn a_diverged_run_ends_alone_with_its_reason() {
    let lab = Lab::new(TINY);
    // The parent trains at a rate that works, its survivors at one that does not.
    let out = lab.succeed(&[
        "--results",
        "r",
        "--set",
        "seeds=[1]",
        "--set",
        "retrain.learning_rate=1e30",
    ]);
    assert!(out.contains("rows have no result"), "{out}");
    let mut curves = csv::Reader::from_path(lab.path("r/curves.csv")).unwrap();
    let rows: Vec<experiments::records::CurveRow> =
        curves.deserialize().map(Result::unwrap).collect();
    let status = |schedule: &str, retraining: &str| -> Vec<String> {
        let here = rows.iter().filter(|row| {
            row.method == "sipp" && row.schedule == schedule && row.retraining == retraining
        });
        here.map(|row| row.status.clone()).collect()
    };
    assert_eq!(status("one-shot", "none"), ["ok", "ok"]);
    let one_shot = status("one-shot", "fine-tune");
    assert!(
        one_shot.iter().all(|status| status.starts_with("diverged: loss not finite")),
        "{one_shot:?}"
    );
    let iterative = status("iterative", "rewind");
    assert!(
        iterative[0].starts_with("diverged") && iterative[1].starts_with("not run"),
        "{iterative:?}"
    );
    assert!(status("iterative", "reinit").iter().all(|status| status.starts_with("not run")));

    let out =
        lab.succeed(&["--results", "p", "--set", "seeds=[1]", "--set", "train.learning_rate=1e30"]);
    assert!(out.contains("rows have no result"), "{out}");
    assert!(
        timeless(&lab.path("p/curves.csv"))
            .iter()
            .any(|row| row.iter().any(|f| f.contains("the parent's training diverged")))
    );
}

#[test]
fn two_processes_do_not_write_to_one_folder() {
    let lab = Lab::new(&longer());
    let mut first = lab
        .command(&["config.toml", "--results", "r"])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    while !lab.path("r/runs.csv").exists() {
        std::thread::sleep(Duration::from_millis(2));
    }
    let second = lab.run(&["--results", "r"]);
    first.kill().unwrap();
    first.wait().unwrap();
    assert_eq!(second.status.code(), Some(1));
    assert!(stderr(&second).contains("another process"), "{}", stderr(&second));
}

#[test]
fn a_checkpoint_that_is_gone_is_named() {
    let lab = Lab::new(TINY);
    let small =
        |retraining: &'static str| ["--results", "r", "--set", "seeds=[1]", "--set", retraining];
    lab.succeed(&small("prune.retraining=[\"none\"]"));
    std::fs::remove_dir_all(lab.path("r/checkpoints")).unwrap();
    // Nothing is left to be done, so nothing is missed.
    lab.succeed(&small("prune.retraining=[\"none\"]"));
    let output = lab.run(&small("prune.retraining=[\"none\", \"fine-tune\"]"));
    assert_eq!(output.status.code(), Some(1));
    assert!(stderr(&output).contains("trained.safetensors: is gone"), "{}", stderr(&output));
}
