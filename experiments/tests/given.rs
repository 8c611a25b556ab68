//! Experiments on a network that somebody else has trained.

mod common;

use common::{Lab, TINY, stderr};
use experiments::records::{CurveRow, read_table};

/// Trains the tiny network by itself and leaves its weights as `weights.safetensors`.
fn trained() -> (Lab, CurveRow) {
    let lab = Lab::new(TINY);
    let alone = ["--set", "seeds=[1]", "--set", "prune.methods=[\"magnitude\"]"];
    let alone =
        [&alone[..], &["--set", "prune.retraining=[\"none\"]", "--results", "first"]].concat();
    lab.succeed(&alone);
    let rows = rows(&lab, "first");
    let parent = rows.into_iter().find(|row| row.density_asked == 1.0).unwrap();
    let weights = format!("first/checkpoints/{}-trained.safetensors", parent.run);
    std::fs::copy(lab.path(&weights), lab.path("weights.safetensors")).unwrap();
    (lab, parent)
}

fn rows(lab: &Lab, folder: &str) -> Vec<CurveRow> {
    read_table(&lab.path(folder).join("curves.csv")).unwrap()
}

const GIVEN: &[&str] = &["--set", "network.weights=\"weights.safetensors\""];
const AS_IT_IS: &[&str] =
    &["--set", "train.length=\"0 iterations\"", "--set", "prune.rewind_to=\"0 iterations\""];

#[test]
fn it_is_taken_as_it_is_pruned_and_retrained() {
    let (lab, parent) = trained();
    let retrain = ["--set", "retrain.length=\"60 iterations\"", "--results", "second"];
    lab.succeed(&[GIVEN, AS_IT_IS, &retrain].concat());
    let rows = rows(&lab, "second");
    for dense in rows.iter().filter(|row| row.density_asked == 1.0) {
        assert_eq!(dense.iterations, 0);
        assert_eq!(dense.test_accuracy, parent.test_accuracy);
        assert_eq!(dense.validation_accuracy, parent.validation_accuracy);
    }
    // What is rewound goes back to it.
    let tickets = rows.iter().filter(|row| row.retraining == "rewind");
    let fine_tuned = rows.iter().filter(|row| row.retraining == "fine-tune");
    let before = |row: &CurveRow| (row.seed, row.density_asked.to_bits(), row.test_accuracy_before);
    let one_shot = |row: &&CurveRow| row.schedule == "one-shot" && row.method == "sipp";
    let tickets: Vec<_> = tickets.filter(one_shot).map(before).collect();
    assert_eq!(tickets, fine_tuned.filter(one_shot).map(before).collect::<Vec<_>>());
    assert_eq!(tickets.len(), 4);
}

#[test]
fn its_content_and_not_its_place_makes_the_run() {
    let (lab, _) = trained();
    let plan = |more: &[&str]| {
        let output = lab.command(&[&["plan", "config.toml"], more].concat()).output().unwrap();
        assert!(output.status.success(), "{}", stderr(&output));
        String::from_utf8(output.stdout).unwrap()
    };
    let drawn = plan(&[]);
    let given = plan(GIVEN);
    assert_ne!(drawn, given);
    std::fs::rename(lab.path("weights.safetensors"), lab.path("other.safetensors")).unwrap();
    let other = "network.weights=\"other.safetensors\"";
    assert_eq!(plan(&["--set", other]), given);
}

#[test]
fn one_that_does_not_fit_is_told() {
    let (lab, _) = trained();
    let output = lab.run(&[GIVEN, &["--set", "network.widths=[13]"]].concat());
    let message = stderr(&output);
    assert_eq!(output.status.code(), Some(1), "{message}");
    for word in ["weights.safetensors", "fc1", "13", "12"] {
        assert!(message.contains(word), "\"{word}\" not in {message}");
    }
}
