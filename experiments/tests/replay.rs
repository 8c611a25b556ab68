//! A finished run, done again.

mod common;

use std::process::Output;

use common::{Lab, TINY, stderr};
use experiments::records::{RunRow, read_table};
use experiments::seeds::Seeds;

fn replay(lab: &Lab, run: &str) -> Output {
    lab.command(&["replay", run, "--results", "r"]).output().unwrap()
}

fn runs(lab: &Lab) -> Vec<RunRow> {
    read_table(&lab.path("r/runs.csv")).unwrap()
}

fn find<'a>(runs: &'a [RunRow], method: &str, schedule: &str, retraining: &str) -> &'a RunRow {
    let wanted = [method, schedule, retraining];
    runs.iter()
        .find(|run| [&*run.method, &*run.schedule, &*run.retraining] == wanted && run.seed == 2)
        .unwrap()
}

#[test]
fn every_kind_of_run_gives_the_same_bits_again_and_a_changed_one_is_found() {
    let lab = Lab::new(TINY);
    lab.succeed(&["--results", "r"]);
    let runs = runs(&lab);
    for (method, schedule, retraining) in [
        ("dense", "", "train"),
        ("sipp", "one-shot", "fine-tune"),
        ("sipp-hybrid", "iterative", "random-mask"),
        ("sipp", "one-shot", "reinit"),
    ] {
        let run = &find(&runs, method, schedule, retraining).run;
        let output = replay(&lab, run);
        assert!(output.status.success(), "{method} {retraining}: {}", stderr(&output));
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(text.contains(&format!("{run}: ")) && text.contains("bit for bit"), "{text}");
    }

    let run = find(&runs, "sipp", "one-shot", "fine-tune");
    let path = lab.path("r/curves.csv");
    let text = std::fs::read_to_string(&path).unwrap();
    let line = text.lines().rfind(|line| line.starts_with(&run.run)).unwrap();
    let changed = line.replacen("sipp,", "sipq,", 1);
    std::fs::write(&path, text.replace(line, &changed)).unwrap();
    let output = replay(&lab, &run.run);
    assert_eq!(output.status.code(), Some(1));
    let expected = format!("{}: curves.csv: row 2, method: sipq before, sipp now", run.run);
    assert!(stderr(&output).contains(&expected), "{}", stderr(&output));
}

#[test]
fn what_cannot_be_replayed_is_told() {
    let lab = Lab::new(TINY);
    lab.succeed(&["--results", "r", "--set", "seeds=[2]", "--set", "prune.retraining=[\"none\"]"]);
    let output = replay(&lab, "000000000000");
    assert_eq!(output.status.code(), Some(1));
    assert!(stderr(&output).contains("runs.csv: has no finished run 000000000000"));

    let run = find(&runs(&lab), "dense", "", "train").run.clone();
    let config = lab.path("r/config.toml");
    let text = std::fs::read_to_string(&config).unwrap();
    std::fs::write(&config, text.replace("60 iterations", "61 iterations")).unwrap();
    let output = replay(&lab, &run);
    assert_eq!(output.status.code(), Some(1));
    let expected = format!("config.toml: does not ask for the run {run}");
    assert!(stderr(&output).contains(&expected), "{}", stderr(&output));
}

#[test]
fn runs_tell_every_seed_that_they_drew_from() {
    let config =
        TINY.replace("validation = 0.2", "validation = 0.2\naugment = { pad = 1, flip = false }");
    let config = config.replace(
        "{ name = \"magnitude\", scope = \"per-layer\"",
        "{ name = \"magnitude\", same-as = \"sipp\", masks = [\"shuffled\"]",
    );
    let lab = Lab::new(&config.replace("\"reinit\",", "\"reinit\", \"fresh-signs\","));
    lab.succeed(&["--results", "r", "--set", "seeds=[2]"]);
    let (runs, seeds) = (runs(&lab), Seeds::new(2));
    let dense = find(&runs, "dense", "", "train");
    assert_eq!((dense.augmentation_seed, dense.draw_seed), (Some(seeds.augmentation(0)), None));
    let reinit = find(&runs, "sipp", "one-shot", "reinit");
    assert_eq!((reinit.reinit_seed, reinit.signs_seed), (Some(seeds.reinit(1, 1)), None));
    assert_eq!((reinit.held_out_seed, reinit.draw_seed), (None, Some(seeds.draw(1))));
    assert_eq!(reinit.augmentation_seed, Some(seeds.augmentation(1)));
    let signs = find(&runs, "sipp", "one-shot", "fresh-signs");
    assert_eq!(signs.signs_seed, Some(seeds.signs(1, 1)));
    let random = find(&runs, "sipp", "one-shot", "random-mask");
    assert_eq!(random.random_mask_seed, Some(seeds.random_mask(1, 1)));
    let shuffled = find(&runs, "magnitude", "one-shot", "none");
    assert_eq!(shuffled.mask_control_seed, Some(seeds.mask_control(1)));
    assert_eq!(shuffled.same_as_seed, Some(seeds.same_as()));
    assert_eq!(shuffled.held_out_seed, Some(seeds.held_out()));
    assert!(!shuffled.cpu.is_empty());
}
