//! Filter pruning through the program: runs, controls, budgets, and small networks that go on.

mod common;

use std::path::PathBuf;

use common::{Lab, TINY, stderr};
use experiments::records::CurveRow;

const METHODS: &str = "prune.methods=[\"pfp\", \"pfp-top\", \"pfp-rand\", \"filter-threshold\", \
    \"filter-norm\", \"thinet\", \"taylor\", \"random-filter\"]";

/// TINY with these settings in place of its own; the rows of pruned networks.
fn run(lab: &Lab, results: &str, settings: &[&str]) -> Vec<CurveRow> {
    let mut arguments = vec!["--results", results, "--set", "seeds=[1]"];
    settings.iter().for_each(|setting| arguments.extend(["--set", setting]));
    lab.succeed(&arguments);
    let path = lab.path(&format!("{results}/curves.csv"));
    let mut reader = csv::Reader::from_path(path).unwrap();
    let rows: Vec<CurveRow> = reader.deserialize().map(Result::unwrap).collect();
    assert!(rows.iter().all(|row| row.status == "ok"), "{settings:?}: {rows:?}");
    rows.into_iter().filter(|row| row.method != "dense").collect()
}

/// Survivors are trained as small networks or as large ones with zeros: the same masks, the same function
/// before training, and as good after it.
#[test]
fn small_networks_are_trained_as_the_masked_ones_would_be() {
    let lab = Lab::new(TINY);
    let common = [METHODS, "prune.retraining=[\"none\", \"fine-tune\", \"rewind\"]"];
    let small = run(&lab, "small", &common);
    let masked = run(&lab, "masked", &[&common[..], &["retrain.shrink=false"]].concat());
    assert_eq!(small.len(), 8 * 2 * 3 * 2);
    let mut far = 0;
    for (small, masked) in small.iter().zip(&masked) {
        let asked = (&small.method, &small.schedule, &small.retraining, small.density_asked);
        assert_eq!(
            asked,
            (&masked.method, &masked.schedule, &masked.retraining, masked.density_asked)
        );
        // An iterative run chooses by what was trained, in which rounding differs.
        if small.schedule == "one-shot" {
            assert_eq!(small.kept_weights, masked.kept_weights, "{asked:?}");
            assert_eq!(small.test_accuracy_before, masked.test_accuracy_before, "{asked:?}");
        }
        // A unit of fc1 has 64 weights, is read by 10 and has a bias.
        let parameters = small.shrunk_parameters.unwrap();
        assert_eq!((parameters - 10) % 75, 0, "{asked:?}");
        assert_eq!(small.shrunk_multiply_adds, Some(small.kept_weights), "{asked:?}");
        let accuracy = |row: &CurveRow| row.test_accuracy.unwrap();
        far += usize::from((accuracy(small) - accuracy(masked)).abs() > 0.05);
    }
    assert!(far <= small.len() / 20, "{far}");
}

#[test]
fn multiply_adds_are_a_budget_too() {
    let lab = Lab::new(&TINY.replace("\"mlp\"\nwidths = [12]", "\"lenet-5-caffe\""));
    let settings = [
        "prune.methods=[\"pfp\", \"filter-norm\"]",
        "prune.retraining=[\"none\"]",
        "prune.schedules=[\"one-shot\"]",
        "train.length=\"12 iterations\"",
        "prune.budget=multiply-adds",
        "prune.densities=[0.5, 0.2]",
    ];
    let rows = run(&lab, "multiply-adds", &settings);
    let whole = rows[0].multiply_adds as f64 * rows[0].speed_up;
    for row in &rows {
        assert_eq!(row.budget, "multiply-adds");
        let share = row.multiply_adds as f64 / whole;
        // A filter of conv2 is a fiftieth of it.
        assert!((share - row.density_asked).abs() < 0.03, "{} {share}", row.method);
    }
    // Which is not a budget of parameters.
    assert!(rows.iter().any(|row| (row.density - row.density_asked).abs() > 0.03), "{rows:?}");
}

/// Masks of whole channels, shuffled, random and inverted; random masks with the same counts; counts of
/// another method.
#[test]
fn controls_are_made_of_whole_channels() {
    let lab = Lab::new(TINY);
    let settings = [
        "prune.methods=[{ name = \"filter-norm\", masks = [\"chosen\", \"shuffled\", \"random\", \
         \"inverted\"] }, { name = \"random-filter\", same-as = \"pfp\" }]",
        "prune.retraining=[\"none\", \"rewind\", \"random-mask\", \"reinit\"]",
        "certificate.enabled=false",
    ];
    let rows = run(&lab, "controls", &settings);
    for row in &rows {
        assert_eq!(row.kept_weights % 74, 0, "{row:?}");
    }
    let options: std::collections::BTreeSet<&str> =
        rows.iter().map(|row| row.options.as_str()).collect();
    assert_eq!(options.len(), 4, "{options:?}");
}

