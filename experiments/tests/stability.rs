//! Late rewinding and its stability, as a user asks for them.

mod common;

use common::{Lab, TINY, stderr};
use experiments::records::{CurveRow, RunRow, StabilityRow, VerdictRow, read_table};

const SETTINGS: [&str; 5] = [
    "prune.methods=[\"magnitude\"]",
    "prune.retraining=[\"fine-tune\", \"rewind\", \"reinit\", \"random-mask\"]",
    "prune.rewind_to=[\"0 iterations\", \"59 iterations\"]",
    "seeds=[1]",
    "network.widths=[8]",
];

fn arguments<'a>(more: &[&'a str]) -> Vec<&'a str> {
    let settings = SETTINGS.into_iter().chain(more.iter().copied());
    ["--results", "r"].into_iter().chain(settings.flat_map(|setting| ["--set", setting])).collect()
}

fn rows(lab: &Lab) -> Vec<CurveRow> {
    read_table(&lab.path("r/curves.csv")).unwrap()
}

#[test]
fn a_list_of_moments_gives_a_run_for_each() {
    let lab = Lab::new(TINY);
    lab.succeed(&arguments(&[]));
    let rows = rows(&lab);
    // Two densities under two schedules.
    let count = |retraining: &str, rewind_to: Option<usize>| {
        let own = |row: &&CurveRow| row.retraining == retraining && row.rewind_to == rewind_to;
        rows.iter().filter(own).count()
    };
    for retraining in ["rewind", "random-mask"] {
        assert_eq!([count(retraining, Some(0)), count(retraining, Some(59))], [4, 4]);
    }
    assert_eq!([count("fine-tune", None), count("train", None)], [4, 1]);
    // Its masks are the ticket's where pruning is iterative.
    assert_eq!([0, 59].map(|moment| count("reinit", Some(moment))), [2, 2]);
    assert_eq!(count("reinit", None), 2);
    assert!(rows.iter().all(|row| row.barrier.is_none() && row.second_order_seed.is_none()));
    assert!(!lab.path("r/stability.csv").exists());
    let iterations = |moment| {
        let own = rows.iter().find(|row| row.retraining == "rewind" && row.rewind_to == moment);
        own.unwrap().iterations
    };
    assert_eq!([Some(0), Some(59)].map(iterations), [60, 1]);

    // Every ticket beside its own controls.
    let verdicts: Vec<VerdictRow> = read_table(&lab.path("r/verdicts.csv")).unwrap();
    let tickets = verdicts.iter().filter(|row| row.question == "ticket");
    assert_eq!(tickets.filter(|row| row.seeds == 1).count(), 2 * 2 * 2 * 3);
    let out = lab.command(&["verdict", "r"]).output().unwrap();
    let text = String::from_utf8_lossy(&out.stdout).into_owned();
    assert!(text.contains("magnitude, rewound to 59"), "{text}");
    for plot in ["accuracy-one-shot-rewind", "accuracy-one-shot-rewind-59"] {
        assert!(lab.path(&format!("r/plots/{plot}.svg")).exists(), "{plot}");
    }

    // A single moment gives the same runs as it does among several, but for the parent's name.
    let runs =
        |folder: &str| -> Vec<RunRow> { read_table(&lab.path(folder).join("runs.csv")).unwrap() };
    let mut one = arguments(&["prune.rewind_to=\"59 iterations\""]);
    one[1] = "one";
    lab.succeed(&one);
    let several = runs("r");
    for run in runs("one").iter().filter(|run| run.rewind_to == Some(59)) {
        assert!(several.iter().any(|other| other.run == run.run), "{run:?}");
    }
}

