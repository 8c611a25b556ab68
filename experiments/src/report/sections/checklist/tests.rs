use super::*;
use crate::report::fixtures::{curves, results, results_of};

fn found<'a>(checks: &'a [Check], item: &str) -> &'a Check {
    let check = checks.iter().find(|check| check.item.starts_with(item));
    check.unwrap_or_else(|| panic!("an item \"{item}\""))
}

#[test]
fn boxes_by_hand() {
    let checks = checks(&results());
    for (item, mark, words) in [
        ("Compression ratio", Mark::Ticked, "both are defined"),
        ("At least five operating points", Mark::Ticked, "5 densities"),
        ("From no loss to collapse", Mark::Ticked, "worst at 2 %: −1"),
        ("The whole trade-off curve", Mark::Ticked, "2 methods under the same schedule"),
        ("Raw accuracy", Mark::Ticked, "3 of 3 dense networks"),
        ("Top-5", Mark::Unasked, "ten classes or fewer"),
        ("At least three initial networks", Mark::Ticked, "3 seeds"),
        ("Mean and sample standard deviation", Mark::Ticked, "25 of 25 points"),
        ("At least three pairs", Mark::Open, "mlp on digits"),
        ("Random pruning", Mark::Ticked, "yes: random"),
        ("Random pruning with the same counts", Mark::Ticked, "yes: magnitude"),
        ("Magnitude pruning, weights", Mark::Ticked, "yes: magnitude"),
        ("Magnitude pruning with the same counts", Mark::Unasked, "no method but"),
        ("Hyper-parameters", Mark::Open, "no config.toml"),
        ("Sanity check: the mask shuffled", Mark::Ticked, "magnitude at most"),
        ("Sanity check: initial values", Mark::Ticked, "magnitude at most"),
        ("Sanity check: scores", Mark::Open, "add masks = [\"chosen\", \"inverted\"]"),
    ] {
        let check = found(&checks, item);
        assert!(check.mark == mark && check.found.contains(words), "{check:?}");
    }
}

#[test]
fn every_open_box_says_what_would_tick_it() {
    let few: Vec<CurveRow> = curves()
        .into_iter()
        .filter(|row| row.seed == 1 && (row.method == "dense" || row.retraining == "fine-tune"))
        .filter(|row| row.method != "random" && row.density_asked >= 0.1)
        .map(|row| CurveRow {
            method: if row.method == "dense" { row.method.clone() } else { "sipp".to_owned() },
            ..row
        })
        .collect();
    let checks = checks(&results_of(few));
    for (item, words) in [
        ("At least five operating points", "3 densities; add densities"),
        ("From no loss to collapse", "worst at 10 %"),
        (
            "The whole trade-off curve",
            "1 method under the same schedule and retraining; add methods",
        ),
        ("At least three initial networks", "1 seed; add seeds"),
        ("Mean and sample standard deviation", "3 of 3 points have fewer than two seeds"),
        ("Random pruning", "no: add the method random"),
        ("Random pruning with the same counts", "no: add the retraining random-mask"),
        ("Magnitude pruning, weights", "no: add the method magnitude"),
        ("Magnitude pruning with the same counts", "no: add { name = \"magnitude\", same-as"),
        ("Sanity check: the mask shuffled", "no: add the retraining random-mask"),
        ("Sanity check: initial values", "no: add the retraining reinit"),
    ] {
        let check = found(&checks, item);
        assert!(check.mark == Mark::Open && check.found.contains(words), "{check:?}");
    }
}

#[test]
fn a_control_that_loses_nothing_is_told() {
    let same =
        |row: CurveRow| CurveRow { test_accuracy: Some(0.9 + 0.001 * row.seed as f64), ..row };
    let checks = checks(&results_of(curves().into_iter().map(same).collect()));
    let check = found(&checks, "Sanity check: the mask shuffled");
    assert!(check.found.ends_with("no more than the margin"), "{check:?}");
    assert!(!found(&super::checks(&results()), "Sanity check: the mask").found.contains("no more"));
}

#[test]
fn masks_of_options_are_controls_too() {
    let shuffled =
        curves().into_iter().filter(|row| row.retraining == "fine-tune").map(|row| CurveRow {
            options: "steps=3,mask=shuffled".to_owned(),
            test_accuracy: row.test_accuracy.map(|accuracy| accuracy - 0.02),
            ..row
        });
    let chosen = curves().into_iter().map(|row| CurveRow {
        options: if row.retraining == "fine-tune" { "steps=3".to_owned() } else { String::new() },
        ..row
    });
    let checks = checks(&results_of(chosen.chain(shuffled).collect()));
    let check = found(&checks, "Sanity check: the mask shuffled");
    assert!(check.found.contains("magnitude (steps=3) at most 2.00 points"), "{check:?}");
}
