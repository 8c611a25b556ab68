//! Lottery tickets: repeated controls, controls at some densities alone, and what was found beside what is known.

mod common;

use std::collections::BTreeSet;
use std::fs;

use common::{Lab, stderr};
use experiments::records::{ComparisonRow, CurveRow, MeanRow, RunRow, read_table};
use experiments::seeds::Seeds;

/// The paper's ladder on its network, with the embedded digits and in little time.
const TICKETS: &str = r#"
name = "tickets"
seeds = [1, 2]

[dataset]
name = "digits"
validation = 0.2

[network]
name = "lenet-300-100"
init = "glorot-normal"

[train]
length = "40 iterations"
optimizer = "adam"
learning_rate = 5e-3
evaluate_every = "10 iterations"

[prune]
methods = [{ name = "magnitude", scope = "rates" }]
rates = { "fc3" = 0.1, "*" = 0.2 }
schedules = ["iterative"]
densities = { rounds = 4 }
retraining = ["rewind", { name = "reinit", repeats = 2, at = [2, 3] }, { name = "random-mask", repeats = 3, at = [3] }]

[certificate]
enabled = false
"#;

fn curves(lab: &Lab) -> Vec<CurveRow> {
    read_table(&lab.path("r/curves.csv")).unwrap()
}

#[test]
fn controls_are_repeated_at_some_densities() {
    let lab = Lab::new(TICKETS);
    let out = lab.succeed(&["--dry-run"]);
    assert!(out.contains("14 (2 dense, 12 pruned)"), "{out}");
    // 2 dense networks, 2 · 4 tickets, 2 · 2 · 2 fresh initialisations and 2 · 3 random masks.
    assert!(out.contains("24, 960 iterations"), "{out}");
    let out = lab.succeed(&["--results", "r"]);
    assert!(out.contains("repeats of controls are averaged for each seed first"), "{out}");

    let rows = curves(&lab);
    assert_eq!(rows.len(), 24);
    let means: Vec<MeanRow> = read_table(&lab.path("r/means.csv")).unwrap();
    let random = means.iter().find(|row| row.retraining == "random-mask").unwrap();
    assert_eq!((random.seeds, random.trials, random.quantity.as_str()), (2, 6, "test_accuracy"));
    assert!(random.least < random.mean && random.mean < random.greatest, "{random:?}");
    for plot in ["ticket", "stop"] {
        assert!(lab.path(&format!("r/plots/{plot}-iterative-magnitude-rates.svg")).exists());
    }
    for (arguments, words) in [
        (&["plot", "r"][..], "sample standard deviation over 2 seeds. Repeats"),
        (&["plot", "r", "--bars", "min-max"], "least to the greatest trial of 2 seeds"),
    ] {
        assert!(lab.command(arguments).output().unwrap().status.success());
        let ticket = lab.path("r/plots/ticket-iterative-magnitude-rates.svg");
        let text = fs::read_to_string(ticket).unwrap();
        assert!(text.contains(words), "{arguments:?}");
    }
    let of = |retraining: &str, seed: u64, repeat: usize| {
        let wanted = move |row: &&CurveRow| {
            (row.retraining.as_str(), row.seed, row.repeat) == (retraining, seed, repeat)
        };
        rows.iter().filter(wanted).collect::<Vec<_>>()
    };
    let densities = |rows: &[&CurveRow]| {
        rows.iter().map(|row| (row.density_asked * 100.0).round()).collect::<Vec<_>>()
    };
    assert_eq!(densities(&of("rewind", 1, 1)), [80.0, 64.0, 51.0, 41.0]);
    assert_eq!(densities(&of("reinit", 2, 2)), [64.0, 51.0]);
    assert_eq!(densities(&of("random-mask", 1, 3)), [51.0]);
    // Repeats are trained from other values, and nothing else is repeated by mistake.
    let losses: BTreeSet<String> = rows
        .iter()
        .filter(|row| ["reinit", "random-mask"].contains(&row.retraining.as_str()))
        .map(|row| format!("{:?}", row.test_loss))
        .collect();
    assert_eq!(losses.len(), 14);

    let runs: Vec<RunRow> = read_table(&lab.path("r/runs.csv")).unwrap();
    let run = |retraining: &str, repeat: usize| {
        let wanted =
            |run: &&RunRow| run.retraining == retraining && run.seed == 1 && run.repeat == repeat;
        runs.iter().find(wanted).unwrap()
    };
    let seeds = Seeds::new(1);
    assert_eq!(run("reinit", 1).reinit_seed, Some(seeds.reinit(2, 1)));
    assert_eq!(run("reinit", 2).reinit_seed, Some(seeds.reinit(2, 2)));
    assert_eq!(run("random-mask", 3).random_mask_seed, Some(seeds.random_mask(3, 3)));
    assert_eq!(run("reinit", 1).order_seed, run("reinit", 2).order_seed);
    assert_eq!(runs.iter().map(|run| &run.run).collect::<BTreeSet<_>>().len(), runs.len());

    // Another repeat is added to what is there, and one is run again from its id.
    let all = TICKETS.replace("repeats = 2", "repeats = 3");
    fs::write(lab.path("config.toml"), all).unwrap();
    let out = lab.succeed(&["--results", "r"]);
    assert!(out.contains("16 runs, 14 of them finished before"), "{out}");
    let replay = lab.command(&["replay", &run("reinit", 2).run, "--results", "r"]);
    let output = { replay }.output().unwrap();
    assert!(output.status.success(), "{}", stderr(&output));
}

