//! One experiment at many points.

mod common;

use std::process::Stdio;

use common::{Lab, stderr, timeless};

const SWEEP: &str = r#"
name = "swept"
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
evaluate_every = "60 iterations"

[prune]
methods = ["magnitude"]
densities = [0.5]
retraining = ["none", "fine-tune"]
points = 16

[sweep]
grid = { "train.learning_rate" = [0.2, 0.0001], "prune.densities" = [[0.5], [0.3]] }

[[sweep.when]]
if = { "train.learning_rate" = 0.0001 }
set = { "retrain.learning_rate" = 0.001 }
"#;

fn sweep(lab: &Lab, arguments: &[&str]) -> String {
    let all = [&["sweep", "config.toml"], arguments].concat();
    let output = lab.command(&all).output().unwrap();
    assert!(output.status.success(), "{arguments:?}: {}", stderr(&output));
    String::from_utf8_lossy(&output.stdout).into_owned()
}

#[test]
fn every_point_is_run_and_the_best_is_found_by_validation() {
    let lab = Lab::new(SWEEP);
    let told = sweep(&lab, &["--dry-run"]);
    assert!(told.contains("4 points, 24 runs, 960 iterations; about 0.0"), "{told}");
    assert!(
        told.contains(
            "prune.densities=[0.3] train.learning_rate=0.0001 retrain.learning_rate=0.001"
        )
    );
    assert!(!lab.path("results").exists());

    let told = sweep(&lab, &["--results", "s", "--jobs", "2"]);
    let best = told.lines().find(|line| line.contains("magnitude one-shot fine-tune:")).unwrap();
    assert!(best.contains("train.learning_rate=0.2") && best.contains("; test "), "{told}");
    assert!(told.contains("train.learning_rate\n  0.2 ") && told.contains("(6 values)"), "{told}");
    let table = timeless(&lab.path("s/sweep.csv"));
    assert_eq!(
        table[0][..5],
        ["point", "prune.densities", "train.learning_rate", "retrain.learning_rate", "run"]
    );
    // At each point a dense network and two rows for each of two seeds.
    assert_eq!(table.len() - 1, 4 * 6);
    let with = |rate: &str| table.iter().filter(|row| row[2] == rate).count();
    assert_eq!((with("0.2"), with("0.0001")), (12, 12));
    // Points that differ in what is pruned share their dense networks: two for each rate.
    assert_eq!(std::fs::read_dir(lab.path("s/cache")).unwrap().count(), 4);

    // Again, there is nothing to do; by two processes, the same comes out.
    assert_eq!(sweep(&lab, &["--results", "s"]), told);
    let share = || {
        let all = ["sweep", "config.toml", "--results", "t", "--share", "--jobs", "1"];
        lab.command(&all).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap()
    };
    for child in [share(), share()] {
        let output = child.wait_with_output().unwrap();
        assert!(output.status.success(), "{}", stderr(&output));
    }
    assert_eq!(sweep(&lab, &["--results", "t"]), told);
    assert_eq!(timeless(&lab.path("t/sweep.csv")), table);
}

#[test]
fn what_is_wrong_with_a_sweep_is_told() {
    let lab = Lab::new(SWEEP);
    let told = |lab: &Lab, arguments: &[&str]| {
        let output = lab.command(arguments).output().unwrap();
        assert_eq!(output.status.code(), Some(1), "{}", stderr(&output));
        stderr(&output)
    };
    let alone = told(&lab, &["config.toml"]);
    assert!(
        alone.contains(": sweep: a section") && alone.contains("`experiments sweep`"),
        "{alone}"
    );
    // Every point is looked at before the first is run.
    let lab = Lab::new(&SWEEP.replace("[0.3]]", "[3.0]]"));
    let wrong = told(&lab, &["sweep", "config.toml", "--results", "s"]);
    assert!(wrong.contains("prune.densities") && wrong.contains("at most 1"), "{wrong}");
    assert!(!lab.path("s").exists());
    let lab = Lab::new(&SWEEP.replace("grid = ", "gird = "));
    let wrong = told(&lab, &["sweep", "config.toml"]);
    assert!(wrong.contains("sweep: unknown field `gird`"), "{wrong}");
    let lab = Lab::new(SWEEP.split("[sweep]").next().unwrap());
    let none = told(&lab, &["sweep", "config.toml"]);
    assert!(none.contains("sweep: none in this file"), "{none}");
}