#[test]
fn two_copies_are_compared_along_the_line_between_them() {
    let lab = Lab::new(TINY);
    lab.succeed(&arguments(&["retrain.stability=true", "prune.schedules=[\"one-shot\"]"]));
    let stability: Vec<StabilityRow> = read_table(&lab.path("r/stability.csv")).unwrap();
    let rows = rows(&lab);
    let of =
        |retraining: &'static str| stability.iter().filter(move |row| row.retraining == retraining);
    assert_eq!(of("train").map(|row| row.rewind_to).collect::<Vec<_>>(), [0, 59]);
    assert_eq!(
        ["rewind", "random-mask", "reinit", "fine-tune"].map(|name| of(name).count()),
        [4, 4, 2, 0]
    );
    for row in &stability {
        let errors: Vec<f64> = row.test_errors.split(' ').map(|e| e.parse().unwrap()).collect();
        assert_eq!((errors.len(), row.train_losses.split(' ').count()), (11, 11));
        let ends = (row.test_error_first.unwrap() + row.test_error_second.unwrap()) / 2.0;
        assert_eq!(
            [row.test_error_first, row.test_error_second],
            [Some(errors[0]), Some(errors[10])]
        );
        let barrier = errors.iter().copied().fold(0.0, f64::max) - ends;
        assert!((row.barrier.unwrap() - barrier).abs() < 1e-12 && barrier >= 0.0, "{row:?}");
        assert!(row.barrier_train_loss.unwrap() >= 0.0);
        let curve = rows
            .iter()
            .find(|curve| (&curve.run, curve.density_asked) == (&row.run, row.density_asked));
        let curve = curve.unwrap();
        // The first copy is the one that the row is about.
        assert!((1.0 - errors[0] - curve.test_accuracy.unwrap()).abs() < 1e-12, "{row:?}");
        if row.method == "dense" {
            assert_eq!(curve.barrier, None, "two moments");
            assert_eq!(row.iterations, 60);
        } else {
            assert_eq!(
                (curve.barrier, curve.second_iterations),
                (row.barrier, Some(row.iterations))
            );
            assert_eq!(curve.second_order_seed, Some(row.second_order_seed));
            assert_eq!(row.iterations, 60 - row.rewind_to);
        }
    }
    // One last step on another batch, at a rate that has all but gone, changes next to nothing.
    let of_moment = |moment: usize| {
        let own = of("train").chain(of("rewind")).filter(|row| row.rewind_to == moment);
        own.map(|row| row.barrier.unwrap()).fold(0.0, f64::max)
    };
    assert!(of_moment(59) < 0.01 && of_moment(0) >= of_moment(59), "{stability:?}");
    let run = &of("rewind").next_back().unwrap().run;
    let replayed = lab.command(&["replay", run, "--results", "r"]).output().unwrap();
    assert!(replayed.status.success(), "{}", stderr(&replayed));
    let text = String::from_utf8_lossy(&replayed.stdout).into_owned();
    assert!(text.contains("are the same"), "{text}");
}

#[test]
fn small_networks_and_norms_have_a_line_too() {
    let lab = Lab::new(TINY);
    lab.succeed(&[
        "--results",
        "r",
        "--set",
        "seeds=[1]",
        "--set",
        "prune.methods=[\"filter-norm\"]",
        "--set",
        "prune.schedules=[\"one-shot\"]",
        "--set",
        "prune.retraining=[\"rewind\"]",
        "--set",
        "network={name=\"resnet-20\", widths=[4, 4, 4]}",
        "--set",
        "train.length=\"3 iterations\"",
        "--set",
        "train.warm_up=\"0 iterations\"",
        "--set",
        "prune.rewind_to=\"2 iterations\"",
        "--set",
        "certificate.enabled=false",
        "--set",
        "retrain.stability=true",
    ]);
    let rows = rows(&lab);
    assert!(
        rows.iter().all(|row| row.barrier.is_some() && row.barrier_train_loss.is_some()),
        "{rows:?}"
    );
    // One moment, so that the dense network's stands in its row too.
    let dense = rows.iter().find(|row| row.method == "dense").unwrap();
    assert_eq!((dense.second_iterations, dense.rewind_to), (Some(3), None));
}

#[test]
fn wrong_moments_are_told() {
    let lab = Lab::new(TINY);
    for (setting, expected) in [
        ("prune.rewind_to=[]", "no moment; expected at least one"),
        ("prune.rewind_to=[\"1 iterations\", \"1 iterations\"]", "twice"),
        ("prune.rewind_to=[\"1 iterations\", \"60 iterations\"]", "not before the end"),
        ("prune.rewind_to=\"soon\"", "500 iterations"),
        ("retrain.stability=1", "stability"),
    ] {
        let output = lab.run(&["--set", setting]);
        assert_eq!(output.status.code(), Some(1), "{setting}");
        assert!(stderr(&output).contains(expected), "{setting}: {}", stderr(&output));
    }
}
