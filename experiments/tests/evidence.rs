//! What the rows say of a network beside its parent, and that it does not depend on when it was run.

mod common;

use common::{Lab, TINY, assert_same_tables};
use experiments::records::{CurveRow, read_table};

#[test]
fn rows_tell_on_which_images_a_network_differs_from_its_parent() {
    let lab = Lab::new(TINY);
    lab.succeed(&["--results", "r"]);
    let rows: Vec<CurveRow> = read_table(&lab.path("r/curves.csv")).unwrap();
    let parent = |seed: u64| rows.iter().find(|row| row.method == "dense" && row.seed == seed);
    for row in &rows {
        let images = row.test_images.unwrap() as f64;
        assert!(row.test_brier.unwrap() > 0.0 && row.test_brier.unwrap() < 2.0);
        assert!((0.0..=1.0).contains(&row.test_ece.unwrap()));
        assert_eq!(row.test_top5_accuracy, None, "the digits have ten classes");
        let changed = (row.churn, row.newly_wrong, row.newly_right, row.mcnemar_p, row.worst_class);
        let (Some(churn), Some(wrong), Some(right), Some(p), Some(_)) = changed else {
            assert_eq!(row.method, "dense", "only parents have no parent: {row:?}");
            continue;
        };
        assert_ne!(row.method, "dense");
        let gain = row.test_accuracy.unwrap() - parent(row.seed).unwrap().test_accuracy.unwrap();
        assert!(((right as f64 - wrong as f64) / images - gain).abs() < 1e-12, "{row:?}");
        assert!(churn * images >= (wrong + right) as f64 - 1e-9 && churn <= 1.0);
        assert!((0.0..=1.0).contains(&p));
        // The class that lost the most lost at least as much as the mean of all.
        assert!(row.worst_class_drop.unwrap() > -gain - 1e-9, "{row:?}");
        assert!((0.0..=1.0).contains(&row.worst_class_accuracy.unwrap()));
    }
}

#[test]
fn runs_added_later_say_the_same() {
    let lab = Lab::new(TINY);
    let retraining = |names: &'static str| ["--results", "r", "--set", "seeds=[1]", "--set", names];
    lab.succeed(&["--results", "whole", "--set", "seeds=[1]"]);
    lab.succeed(&retraining("prune.retraining=[\"none\", \"rewind\"]"));
    lab.succeed(&["--results", "r", "--set", "seeds=[1]"]);
    assert_same_tables(&lab.path("whole"), &lab.path("r"));
}
