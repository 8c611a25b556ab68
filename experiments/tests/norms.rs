//! Statistics of norms taken anew after a pruning.

mod common;

use common::{Lab, TINY};
use experiments::records::CurveRow;

const COMMON: [&str; 6] = [
    "seeds=[1]",
    "prune.schedules=[\"one-shot\", \"iterative\"]",
    "prune.methods=[\"magnitude\"]",
    "prune.densities=[0.5, 0.2]",
    "prune.retraining=[\"none\", \"fine-tune\", \"rewind\"]",
    "train.length=\"40 iterations\"",
];

/// The rows of the experiment with these settings.
fn rows(lab: &Lab, name: &str, settings: &[&str]) -> Vec<CurveRow> {
    let mut arguments = vec!["--results", name];
    COMMON.iter().chain(settings).for_each(|setting| arguments.extend(["--set", setting]));
    lab.succeed(&arguments);
    let path = lab.path(name).join("curves.csv");
    csv::Reader::from_path(path).unwrap().deserialize().map(Result::unwrap).collect()
}

const ANEW: &str = "prune.reestimate_norms=true";

#[test]
fn a_residual_network_is_better_off_and_other_runs_are_the_same() {
    let lab = Lab::new(TINY);
    let small = ["network.name=resnet-20", "network.widths=[4, 4, 8]"];
    let old = rows(&lab, "old", &small);
    let new = rows(&lab, "new", &[&small[..], &[ANEW]].concat());
    let again = rows(&lab, "again", &[&small[..], &[ANEW]].concat());
    assert_eq!(old.len(), new.len());
    let mut gained = 0.0;
    for ((old, new), again) in old.iter().zip(&new).zip(&again) {
        let concerned = ["none", "fine-tune"].contains(&new.retraining.as_str());
        // Dense networks and rewound ones are the same runs, by the same name.
        assert_eq!(old.run != new.run, concerned, "{new:?}");
        assert_eq!(old.test_loss_before != new.test_loss_before, concerned, "{new:?}");
        assert_eq!(old.kept_weights, new.kept_weights);
        assert_eq!(
            (new.test_loss_before, new.test_loss),
            (again.test_loss_before, again.test_loss)
        );
        if new.retraining == "none" && new.schedule == "one-shot" {
            gained += old.test_loss_before.unwrap() - new.test_loss_before.unwrap();
        }
    }
    assert!(gained > 0.0, "the losses of pruned networks fall, in sum by {gained}");
}

#[test]
fn a_network_without_norms_does_not_notice() {
    let lab = Lab::new(TINY);
    let old = rows(&lab, "old", &[]);
    let new = rows(&lab, "new", &[ANEW]);
    assert_eq!(old.len(), new.len());
    for (old, new) in old.iter().zip(&new) {
        let measured = |row: &CurveRow| {
            let before = (row.test_loss_before, row.validation_loss_before);
            (before, row.test_loss, row.validation_loss, row.kept_weights)
        };
        assert_eq!(measured(old), measured(new));
    }
}
