//! Corrupted test images, as a user asks for them.

mod common;

use std::collections::BTreeSet;

use common::{Lab, TINY, stderr, timeless};
use experiments::records::{CorruptionRow, CurveRow, PotentialRow, VerdictRow, read_table};

const SMALL: [&str; 6] = [
    "--results",
    "r",
    "--set",
    "prune.methods=[\"magnitude\"]",
    "--set",
    "prune.retraining=[\"none\", \"rewind\"]",
];

fn small<'a>(more: &[&'a str]) -> Vec<&'a str> {
    let more = more.iter().flat_map(|setting| ["--set", setting]);
    SMALL.into_iter().chain(more).collect()
}

#[test]
fn every_network_is_tested_on_the_same_corrupted_images() {
    let lab = Lab::new(TINY);
    let asked = ["evaluate.corruptions=\"all\"", "evaluate.severities=[1, 4]"];
    let out = lab.succeed(&small(&asked));
    let rows: Vec<CorruptionRow> = read_table(&lab.path("r/corruptions.csv")).unwrap();
    let curves: Vec<CurveRow> = read_table(&lab.path("r/curves.csv")).unwrap();
    assert_eq!(rows.len(), curves.len() * 5 * 2);
    // One seed for each corruption, whatever the network's seed and the severity.
    let seeds: BTreeSet<_> =
        rows.iter().map(|row| (&row.corruption, row.corruption_seed)).collect();
    assert_eq!(seeds.len(), 5);
    for row in &rows {
        let clean = curves
            .iter()
            .find(|curve| (&curve.run, curve.density_asked) == (&row.run, row.density_asked));
        let clean = clean.unwrap().test_accuracy.unwrap();
        assert!((clean - row.test_accuracy - row.accuracy_drop).abs() < 1e-12, "{row:?}");
        let parent = rows.iter().find(|parent| {
            parent.method == "dense"
                && parent.seed == row.seed
                && (&parent.corruption, parent.severity) == (&row.corruption, row.severity)
        });
        let parent = parent.unwrap().test_accuracy;
        let images = curves[0].test_images.unwrap() as f64;
        let Some(change) = row.accuracy_change else {
            assert!(row.method == "dense" && row.churn.is_none() && row.relative_error.is_none());
            continue;
        };
        assert!((change - (row.test_accuracy - parent)).abs() < 1e-12, "{row:?}");
        let (wrong, right) = (row.newly_wrong.unwrap() as f64, row.newly_right.unwrap() as f64);
        assert!(((right - wrong) / images - change).abs() < 1e-12);
        assert!(row.churn.unwrap() * images >= wrong + right - 1e-9);
        let relative = (1.0 - row.test_accuracy) / (1.0 - parent);
        assert!((row.relative_error.unwrap() - relative).abs() < 1e-12);
    }
    // The worse of two severities is worse for the parents.
    for seed in [1, 2] {
        let of = |severity| {
            let own = rows.iter().filter(|row| {
                row.method == "dense" && row.seed == seed && row.severity == severity
            });
            own.map(|row| row.test_accuracy).sum::<f64>()
        };
        assert!(of(1) > of(4) + 0.2, "{} {}", of(1), of(4));
    }

    // What is made of them.
    assert!(
        out.contains("How much may go under corruption?") && out.contains("corrupted"),
        "{out}"
    );
    let potentials: Vec<PotentialRow> = read_table(&lab.path("r/potentials.csv")).unwrap();
    let named = |name: &str| potentials.iter().filter(|row| row.corruption == name).count();
    let names = ["", "gaussian-noise", "blur", "contrast", "shift", "rotation", "all"];
    assert!(names.iter().all(|name| named(name) == 4 * 6), "{potentials:?}");
    assert!(potentials.iter().all(|row| row.corruption.is_empty() == row.severities.is_empty()));
    let verdicts: Vec<VerdictRow> = read_table(&lab.path("r/verdicts.csv")).unwrap();
    let has_drop = |row: &VerdictRow| row.corruption_drop.is_some();
    assert!(verdicts.iter().all(|row| has_drop(row) == (row.question == "ship")));
    for plot in ["corrupted-one-shot-none", "corruptions-iterative-rewind-magnitude"] {
        assert!(lab.path(&format!("r/plots/{plot}.svg")).exists(), "{plot}");
    }
    let before = std::fs::read(lab.path("r/potentials.csv")).unwrap();
    let again = lab.command(&["verdict", "r"]).output().unwrap();
    assert!(again.status.success(), "{}", stderr(&again));
    assert_eq!(std::fs::read(lab.path("r/potentials.csv")).unwrap(), before);

    // A run does the same again.
    let run = &rows.last().unwrap().run;
    let replayed = lab.command(&["replay", run, "--results", "r"]).output().unwrap();
    assert!(replayed.status.success(), "{}", stderr(&replayed));
}

#[test]
fn runs_keep_their_ids_and_finished_ones_cannot_be_tested_again() {
    let lab = Lab::new(TINY);
    lab.succeed(&small(&["seeds=[1]"]));
    assert!(!lab.path("r/corruptions.csv").exists());
    let plain = timeless(&lab.path("r/curves.csv"));
    let refused = lab.run(&small(&["seeds=[1]", "evaluate.corruptions=[\"blur\"]"]));
    let text = stderr(&refused);
    assert_eq!(refused.status.code(), Some(1));
    assert!(text.contains("0 of the 5 corruptions") && text.contains("--fresh"), "{text}");

    let mut asked = small(&["seeds=[1]", "evaluate.corruptions=[\"blur\"]"]);
    asked[1] = "s";
    lab.succeed(&asked);
    assert_eq!(timeless(&lab.path("s/curves.csv")), plain);
    let count = |folder: &str| {
        read_table::<CorruptionRow>(&lab.path(folder).join("corruptions.csv")).unwrap().len()
    };
    assert_eq!(count("s"), 5 * (plain.len() - 1));
    // More seeds may come, and less is asked for is another question.
    asked[7] = "seeds=[1, 2]";
    lab.succeed(&asked);
    assert_eq!(count("s"), 2 * 5 * (plain.len() - 1));
    let mut less = small(&["seeds=[1, 2]", "evaluate.corruptions=[\"blur\"]"]);
    less[1] = "s";
    less.extend(["--set", "evaluate.severities=[1, 2]"]);
    let refused = lab.run(&less);
    assert!(stderr(&refused).contains("and 3 others"), "{}", stderr(&refused));
}

#[test]
fn wrong_keys_are_told() {
    let lab = Lab::new(TINY);
    for (setting, expected) in [
        ("evaluate.corruptions=[\"blurr\"]", "did you mean \"blur\""),
        ("evaluate.corruptions=\"some\"", "\"some\"; expected \"all\""),
        ("evaluate.corruptions=[\"blur\", \"blur\"]", "twice"),
        ("evaluate.corruptions=3", "expected \"all\", or a list"),
        ("evaluate.severities=[0, 1]", "0; expected whole numbers from 1 to 5"),
        ("evaluate.severities=[]", "none; expected some of 1 to 5"),
        ("evaluate.corruption=\"all\"", "corruption"),
    ] {
        let output = lab.run(&["--set", setting]);
        assert_eq!(output.status.code(), Some(1), "{setting}");
        assert!(stderr(&output).contains(expected), "{setting}: {}", stderr(&output));
    }
}
