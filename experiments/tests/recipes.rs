//! Every way to train that a file can ask for.

mod common;

use std::path::{Path, PathBuf};

use common::{Lab, TINY};
use experiments::records::CurveRow;

fn rows(path: &Path) -> Vec<CurveRow> {
    csv::Reader::from_path(path).unwrap().deserialize().map(Result::unwrap).collect()
}

/// The runs check after every retraining that pruned weights are exactly zero: momentum, moments
/// and weight decay have their say here.
#[test]
fn every_optimiser_and_schedule_learns_and_keeps_its_mask() {
    let lab = Lab::new(TINY);
    for (name, settings) in [
        ("nesterov", &["train.nesterov=true", "train.weight_decay=0.01"][..]),
        ("adam", &["train.optimizer=adam", "train.momentum=0.0", "train.learning_rate=0.01"]),
        (
            "adamw",
            &[
                "train.optimizer=adamw",
                "train.momentum=0.0",
                "train.learning_rate=0.01",
                "train.weight_decay=0.1",
            ],
        ),
        (
            "steps",
            &["train.schedule=multi-step", "train.milestones=[\"1 epoch\", \"40 iterations\"]"],
        ),
        (
            "linear",
            &["train.schedule=linear", "train.warm_up=\"1 epoch\"", "train.length=\"3 epochs\""],
        ),
        (
            "constant",
            &["train.schedule=constant", "network.init=glorot-normal", "train.batch_size=50"],
        ),
        (
            "augmented",
            &["dataset.augment={ pad = 1, flip = false }", "train.evaluate_every=\"1 epoch\""],
        ),
    ] {
        let common = ["seeds=[1]", "prune.densities=[0.5]", "prune.schedules=[\"one-shot\"]"];
        let mut arguments = vec!["--results", name];
        common.iter().chain(settings).for_each(|setting| arguments.extend(["--set", setting]));
        lab.succeed(&arguments);
        for row in rows(&lab.path(name).join("curves.csv")) {
            assert_eq!(row.status, "ok", "{name}");
            let learned = row.retraining == "none" || row.test_accuracy > row.test_accuracy_before;
            assert!(learned || row.test_accuracy.unwrap() > 0.8, "{name}: {row:?}");
            assert!(row.method != "dense" || row.test_accuracy.unwrap() > 0.5, "{name}: {row:?}");
        }
    }
}

#[test]
fn a_late_rewind_starts_from_what_the_parent_was_then() {
    let lab = Lab::new(TINY);
    let settings = [
        "--set",
        "seeds=[1]",
        "--set",
        "prune.methods=[\"magnitude\"]",
        "--set",
        "prune.densities=[1.0]",
    ];
    let only =
        ["--set", "prune.schedules=[\"one-shot\"]", "--set", "prune.retraining=[\"rewind\"]"];
    // With nothing pruned the rewound network is the parent at that moment: still untrained at 0,
    // ahead of it at 10 iterations.
    let before = |name: &str, moment: &str| {
        let rewind = format!("prune.rewind_to={moment}");
        lab.succeed(&[&["--results", name, "--set", &rewind][..], &settings, &only].concat());
        let rows = rows(&lab.path(name).join("curves.csv"));
        (rows[0].clone(), rows[1].clone())
    };
    let (dense, rewound) = before("start", "0 iterations");
    assert_eq!(dense.test_loss_before, rewound.test_loss_before);
    let (dense, rewound) = before("late", "10 iterations");
    assert!(rewound.test_loss_before < dense.test_loss_before);
    assert_eq!(rewound.iterations, dense.iterations - 10);
}

#[test]
fn every_committed_configuration_is_valid() {
    let lab = Lab::new(TINY);
    let configs = Path::new(env!("CARGO_MANIFEST_DIR")).join("../configs");
    let files = |folder: &Path| -> Vec<PathBuf> {
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect()
    };
    let mut seen = 0;
    for path in files(&configs).into_iter().chain(files(&configs.join("criteria"))) {
        if path.is_dir() {
            continue;
        }
        let arguments = [path.to_str().unwrap(), "--dry-run", "--set", "dataset.name=digits"];
        let output = lab.command(&arguments).output().unwrap();
        assert!(output.status.success(), "{}: {}", path.display(), common::stderr(&output));
        seen += 1;
    }
    assert!(seen >= 5);
}
