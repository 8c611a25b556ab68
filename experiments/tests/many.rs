//! Several processes that share the runs of one folder.

mod common;

use std::fs;
use std::process::{Child, Stdio};
use std::time::Duration;

use common::{Lab, TINY, assert_same_tables, stderr, timeless};

fn worker(lab: &Lab, arguments: &[&str]) -> Child {
    let all = [&["run", "config.toml", "--results", "r", "--jobs", "1"], arguments].concat();
    lab.command(&all).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
}

fn succeed(lab: &Lab, arguments: &[&str]) -> String {
    let output = lab.command(arguments).output().unwrap();
    assert!(output.status.success(), "{arguments:?}: {}", stderr(&output));
    String::from_utf8_lossy(&output.stdout).into_owned()
}

const TABLES: [&str; 5] =
    ["runs.csv", "curves.csv", "layers.csv", "history.csv", "certificates.csv"];

#[test]
fn the_tables_are_those_of_one_process() {
    let lab = Lab::new(TINY);
    lab.succeed(&["--results", "whole"]);
    let workers: Vec<Child> =
        (0..3).map(|_| worker(&lab, &["--worker", "w", "--lease", "60"])).collect();
    for child in workers {
        let output = child.wait_with_output().unwrap();
        assert!(output.status.success(), "{}", stderr(&output));
    }
    let mut all = Vec::new();
    for name in ["w", "w-2", "w-3"] {
        let path = lab.path("r/workers").join(name).join("runs.csv");
        let runs = if path.exists() { timeless(&path) } else { Vec::new() };
        all.extend(runs.into_iter().skip(1).map(|row| row[0].clone()));
    }
    let planned = timeless(&lab.path("whole/runs.csv")).len() - 1;
    all.sort();
    all.dedup();
    assert_eq!(all.len(), planned, "every run was done");

    let told = succeed(&lab, &["status", "r"]);
    assert!(told.contains(&format!("finished         {planned} of {planned} runs")), "{told}");
    assert!(told.contains("time left        none") && told.contains("w-3"), "{told}");
    let told = succeed(&lab, &["merge", "r"]);
    assert!(told.contains(&format!("{planned} of {planned} runs")), "{told}");
    assert_same_tables(&lab.path("whole"), &lab.path("r"));
    assert!(lab.path("r/summary.txt").exists() && lab.path("r/plots").exists());
    let sides = |folder: &str| fs::read_dir(lab.path(folder).join("certificates")).unwrap().count();
    assert_eq!(sides("r"), sides("whole"));

    // Again, it changes nothing; and one process goes on from there.
    let before: Vec<_> = TABLES.iter().map(|name| fs::read(lab.path("r").join(name))).collect();
    assert!(succeed(&lab, &["merge", "r"]).contains("0 of them new"));
    for (name, before) in TABLES.iter().zip(before) {
        assert_eq!(fs::read(lab.path("r").join(name)).unwrap(), before.unwrap(), "{name}");
    }
    let out = lab.succeed(&["--results", "r", "--set", "seeds=[1, 2, 3]"]);
    assert!(out.contains(&format!("{planned} of them finished before")), "{out}");
}

#[test]
fn parts_and_single_runs_come_with_what_they_need() {
    let lab = Lab::new(TINY);
    let plan = succeed(&lab, &["plan", "config.toml"]);
    let mut reader = csv::Reader::from_reader(plan.as_bytes());
    let runs: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    let control = runs.iter().find(|run| &run[4] == "iterative" && &run[5] == "random-mask");
    let control = control.unwrap();
    let needs: Vec<&str> = control[8].split(' ').collect();
    assert_eq!(needs.len(), 2);
    let output = worker(&lab, &["--run", &control[0]]).wait_with_output().unwrap();
    assert!(output.status.success(), "{}", stderr(&output));
    let done = |name: &str| lab.path("r/done").join(name).exists();
    assert!(done(&control[0]) && needs.iter().all(|id| done(id)));
    assert_eq!(fs::read_dir(lab.path("r/done")).unwrap().count(), 3);

    for shard in ["1/2", "2/2"] {
        assert!(worker(&lab, &["--shard", shard]).wait().unwrap().success());
    }
    assert_eq!(fs::read_dir(lab.path("r/done")).unwrap().count(), runs.len());

    let unknown = worker(&lab, &["--run", "0123456789ab"]).wait_with_output().unwrap();
    assert!(stderr(&unknown).contains("0123456789ab") && unknown.status.code() == Some(1));
}

#[test]
fn who_has_a_folder_alone_and_who_shares_it_keep_apart() {
    let lab = Lab::new(&TINY.replace("60 iterations", "2000 iterations"));
    let mut child = worker(&lab, &[]);
    while !lab.path("r/worker.toml").exists() && !lab.path("r/workers").exists() {
        std::thread::sleep(Duration::from_millis(2));
    }
    let told = loop {
        let told = lab.command(&["status", "r"]).output().unwrap();
        let told = String::from_utf8_lossy(&told.stdout).into_owned();
        if told.contains(" of 46 runs") {
            break told;
        }
        std::thread::sleep(Duration::from_millis(20));
    };
    assert!(told.contains("waiting"), "{told}");
    let alone = lab.run(&["--results", "r"]);
    assert!(stderr(&alone).contains("another process"), "{}", stderr(&alone));
    let other = worker(&lab, &["--set", "train.batch_size=32"]).wait_with_output().unwrap();
    assert!(stderr(&other).contains("plan of another configuration"), "{}", stderr(&other));
    child.kill().unwrap();
    child.wait().unwrap();

    let mut alone = lab.command(&["config.toml", "--results", "s"]).spawn().unwrap();
    while !lab.path("s/worker.toml").exists() {
        std::thread::sleep(Duration::from_millis(2));
    }
    let shared = lab.command(&["run", "config.toml", "--results", "s"]).output().unwrap();
    let merged = lab.command(&["merge", "s"]).output().unwrap();
    assert!(alone.try_wait().unwrap().is_none(), "it ended before the others were refused");
    alone.kill().unwrap();
    alone.wait().unwrap();
    for refused in [shared, merged] {
        assert_eq!(refused.status.code(), Some(1));
        assert!(stderr(&refused).contains("has this folder for itself"), "{}", stderr(&refused));
    }
    let nowhere = lab.command(&["merge", "nowhere"]).output().unwrap();
    assert!(stderr(&nowhere).contains("no plan"), "{}", stderr(&nowhere));
}
