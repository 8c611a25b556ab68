//! Every method, scope, mask, retraining and ladder that a file can ask for, through the program.

mod common;

use std::collections::BTreeMap;

use common::{Lab, TINY, assert_same_tables};
use experiments::records::{CurveRow, LayerRow};

fn read<T: serde::de::DeserializeOwned>(lab: &Lab, file: &str) -> Vec<T> {
    csv::Reader::from_path(lab.path(file)).unwrap().deserialize().map(Result::unwrap).collect()
}

/// TINY with these settings in place of its own, run into `results`.
fn run(lab: &Lab, results: &str, settings: &[&str]) -> Vec<CurveRow> {
    let common = ["seeds=[1]", "certificate.enabled=false", "prune.schedules=[\"one-shot\"]"];
    let mut arguments = vec!["--results", results];
    common.iter().chain(settings).for_each(|setting| arguments.extend(["--set", setting]));
    lab.succeed(&arguments);
    let rows: Vec<CurveRow> = read(lab, &format!("{results}/curves.csv"));
    assert!(rows.iter().all(|row| row.status == "ok"), "{settings:?}: {rows:?}");
    rows.into_iter().filter(|row| row.method != "dense").collect()
}

fn asked(row: &CurveRow) -> usize {
    (row.density_asked * row.total_weights as f64).round() as usize
}

#[test]
fn every_method_prunes_and_trains_under_every_scope() {
    let lab = Lab::new(TINY);
    let entries = pruning::methods::ENTRIES;
    for scope in ["", "global", "per-layer", "per-unit", "erk", "rates", "uniform"] {
        let fits = |entry: &&pruning::methods::Entry| {
            scope.is_empty() || scope.parse::<pruning::Scope>().unwrap().fits(entry.grain())
        };
        let names: Vec<&str> = entries.iter().filter(fits).map(|entry| entry.name).collect();
        let methods = format!("prune.methods={names:?}");
        let scope_key = format!("prune.scope={scope}");
        let mut settings = vec![methods.as_str(), "prune.retraining=[\"none\", \"fine-tune\"]"];
        settings.push("prune.rates={ fc2 = 0.1, '*' = 0.2 }");
        if !scope.is_empty() {
            settings.push(&scope_key);
        }
        let rows = run(&lab, &format!("scope-{scope}"), &settings);
        assert_eq!(rows.len(), 2 * 2 * names.len());
        for row in &rows {
            let entry = pruning::methods::entry(&row.method).unwrap();
            assert_eq!(row.scope, if scope.is_empty() { entry.scope.as_str() } else { scope });
            let tolerance = match (entry.grain(), entry.exact) {
                (pruning::Grain::Weights, true) => 0,
                (pruning::Grain::Weights, false) => (asked(row) / 200).max(1),
                // A unit of fc1 has 64 weights and is read by 10.
                (pruning::Grain::Channels, exact) => {
                    if exact {
                        37
                    } else {
                        148
                    }
                }
            };
            assert!(row.kept_weights.abs_diff(asked(row)) <= tolerance, "{row:?}");
            assert_eq!(row.points > 0, entry.needs.points, "{row:?}");
            assert!(row.effective_weights.unwrap() <= row.kept_weights);
        }
    }
}

#[test]
fn layers_can_be_left_out_and_another_methods_counts_taken() {
    let lab = Lab::new(TINY);
    let settings = [
        "prune.methods=[\"sipp\", \"random\", { name = \"magnitude\", same-as = \"sipp\" }]",
        "prune.retraining=[\"none\"]",
    ];
    run(&lab, "same", &settings);
    let counts = |results: &str| -> BTreeMap<String, Vec<usize>> {
        let mut counts: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        for row in read::<LayerRow>(&lab, &format!("{results}/layers.csv")) {
            counts
                .entry(format!("{} {}", row.method, row.scope))
                .or_default()
                .push(row.kept_weights);
        }
        counts
    };
    let found = counts("same");
    assert_eq!(found["magnitude same-as sipp"], found["sipp global"]);
    assert_ne!(found["random global"], found["sipp global"]);

    let apart = ["prune.leave_out=[\"last\"]", "prune.densities=[0.5, 0.2]"];
    run(&lab, "apart", &[&settings[..], &apart].concat());
    // fc1 64x12, fc2 12x10: at density 0.5 and 0.2 of 888.
    for (name, kept) in counts("apart") {
        if name != "dense " {
            assert_eq!(kept, [324, 120, 58, 120], "{name}");
        }
    }
}

#[test]
fn masks_and_initial_values_of_controls_are_what_they_say() {
    let lab = Lab::new(TINY);
    let rows = run(
        &lab,
        "controls",
        &[
            "prune.methods=[\"magnitude\", \"sipp\"]",
            "prune.masks=[\"chosen\", \"shuffled\", \"random\", \"inverted\"]",
            "prune.retraining=[\"none\", \"rewind\", \"fresh-signs\", \"signed-constant\"]",
            "prune.schedules=[\"one-shot\", \"iterative\"]",
            "prune.rewind_to=\"10 iterations\"",
        ],
    );
    assert_eq!(rows.len(), 2 * 2 * 4 * 4 * 2);
    let layers: Vec<LayerRow> = read(&lab, "controls/layers.csv");
    let counts = |options: &str, retraining: &str| -> Vec<usize> {
        let here = layers.iter().filter(|row| {
            (row.options.as_str(), row.retraining.as_str(), row.schedule.as_str())
                == (options, retraining, "one-shot")
        });
        here.map(|row| row.kept_weights).collect()
    };
    assert_eq!(counts("mask=shuffled", "none"), counts("", "none"));
    assert_ne!(counts("mask=random", "none"), counts("", "none"));
    for row in &rows {
        assert_eq!(row.kept_weights, asked(row), "{row:?}");
        let iterations = if row.retraining == "none" { 0 } else { 50 };
        assert_eq!(row.iterations, iterations, "{row:?}");
    }
    let accuracy = |options: &str| {
        let here = rows.iter().filter(|row| {
            row.options == options && row.retraining == "none" && row.density_asked == 0.5
        });
        here.map(|row| row.test_accuracy.unwrap()).sum::<f64>()
    };
    for control in ["mask=shuffled", "mask=random", "mask=inverted"] {
        assert!(accuracy(control) < accuracy("") - 0.2, "{control}");
    }
}

