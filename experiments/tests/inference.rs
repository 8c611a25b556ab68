//! How much faster survivors answer, in `curves.csv`.

mod common;

use common::{Lab, TINY};
use experiments::records::{CurveRow, read_table};

#[test]
fn rows_tell_it_where_steps_may_be_sparse() {
    let lab = Lab::new(TINY);
    let common = [
        "--set",
        "seeds=[1]",
        "--set",
        "prune.methods=[\"magnitude\", \"filter-norm\"]",
        "--set",
        "prune.retraining=[\"none\", \"fine-tune\"]",
        "--set",
        "prune.schedules=[\"one-shot\"]",
    ];
    for compute in ["dense", "auto"] {
        let setting = format!("train.compute={compute}");
        lab.succeed(&[&["--results", compute, "--set", &setting], &common[..]].concat());
        let rows: Vec<CurveRow> = read_table(&lab.path(compute).join("curves.csv")).unwrap();
        assert_eq!(rows.len(), 9);
        for row in rows {
            let is_measured = compute == "auto" && row.method == "magnitude";
            assert_eq!(row.inference_speed_up.is_some(), is_measured, "{row:?}");
            assert!(row.inference_speed_up.is_none_or(|times| times > 0.0));
        }
    }
    // A run that is done again is the same but for times.
    let runs: Vec<CurveRow> = read_table(&lab.path("auto/curves.csv")).unwrap();
    let run = &runs.iter().find(|row| row.retraining == "fine-tune").unwrap().run;
    let output = lab.command(&["replay", run, "--results", "auto"]).output().unwrap();
    assert!(output.status.success(), "{}", common::stderr(&output));
}
