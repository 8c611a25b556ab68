//! Prunings without retraining between those with it.

mod common;

use common::{Lab, TINY, stderr};
use experiments::records::CurveRow;

const ITERATIVE: [&str; 6] = [
    "--set",
    "seeds=[1]",
    "--set",
    "prune.schedules=[\"iterative\"]",
    "--set",
    "prune.methods=[\"magnitude\", \"sipp\", \"sipp-rand\", \"filter-norm\", \"soft-filter\"]",
];

fn rows(lab: &Lab, name: &str, settings: &[&str]) -> Vec<CurveRow> {
    let mut arguments = vec!["--results", name];
    arguments.extend(ITERATIVE);
    settings.iter().for_each(|setting| arguments.extend(["--set", setting]));
    lab.succeed(&arguments);
    let rows = csv::Reader::from_path(lab.path(name).join("curves.csv")).unwrap();
    let rows: Vec<CurveRow> = rows.into_deserialize().map(Result::unwrap).collect();
    assert!(rows.iter().all(|row| row.status == "ok"), "{rows:?}");
    rows.into_iter().filter(|row| row.method != "dense").collect()
}

#[test]
fn every_second_density_is_retrained_and_has_a_row() {
    let lab = Lab::new(TINY);
    let four = "prune.densities=[0.8, 0.6, 0.45, 0.3]";
    let between = rows(&lab, "between", &[four, "retrain.every=2"]);
    // Five methods, six retrainings but for soft-filter, whose own two.
    assert!(between.len() > 40);
    let asked = |row: &CurveRow| row.density_asked == 0.6 || row.density_asked == 0.3;
    assert!(between.iter().all(asked), "{between:?}");
    let straight = rows(&lab, "straight", &["prune.densities=[0.6, 0.3]"]);
    assert_eq!(between.len(), straight.len());
    let find = |rows: &[CurveRow], method: &str, retraining: &str, density: f64| {
        let is_it = |row: &&CurveRow| {
            row.method == method && row.retraining == retraining && row.density_asked == density
        };
        rows.iter().find(is_it).unwrap().clone()
    };
    // Magnitudes do not change as others go, so that the way does not matter; sensitivities do.
    for density in [0.6, 0.3] {
        let [a, b] = [&between, &straight].map(|rows| find(rows, "magnitude", "none", density));
        assert_eq!((a.test_loss, a.kept_weights), (b.test_loss, b.kept_weights));
    }
    let [a, b] = [&between, &straight].map(|rows| find(rows, "sipp", "none", 0.6));
    assert_eq!(a.kept_weights, b.kept_weights);
    assert_ne!(a.test_loss, b.test_loss);

    let output = lab
        .command(
            &[
                &["config.toml", "--dry-run", "--set", four, "--set", "retrain.every=2"][..],
                &ITERATIVE,
            ]
            .concat(),
        )
        .output()
        .unwrap();
    let plan = String::from_utf8(output.stdout).unwrap();
    let trained = between.iter().filter(|row| row.iterations > 0).count();
    // And the parent's.
    let line = plan.lines().find(|line| line.starts_with("trainings")).unwrap();
    assert!(line.contains(&format!(" {}, ", trained + 1)), "{trained}: {line}");
}

#[test]
fn what_does_not_fit_is_named() {
    let lab = Lab::new(TINY);
    for (settings, words) in [
        (
            ["retrain.every=3", "prune.schedules=[\"iterative\"]"],
            "3, of 2 densities; expected a divisor",
        ),
        (["retrain.every=0", "prune.schedules=[\"iterative\"]"], "0; expected at least 1"),
        (["retrain.every=2", "prune.schedules=[\"one-shot\"]"], "schedules = [\"iterative\"]"),
    ] {
        let arguments = ["--dry-run", "--set", settings[0], "--set", settings[1]];
        let output = lab.run(&arguments);
        let message = stderr(&output);
        assert!(!output.status.success() && message.contains(words), "{message}");
        assert!(message.contains("retrain.every"), "{message}");
    }
}