#[test]
fn ladders_of_rounds_and_spacings_give_their_densities() {
    let lab = Lab::new(TINY);
    let methods = "prune.methods=[\"magnitude\"]";
    for (results, densities, expected) in [
        ("rounds", "{ rounds = 3, rate = 0.5 }", &[444, 222, 111][..]),
        // 768 · 0.8^k + 120 · 0.9^k.
        ("rates", "{ rounds = 3 }", &[722, 589, 481]),
        (
            "harmonic",
            "{ from = 0.5, to = 0.1, count = 3, spacing = \"harmonic\" }",
            &[444, 148, 89],
        ),
        ("cubic", "{ from = 0.9, to = 0.1, count = 3, spacing = \"cubic\" }", &[799, 178, 89]),
    ] {
        let densities = format!("prune.densities={densities}");
        let settings = [
            methods,
            &densities,
            "prune.schedules=[\"iterative\"]",
            "prune.retraining=[\"rewind\"]",
            "prune.scope=rates",
            "prune.rates={ fc2 = 0.1, '*' = 0.2 }",
        ];
        let kept: Vec<usize> =
            run(&lab, results, &settings).iter().map(|r| r.kept_weights).collect();
        assert_eq!(kept, expected, "{results}");
    }
}

#[test]
fn gradual_pruning_trains_down_to_the_density() {
    let lab = Lab::new(TINY);
    let settings = [
        "prune.methods=[\"magnitude\", \"sipp-hybrid\", \"snip\", { name = \"random\", masks = [\"shuffled\"] }]",
        "prune.schedules=[\"gradual\"]",
        "prune.retraining=[\"fine-tune\", \"prune-at-init\"]",
        "prune.gradual={ begin = \"5 iterations\", end = \"40 iterations\", every = \"10 iterations\" }",
        "train.momentum=0.9",
    ];
    let rows = run(&lab, "gradual", &settings);
    assert_eq!(rows.len(), 4 * 2 * 2);
    for row in &rows {
        let exact = row.method != "sipp-hybrid";
        let tolerance = if exact { 0 } else { (asked(row) / 200).max(1) };
        assert!(row.kept_weights.abs_diff(asked(row)) <= tolerance, "{row:?}");
        assert!(row.seconds_prune > 0.0 && row.iterations == 60, "{row:?}");
        let learned = row.test_accuracy > row.test_accuracy_before;
        assert!(row.retraining == "fine-tune" || row.density_asked < 0.5 || learned, "{row:?}");
    }
    let mut again = vec!["--results", "again", "--jobs", "3"];
    let common = ["seeds=[1]", "certificate.enabled=false"];
    settings.iter().chain(&common).for_each(|setting| again.extend(["--set", setting]));
    lab.succeed(&again);
    for file in ["curves.csv", "layers.csv", "history.csv"] {
        let (a, b) = (lab.path("gradual").join(file), lab.path("again").join(file));
        assert_eq!(common::timeless(&a), common::timeless(&b), "{file}");
    }
}

#[test]
fn dead_weights_are_told_and_can_be_replaced() {
    let lab = Lab::new(TINY);
    let settings = [
        "prune.methods=[\"random\"]",
        "prune.densities=[0.02]",
        "prune.retraining=[\"none\"]",
        "seeds=[1, 2, 3]",
    ];
    let dead = run(&lab, "dead", &settings);
    assert!(dead.iter().any(|row| row.effective_weights.unwrap() < row.kept_weights), "{dead:?}");
    let alive = run(&lab, "alive", &[&settings[..], &["prune.remove_dead=true"]].concat());
    for (before, after) in dead.iter().zip(&alive) {
        assert_eq!((after.kept_weights, after.warning.as_str()), (asked(after), ""));
        assert!(after.effective_weights >= before.effective_weights, "{after:?}");
        assert_eq!(after.effective_weights, Some(after.kept_weights));
    }
    // Nothing but the first layer can be kept: no path is left.
    let cut = ["prune.methods=[\"magnitude\"]", "prune.leave_out=[\"first\"]"];
    let cut = [&cut[..], &["prune.densities=[0.8649]", "prune.retraining=[\"none\"]"]].concat();
    let rows = run(&lab, "cut", &cut);
    assert_eq!(
        (rows[0].warning.as_str(), rows[0].effective_weights),
        ("disconnected: fc1 fc2", Some(0))
    );
}

#[test]
fn the_bits_of_all_methods_do_not_depend_on_the_number_of_jobs() {
    let lab = Lab::new(TINY);
    let names: Vec<&str> = pruning::methods::ENTRIES.iter().map(|entry| entry.name).collect();
    let methods = format!("prune.methods={names:?}");
    for (jobs, results) in [("1", "one"), ("3", "three")] {
        let retraining = "prune.retraining=[\"none\"]";
        let arguments = ["--jobs", jobs, "--results", results, "--set", &methods];
        lab.succeed(&[&arguments[..], &["--set", retraining, "--set", "seeds=[1]"]].concat());
    }
    assert_same_tables(&lab.path("one"), &lab.path("three"));
}