#[test]
fn training_accuracy_stands_beside_test_accuracy() {
    let lab = Lab::new(TICKETS);
    lab.succeed(&[
        "--results",
        "r",
        "--set",
        "seeds=[1]",
        "--set",
        "train.length=\"120 iterations\"",
    ]);
    for row in curves(&lab) {
        let (end, stop) =
            (row.training_accuracy.unwrap(), row.training_accuracy_at_best_validation.unwrap());
        assert!(end >= row.test_accuracy.unwrap() - 0.02 && (0.5..=1.0).contains(&stop), "{row:?}");
        assert!(row.training_images.unwrap() > 1000, "{row:?}");
        if row.best_validation_iteration == Some(120) {
            assert_eq!(end, stop);
        }
    }
}

#[test]
fn wrong_repeats_and_positions_are_told() {
    let lab = Lab::new(TICKETS);
    for (retraining, message) in [
        ("[{ name = \"rewind\", repeats = 2 }]", "2 of \"rewind\", which draws nothing"),
        ("[\"rewind\", { name = \"reinit\", repeats = 0 }]", "0; expected 1 to 1000"),
        (
            "[\"rewind\", { name = \"reinit\", at = [0, 2] }]",
            "[0, 2]; expected rising positions in prune.densities, from 1 to 4",
        ),
        ("[\"rewind\", { name = \"reinit\", at = [5] }]", "from 1 to 4"),
        ("[\"rewind\", { name = \"reinit\", at = [3, 2] }]", "rising positions"),
        ("[\"rewind\", { name = \"reinit\", at = [] }]", "rising positions"),
        ("[{ name = \"rewind\", at = [1, 2] }]", "only controls can leave some out"),
        ("[{ name = \"rewnd\" }]", "did you mean \"rewind\"?"),
        ("[\"rewind\", { name = \"reinit\", repeat = 2 }]", "expected a retraining such as"),
    ] {
        let setting = format!("prune.retraining={retraining}");
        let output = lab.run(&["--results", "r", "--set", &setting]);
        assert_eq!(output.status.code(), Some(1), "{retraining}");
        assert!(stderr(&output).contains(message), "{retraining}: {}", stderr(&output));
    }
}

#[test]
fn what_was_found_stands_beside_what_is_known() {
    let lab = Lab::new(TICKETS);
    lab.succeed(&["--results", "r"]);
    let compare = |arguments: &[&str]| {
        let all = [&["compare", "r"][..], arguments].concat();
        lab.command(&all).output().unwrap()
    };
    let refused = |arguments: &[&str], words: &str| {
        let output = compare(arguments);
        assert_eq!(output.status.code(), Some(1));
        assert!(stderr(&output).contains(words), "{}", stderr(&output));
    };
    refused(
        &["--with", "papr"],
        "--with papr; expected one of: paper, replication; did you mean \"paper\"?",
    );
    refused(
        &[],
        "the rows are of lenet-300-100 on digits; findings are known of lenet-300-100 on mnist",
    );

    // As if the digits were MNIST's.
    let text = fs::read_to_string(lab.path("r/curves.csv")).unwrap();
    fs::write(lab.path("r/curves.csv"), text.replace(",digits,", ",mnist,")).unwrap();
    let output = compare(&["--with", "replication"]);
    assert!(output.status.success(), "{}", stderr(&output));
    let output = compare(&["--with", "paper"]);
    let shown = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(shown.contains("Of 10 findings") && shown.contains("not-measured"), "{shown}");
    assert!(shown.contains("* about the end of 50000 iterations"), "{shown}");

    let rows: Vec<ComparisonRow> = read_table(&lab.path("r/comparison.csv")).unwrap();
    let of = |reference: &str| rows.iter().filter(|row| row.reference == reference).count();
    assert_eq!((of("paper"), of("replication"), rows.len()), (10, 9, 19));
    assert_eq!(rows[0].reference, "paper", "in the order of the file of findings");
    for row in &rows {
        let measured = row.reproduced != "not-measured";
        assert!(["yes", "no", "not-measured"].contains(&row.reproduced.as_str()), "{row:?}");
        assert!(measured || row.found.is_none(), "{row:?}");
        assert_eq!(row.iterations_found, 40);
    }
    let at_half = rows.iter().find(|row| row.quantity.starts_with("test accuracy of rewind minus"));
    let at_half = at_half.unwrap();
    let expected: Vec<f64> = curves(&lab)
        .iter()
        .filter(|row| (row.density_asked - 0.5128).abs() < 1e-3 && row.retraining == "rewind")
        .map(|row| 100.0 * row.test_accuracy.unwrap())
        .collect();
    let dense: Vec<f64> =
        curves(&lab)[..2].iter().map(|row| 100.0 * row.test_accuracy.unwrap()).collect();
    let mean = (expected[0] - dense[0] + expected[1] - dense[1]) / 2.0;
    assert!((at_half.found.unwrap() - mean).abs() < 1e-9, "{at_half:?}");
    // Nothing below 41 % was trained.
    let sparse = rows.iter().filter(|row| row.density.is_some_and(|density| density < 0.4));
    assert!(sparse.clone().count() > 5 && { sparse }.all(|row| row.reproduced == "not-measured"));
    // The same again gives the same file.
    let before = fs::read(lab.path("r/comparison.csv")).unwrap();
    compare(&["--with", "paper"]);
    assert_eq!(fs::read(lab.path("r/comparison.csv")).unwrap(), before);
}
