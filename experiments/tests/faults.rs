//! What can go wrong around a run: each is a clear error, or it goes on and ends in the same bits.

mod common;

use std::fs;
use std::path::PathBuf;
use std::process::{Child, Stdio};
use std::time::Duration;

use common::{Lab, assert_same_tables, stderr};

/// A run that hands its survivors from density to density, with norms and certificates, and takes its time.
const LONG: &str = r#"
name = "long"
seeds = [1]

[dataset]
name = "digits"
validation = 0.2

[network]
name = "resnet-20"
widths = [2, 2, 4]

[train]
length = "20 iterations"
batch_size = 16
learning_rate = 0.05
momentum = 0.9
evaluate_every = "10 iterations"

[prune]
methods = ["sipp"]
schedules = ["iterative"]
densities = [0.8, 0.6, 0.5, 0.4]
retraining = ["fine-tune", "rewind", "random-mask"]
rewind_to = "5 iterations"
points = 16
"#;

fn start(lab: &Lab, folder: &str) -> Child {
    let mut command = lab.command(&["config.toml", "--jobs", "1", "--results", folder]);
    command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap()
}

/// What a run that is not finished has reached, once there is one.
fn reached(lab: &Lab, folder: &str) -> Option<PathBuf> {
    let entries = fs::read_dir(lab.path(folder).join("checkpoints")).ok()?;
    let mut paths = entries.map(|entry| entry.unwrap().path());
    paths.find(|path| path.to_string_lossy().ends_with("-rounds.safetensors"))
}

/// Kills the experiment in the middle of a run, after a density.
fn cut_off(lab: &Lab, folder: &str) -> PathBuf {
    loop {
        let mut child = start(lab, folder);
        while reached(lab, folder).is_none() && child.try_wait().unwrap().is_none() {
            std::thread::sleep(Duration::from_millis(1));
        }
        assert!(child.try_wait().unwrap().is_none(), "it ended before it could be cut off");
        child.kill().unwrap();
        child.wait().unwrap();
        // It may have been finished between the two.
        if let Some(path) = reached(lab, folder) {
            return path;
        }
    }
}

#[test]
fn a_run_goes_on_after_its_last_density_and_starts_over_where_that_is_of_no_use() {
    let lab = Lab::new(LONG);
    lab.succeed(&["--results", "whole"]);
    cut_off(&lab, "r");
    let out = lab.succeed(&["--results", "r"]);
    assert!(out.contains("goes on after"), "{out}");
    assert_same_tables(&lab.path("whole"), &lab.path("r"));
    assert_eq!(reached(&lab, "r"), None, "it is deleted with the run's end");

    for (folder, damage, told) in [
        ("damaged", (|bytes| *bytes.last_mut().unwrap() ^= 1) as fn(&mut Vec<u8>), "checksum"),
        ("torn", |bytes| bytes.truncate(bytes.len() / 2), "damaged"),
        ("older", |bytes| replace(bytes, "\"archive\":\"1\"", "\"archive\":\"0\""), "version 0"),
        ("empty", Vec::clear, "damaged"),
    ] {
        let path = cut_off(&lab, folder);
        let mut bytes = fs::read(&path).unwrap();
        damage(&mut bytes);
        fs::write(&path, bytes).unwrap();
        let out = lab.succeed(&["--results", folder]);
        assert!(out.contains(told) && out.contains("starts over"), "{folder}: {out}");
        assert_same_tables(&lab.path("whole"), &lab.path(folder));
    }
}

fn replace(bytes: &mut Vec<u8>, from: &str, to: &str) {
    let place = bytes.windows(from.len()).position(|part| part == from.as_bytes()).unwrap();
    bytes.splice(place..place + from.len(), to.bytes());
}

#[test]
fn a_folder_that_vanishes_ends_it() {
    let lab = Lab::new(LONG);
    let child = start(&lab, "r");
    while reached(&lab, "r").is_none() {
        std::thread::sleep(Duration::from_millis(1));
    }
    // What is written meanwhile may be in the way.
    while lab.path("r").exists() && fs::remove_dir_all(lab.path("r")).is_err() {}
    let output = child.wait_with_output().unwrap();
    let message = stderr(&output);
    assert_eq!(output.status.code(), Some(1), "{message}");
    assert!(message.contains("error: r/") && message.contains("No such file"), "{message}");
    lab.succeed(&["--results", "r"]);
}

#[test]
fn a_table_of_another_program_stays_as_it_is() {
    let lab = Lab::new(LONG);
    fs::create_dir(lab.path("r")).unwrap();
    fs::write(lab.path("r/curves.csv"), "x,y\n1,2\n").unwrap();
    let output = lab.run(&["--results", "r"]);
    assert_eq!(output.status.code(), Some(1));
    let message = stderr(&output);
    assert!(message.contains("r/curves.csv: line 2") && message.contains("--fresh"), "{message}");
    assert_eq!(fs::read_to_string(lab.path("r/curves.csv")).unwrap(), "x,y\n1,2\n");
}

#[test]
fn dense_networks_are_shared_through_a_cache() {
    let lab = Lab::new(LONG);
    let cache = ["--cache", "cache"];
    let out = lab.succeed(&[&["--results", "a"], &cache[..]].concat());
    assert!(!out.contains("in the cache"), "{out}");
    // Another experiment with the same dense network.
    let other = ["--set", "name=other", "--set", "prune.densities=[0.7, 0.3]"];
    lab.succeed(&[&["--results", "alone"], &other[..]].concat());
    let out = lab.succeed(&[&["--results", "b"], &other[..], &cache[..]].concat());
    assert!(out.contains("the dense network of seed 1 is in the cache"), "{out}");
    assert_same_tables(&lab.path("alone"), &lab.path("b"));
    // One that is damaged is trained again.
    let entry = fs::read_dir(lab.path("cache")).unwrap().next().unwrap().unwrap().path();
    let mut bytes = fs::read(&entry).unwrap();
    *bytes.last_mut().unwrap() ^= 1;
    fs::write(&entry, bytes).unwrap();
    let out = lab.succeed(&[&["--results", "c"], &other[..], &cache[..]].concat());
    assert!(out.contains("checksum") && !out.contains("is in the cache"), "{out}");
    assert_same_tables(&lab.path("alone"), &lab.path("c"));
}
