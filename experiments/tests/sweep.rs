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

/// Rates of which one learns, one learns slowly and the others do not; under halving.
fn halved() -> String {
    let sweep = SWEEP.split("[sweep]").next().unwrap();
    let halving = r#"
[sweep]
grid = { "train.learning_rate" = [1e-7, 0.2, 1e-6, 0.01] }

[sweep.halving]
resource = "train.length"
from = "30 iterations"
to = "120 iterations"
factor = 2
by = "magnitude one-shot fine-tune"
"#;
    sweep.replace(
        "length = \"60 iterations\"\n",
        "length = \"60 iterations\"\nschedule = \"cosine\"\n",
    ) + halving
}

#[test]
fn the_better_half_goes_on_whoever_does_it() {
    let lab = Lab::new(&halved());
    let told = sweep(&lab, &["--dry-run"]);
    for rung in [
        "rung 1: 4 points with train.length of 30 iterations, 24 runs",
        "rung 2: 2 points with train.length of 60 iterations, 12 runs",
        "rung 3: 1 points with train.length of 120 iterations, 6 runs",
        // A dense network, and one that is retrained, for each of two seeds.
        "4 points, 42 runs, 1440 iterations",
    ] {
        assert!(told.contains(rung), "{rung}: {told}");
    }
    let told = sweep(&lab, &["--results", "s", "--jobs", "2"]);
    let lines: Vec<&str> = told.lines().filter(|line| line.ends_with("goes on")).collect();
    assert_eq!(lines.len(), 3, "{told}");
    assert!(lines[0].contains("learning_rate=0.2 goes on"), "{told}");
    assert!(lines[1].contains("learning_rate=0.01 goes on"), "{told}");
    assert!(lines[2].contains("learning_rate=0.2 goes on"), "{told}");
    let best = told.lines().find(|line| line.contains("magnitude one-shot fine-tune: "));
    let winner = "train.learning_rate=0.2 train.length=120 iterations";
    assert!(best.is_some_and(|best| best.contains(winner) && best.contains("; test ")), "{told}");
    assert_eq!(told.matches("; test ").count(), 3, "of the last point alone: {told}");
    let table = timeless(&lab.path("s/sweep.csv"));
    assert_eq!(table[0][..4], ["point", "rung", "train.learning_rate", "train.length"]);
    let on = |rung: &str| table.iter().filter(|row| row[1] == rung).count() / 6;
    assert_eq!([on("1"), on("2"), on("3")], [4, 2, 1]);

    let status = lab.command(&["status", "s"]).output().unwrap();
    let status = String::from_utf8_lossy(&status.stdout).into_owned();
    for line in [
        "points           7 of 7 finished, 7 begun",
        "rung 2           2 of 2 points",
        "time left        none",
    ] {
        assert!(status.contains(line), "{line}: {status}");
    }

    // Again there is nothing to do, and two processes come to the same.
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
fn what_is_wrong_with_halving_is_told() {
    for (from, to, part) in [
        (
            "fine-tune\"\n",
            "fine\"\n",
            "sweep.halving.by: \"magnitude one-shot fine\"; expected one of",
        ),
        ("\"train.length\"", "\"train.lenght\"", "train.lenght"),
        ("\"30 iterations\"", "\"1 epoch\"", "sweep.halving.from"),
        ("factor = 2", "factor = 1", "sweep.halving.factor"),
        ("\"train.length\"", "\"train.learning_rate\"", "is swept"),
    ] {
        let lab = Lab::new(&halved().replace(from, to));
        let output = lab.command(&["sweep", "config.toml", "--results", "s"]).output().unwrap();
        assert_eq!(output.status.code(), Some(1), "{part}");
        assert!(stderr(&output).contains(part), "{part}: {}", stderr(&output));
    }
}

/// While it runs, it answers for all of its points, and so does its folder.
#[test]
fn a_sweep_is_watched_as_a_whole() {
    let lab = Lab::new(&SWEEP.replace("60 iterations", "3000 iterations"));
    let all = ["sweep", "config.toml", "--results", "s", "--jobs", "1"];
    let mut child = lab
        .command(&[&all[..], &["--metrics-addr", "127.0.0.1:0"]].concat())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    use std::io::{BufRead, Read, Write};
    let mut lines = std::io::BufReader::new(child.stderr.take().unwrap()).lines();
    let line = lines.find(|line| line.as_ref().unwrap().contains("metrics at http://")).unwrap();
    let line = line.unwrap();
    let address = line.split("http://").nth(1).unwrap().split('/').next().unwrap().to_owned();
    std::thread::spawn(move || lines.for_each(drop));
    let ask = || {
        let mut stream = std::net::TcpStream::connect(&address).unwrap();
        write!(stream, "GET /metrics HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    };
    let deadline = std::time::Instant::now() + std::time::Duration::from_secs(120);
    let answer = loop {
        let answer = ask();
        if answer.contains("left_seconds") || std::time::Instant::now() > deadline {
            break answer;
        }
        std::thread::sleep(std::time::Duration::from_millis(20));
    };
    for line in ["experiments_points{state=\"begun\"} 1", "experiments_points{state=\"waiting\"} 3"]
    {
        assert!(answer.contains(line), "{line}: {answer}");
    }
    assert!(answer.contains("experiments_left_seconds "), "{answer}");
    let status = lab.command(&["status", "s"]).output().unwrap();
    child.kill().unwrap();
    child.wait().unwrap();
    let status = String::from_utf8_lossy(&status.stdout).into_owned();
    assert!(status.contains("points           0 of 4 finished, 1 begun"), "{status}");
    assert!(status.contains("at a time, if other points take as long"), "{status}");
    assert!(status.contains("this folder") && status.contains("of 6 runs, "), "{status}");
}
