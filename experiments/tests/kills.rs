//! Kills at random moments: nothing is lost, nothing is doubled, and the tables end bit by bit as if nothing
//! had happened.
//!
//! `KILLS=100 cargo test -p experiments --test kills` is the long form; without it there are few.

mod common;

use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use chacha20::ChaCha8Rng;
use common::{Lab, assert_same_tables};
use rand::{RngExt, SeedableRng};

/// Runs of every kind that hand something from one density to the next, or to another run. Trainings write
/// checkpoints all the time.
const SWEEP: &str = r#"
name = "sweep"
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
evaluate_every = "20 iterations"

[prune]
methods = ["sipp", { name = "random-filter", retraining = ["fine-tune"] }]
schedules = ["one-shot", "iterative"]
densities = [0.6, 0.4, 0.3, 0.2]
retraining = ["none", "fine-tune", "rewind", "random-mask"]
rewind_to = "10 iterations"
points = 16
"#;

fn kills() -> usize {
    std::env::var("KILLS").map_or(10, |kills| kills.parse().expect("KILLS is a number"))
}

fn start(mut command: Command) -> Child {
    command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
}

/// How the process ended, if it did before this time was over; else it is killed.
fn kill_after(child: &mut Child, time: Duration) -> Option<bool> {
    let deadline = Instant::now() + time;
    loop {
        if let Some(status) = child.try_wait().unwrap() {
            return Some(status.success());
        }
        if Instant::now() >= deadline {
            child.kill().unwrap();
            child.wait().unwrap();
            return None;
        }
        std::thread::sleep(Duration::from_micros(200));
    }
}

/// A moment within a little more than the time that the whole takes, more often an early one: on a machine that has
/// become calmer the whole takes less. Once there were enough kills it is far away: the end alone, with its plots, may take
/// longer on a busy machine than the whole did before.
fn moment(rng: &mut ChaCha8Rng, whole: Duration, killed: usize) -> Duration {
    match killed < kills() {
        true => whole.mul_f64(1.2 * rng.random_range(0.0_f64..1.0).powi(2)),
        false => Duration::from_secs(3600),
    }
}

/// Runs it all undisturbed; how long that takes.
fn undisturbed(lab: &Lab) -> Duration {
    let started = Instant::now();
    lab.succeed(&["--jobs", "2", "--results", "whole"]);
    started.elapsed()
}

#[test]
fn one_process_killed_again_and_again() {
    let lab = Lab::new(SWEEP);
    let whole = undisturbed(&lab);
    let mut rng = ChaCha8Rng::seed_from_u64(1);
    let (mut killed, mut sweeps) = (0, 0);
    while killed < kills() {
        sweeps += 1;
        let folder = format!("cut-{sweeps}");
        loop {
            let mut child = start(lab.command(&[
                "config.toml",
                "--jobs",
                "2",
                "--results",
                &folder,
                "--checkpoint-every",
                "2ms",
            ]));
            match kill_after(&mut child, moment(&mut rng, whole, killed)) {
                None => killed += 1,
                Some(ended_well) => {
                    assert!(ended_well, "it goes on after every kill");
                    break;
                }
            }
        }
        assert_same_tables(&lab.path("whole"), &lab.path(&folder));
    }
    println!("{killed} kills over {sweeps} sweeps");
}

#[test]
fn two_processes_on_one_folder_killed_and_revived() {
    let lab = Lab::new(SWEEP);
    let whole = undisturbed(&lab);
    let mut rng = ChaCha8Rng::seed_from_u64(2);
    let (mut killed, mut sweeps) = (0, 0);
    while killed < kills() {
        sweeps += 1;
        let folder = format!("shared-{sweeps}");
        let worker = || {
            start(lab.command(&[
                "run",
                "config.toml",
                "--jobs",
                "1",
                "--results",
                &folder,
                "--lease",
                "5",
                "--checkpoint-every",
                "2ms",
            ]))
        };
        let mut workers = [worker(), worker()];
        'sweep: loop {
            for child in &mut workers {
                match kill_after(child, moment(&mut rng, whole, killed)) {
                    None => killed += 1,
                    Some(ended_well) => {
                        assert!(ended_well, "it goes on after every kill");
                        break 'sweep;
                    }
                }
                *child = worker();
            }
        }
        // The other one ends too, once it sees that there is nothing left.
        for mut child in workers {
            assert!(child.wait().unwrap().success());
        }
        let merged = lab.command(&["merge", &folder]).output().unwrap();
        assert!(merged.status.success(), "{}", common::stderr(&merged));
        assert_same_tables(&lab.path("whole"), &lab.path(&folder));
    }
    println!("{killed} kills over {sweeps} sweeps");
}
