//! Every way to train that a file can ask for.

mod common;

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use common::{Lab, TINY};
use experiments::config::{Overrides, read};
use experiments::records::CurveRow;
use experiments::step::Step;

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
        ("sparse", &["train.compute=sparse"]),
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

/// All TOML files under a folder of the repository.
fn files_under(folder: &Path) -> Vec<PathBuf> {
    let mut left = vec![folder.to_owned()];
    let mut files = Vec::new();
    while let Some(path) = left.pop() {
        if path.is_dir() {
            left.extend(std::fs::read_dir(path).unwrap().map(|entry| entry.unwrap().path()));
        } else if path.extension().is_some_and(|extension| extension == "toml") {
            files.push(path);
        }
    }
    files
}

fn configs() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../configs")
}

#[test]
fn every_committed_configuration_is_valid() {
    // Recipes are no experiments, and an image folder has no path until somebody names one.
    let recipes = configs().join("paper/recipes");
    let overrides = Overrides { data: Some("data".into()), ..Overrides::default() };
    let files = files_under(&configs());
    let experiments = files.iter().filter(|path| !path.starts_with(&recipes));
    let mut names = HashMap::new();
    for path in experiments {
        let experiment = read(path, &overrides).unwrap_or_else(|error| panic!("{error}"));
        let other = names.insert(experiment.name.clone(), path);
        assert!(
            other.is_none(),
            "{}: {} is also that of {other:?}",
            path.display(),
            experiment.name
        );
    }
    assert!(names.len() >= 35, "{names:?}");
    // Every recipe serves an experiment, or another recipe.
    for recipe in files.iter().filter(|path| path.starts_with(&recipes)) {
        let name = format!("{}\"", recipe.file_name().unwrap().to_str().unwrap());
        let extends = |path: &&PathBuf| {
            let text = std::fs::read_to_string(path).unwrap();
            text.lines().any(|line| line.starts_with("extends = ") && line.ends_with(&name))
        };
        assert!(files.iter().any(|path| extends(&path)), "{}", recipe.display());
    }
}

#[test]
fn small_committed_configurations_can_be_planned() {
    let lab = Lab::new(TINY);
    let folders = ["", "criteria", "gpu", "lottery"].map(|folder| configs().join(folder));
    let is_direct =
        |path: &PathBuf| folders.iter().any(|folder| path.parent() == Some(folder.as_path()));
    let files: Vec<_> = files_under(&configs()).into_iter().filter(is_direct).collect();
    for path in &files {
        let arguments = [
            path.to_str().unwrap(),
            "--dry-run",
            "--set",
            "dataset.name=digits",
            "--set",
            "dataset.validation=0.1",
        ];
        let output = lab.command(&arguments).output().unwrap();
        assert!(output.status.success(), "{}: {}", path.display(), common::stderr(&output));
    }
    assert!(files.len() >= 13);
}

#[test]
fn the_papers_experiments_say_what_their_tables_say() {
    let overrides = Overrides { data: Some("data".into()), ..Overrides::default() };
    let read = |name: &str| read(&configs().join("paper").join(name), &overrides).unwrap();
    let cascade = read("sipp/cascade-vgg16.toml");
    assert_eq!(
        (cascade.train.length, cascade.retrain.length),
        (Step::Epochs(300), Step::Epochs(150))
    );
    assert_eq!((cascade.train.batch_size, cascade.train.learning_rate), (256, 0.05));
    assert_eq!((cascade.methods.len(), cascade.densities.len(), cascade.seeds.len()), (5, 60, 3));
    // Those that are followed by retraining.
    let retrained = cascade.densities.iter().skip(2).step_by(cascade.retrain_every);
    let values: Vec<f64> = retrained.map(|density| (density.value() * 1e4).round() / 1e4).collect();
    assert_eq!((values.len(), values[0], values[5], values[19]), (20, 0.85, 0.3169, 0.02));
    let filters = read("pfp/cascade-vgg16.toml");
    assert_eq!((filters.densities, filters.retrain), (cascade.densities, cascade.retrain));
    let names: Vec<_> = filters.methods.iter().map(|(method, _)| method.name).collect();
    assert_eq!(names, ["pfp", "filter-threshold", "soft-filter", "thinet"]);
    let late = read("sipp/mnist-lenet300-sizes-retrained.toml");
    assert_eq!((late.retrain.length, late.retrain.learning_rate), (Step::Epochs(2), 1e-4));
    assert_eq!(late.methods.len(), 3);
}

/// Parents are the same for "dense" and "auto", and need not be trained again.
#[test]
fn sparse_steps_are_part_of_what_a_run_is_where_they_may_be_taken() {
    let lab = Lab::new(TINY);
    let ids = |settings: &[&str]| -> Vec<(bool, String)> {
        let settings: Vec<String> = settings.iter().map(|&setting| setting.to_owned()).collect();
        let overrides = Overrides { set: settings, ..Overrides::default() };
        let experiment = read(&lab.path("config.toml"), &overrides).unwrap();
        let runs = experiments::plan::plan(&experiment, "data").into_iter();
        runs.map(|run| (run.kind == experiments::plan::Kind::Parent, run.id)).collect()
    };
    let differ = |a: &[(bool, String)], b: &[(bool, String)]| {
        let pairs = a.iter().zip(b).filter(|(a, b)| a.1 != b.1);
        let (mut parents, mut survivors) = (0, 0);
        pairs.for_each(|(a, _)| if a.0 { parents += 1 } else { survivors += 1 });
        (parents > 0, survivors > 0)
    };
    let dense = ids(&[]);
    assert_eq!(differ(&dense, &ids(&["train.compute=dense"])), (false, false));
    assert_eq!(differ(&dense, &ids(&["train.compute=auto"])), (false, true));
    assert_eq!(
        differ(&dense, &ids(&["train.compute=auto", "retrain.compute=dense"])),
        (false, false)
    );
    assert_eq!(differ(&dense, &ids(&["train.compute=sparse"])), (true, true));
    let auto = ids(&["train.compute=auto"]);
    assert_eq!(differ(&auto, &ids(&["retrain.compute=auto"])), (false, false));
    assert_eq!(
        differ(&auto, &ids(&["train.compute=sparse", "retrain.compute=auto"])),
        (true, true)
    );
}