/// The choice of `soft-filter` is renewed while all filters train; the bits do not depend on the number
/// of workers.
#[test]
fn soft_filters_are_chosen_while_they_train() {
    let lab = Lab::new(TINY);
    let settings = [
        "prune.methods=[\"soft-filter\", \"filter-norm\"]",
        "prune.retraining=[\"fine-tune\", \"rewind\", \"prune-at-init\"]",
        "prune.renew_every=\"10 iterations\"",
        "certificate.enabled=false",
    ];
    let rows = run(&lab, "soft", &settings);
    let jobs: Vec<&str> = settings.iter().flat_map(|setting| ["--set", setting]).collect();
    lab.succeed(&[&["--results", "one", "--jobs", "1", "--set", "seeds=[1]"], &jobs[..]].concat());
    for file in ["curves.csv", "layers.csv", "history.csv"] {
        let (a, b) = (lab.path("soft").join(file), lab.path("one").join(file));
        assert_eq!(common::timeless(&a), common::timeless(&b), "{file}");
    }
    let of = |method: &str, retraining: &str| -> Vec<f64> {
        let rows = rows.iter().filter(|row| row.method == method && row.retraining == retraining);
        rows.map(|row| row.test_accuracy.unwrap()).collect()
    };
    // Rewound there is nothing soft: the two are one method.
    assert_eq!(of("soft-filter", "rewind"), of("filter-norm", "rewind"));
    assert_ne!(of("soft-filter", "fine-tune"), of("filter-norm", "fine-tune"));
}

fn golden(file: &str) -> String {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../crates/pruning/tests/golden/lenet-5");
    PathBuf::from(folder).join(file).display().to_string()
}

/// Filters are pruned, the network is made small, and the small one goes through every command again.
#[test]
fn a_network_from_files_becomes_small_and_is_pruned_again() {
    let lab = Lab::new(TINY);
    let (weights, points) = (golden("weights.safetensors"), golden("points.safetensors"));
    let on = |command: &str, weights: &str, more: &[&str]| {
        let arguments =
            [&[command, "--network", "lenet-5", "--weights", weights, "--points", &points], more]
                .concat();
        let output = lab.command(&arguments).output().unwrap();
        assert!(output.status.success(), "{arguments:?}: {}", stderr(&output));
        String::from_utf8(output.stdout).unwrap()
    };
    let mut from = weights.clone();
    for (round, method) in ["pfp", "pfp-rand", "thinet", "filter-norm"].into_iter().enumerate() {
        let (pruned, small) =
            (format!("{round}.safetensors"), format!("small-{round}.safetensors"));
        let scores = format!("scores-{round}.safetensors");
        let text = on("score", &from, &["--method", method, "--out", &scores]);
        assert!(text.contains("filters over 64 points"), "{text}");
        let text = on("prune", &from, &["--method", method, "--keep", "0.6", "--out", &pruned]);
        assert!(text.contains("ε bound"), "{text}");
        assert_eq!(text.contains("one relative error"), method.starts_with("pfp"), "{text}");
        on("certify", &from, &["--pruned", &pruned, "--out", "certificate.csv"]);
        let text = on("shrink", &pruned, &["--out", &small]);
        assert!(text.contains("widths of the same module: conv1"), "{text}");
        from = small;
    }
}

#[test]
fn what_does_not_go_together_is_told() {
    let lab = Lab::new(TINY);
    for (setting, words) in [
        ("prune.scope=per-layer", ["prune.scope", "whole channels", "global, uniform"]),
        ("prune.budget=flops", ["prune.budget", "flops", "parameters, multiply-adds"]),
        ("prune.renew_every=\"0 iterations\"", ["prune.renew_every", "no time", "at least 1"]),
        (
            "prune.methods=[{ name = \"pfp\", offsets = \"mean\" }]",
            ["prune.methods.offsets", "mean", "sum, max"],
        ),
        (
            "prune.methods=[{ name = \"pfp\", same-as = \"magnitude\" }]",
            ["prune.methods.same_as", "single weights", "two of a kind"],
        ),
        (
            "prune.methods=[{ name = \"thinet\", samples = 0 }]",
            ["prune.methods", "samples: 0", "at least 1"],
        ),
    ] {
        let output = lab.run(&["--set", "prune.methods=[\"pfp\"]", "--set", setting]);
        let message = stderr(&output);
        assert_eq!(output.status.code(), Some(1), "{setting}: {message}");
        assert!(words.iter().all(|word| message.contains(word)), "{setting}: {message}");
    }
    let output = lab.run(&["--set", "prune.budget=multiply-adds"]);
    let message = stderr(&output);
    assert!(message.contains("prunes single weights; expected \"parameters\""), "{message}");
}
