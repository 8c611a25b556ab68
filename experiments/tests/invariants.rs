//! What happens to an experiment when an invariant does not hold.

mod common;

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use common::{Lab, TINY, stderr, timeless};
use experiments::config::{Overrides, read};
use experiments::data::{Part, Tagged};
use experiments::records::CurveRow;
use experiments::run::{Options, execute, prepare};
use models::tensors;

fn rows(folder: PathBuf) -> Vec<CurveRow> {
    let reader = csv::Reader::from_path(folder.join("curves.csv"));
    reader.unwrap().deserialize().map(Result::unwrap).collect()
}

/// What is done to a mask, given the one before it.
type Tamper = fn(&mut [u8], &[u8]);

/// What the row's status says of it then.
type Told = fn(&CurveRow) -> String;

/// Masks that the control of a ticket is about to train are changed on disk: one with a weight too
/// many, one with a weight back that had been pruned before.
#[test]
fn masks_that_were_tampered_with_end_the_experiment() {
    let lab = Lab::new(TINY);
    let arguments = |retraining: &'static str| -> Vec<&str> {
        let settings = ["seeds=[1]", "prune.methods=[\"sipp\"]", "prune.schedules=[\"iterative\"]"];
        let settings = settings.into_iter().chain([retraining]);
        ["--results", "r"].into_iter().chain(settings.flat_map(|s| ["--set", s])).collect()
    };
    lab.succeed(&arguments("prune.retraining=[\"rewind\"]"));
    let before = timeless(&lab.path("r/runs.csv"));
    let both = arguments("prune.retraining=[\"rewind\", \"reinit\"]");
    let tamperings: [(usize, Tamper, Told); 2] = [
        (
            1,
            |mask, _| keep(mask, 0, 1),
            |row| {
                let asked = (row.density_asked * row.total_weights as f64).round() as usize;
                let kept = asked + 1;
                format!("budget: the mask keeps {kept} weights; asked for {asked}, give or take 0")
            },
        ),
        (2, swap, |_| "nested: layer \"fc1\": 1 of the ".to_owned()),
    ];
    for (k, tamper, expected) in tamperings {
        let (first, path) = (mask_file(&lab, 1), mask_file(&lab, k));
        let whole = std::fs::read(&path).unwrap();
        let before_it = tensors::read::<u8>(&first).unwrap()["fc1.mask"].values.clone();
        let mut tampered = tensors::read::<u8>(&path).unwrap();
        tamper(&mut tampered.get_mut("fc1.mask").unwrap().values, &before_it);
        tensors::write(&path, &tampered).unwrap();

        let output = lab.run(&both);
        let message = stderr(&output);
        assert_eq!(output.status.code(), Some(1), "{message}");
        let rows = rows(lab.path("r"));
        let control: Vec<&CurveRow> =
            rows.iter().filter(|row| row.retraining == "reinit").collect();
        let row = control.last().unwrap();
        assert_eq!(control.len(), k);
        let expected = format!("invariant {}", expected(row));
        assert!(row.status.starts_with(&expected), "{} is not {expected}", row.status);
        assert!(message.contains(&format!("error: {}: {}", row.run, row.status)), "{message}");
        // What was finished stays finished, and the run is none of it.
        assert_eq!(timeless(&lab.path("r/runs.csv")), before);
        std::fs::write(&path, whole).unwrap();
    }
    // With the masks as they were, the run is done again and its rows are replaced.
    lab.succeed(&both);
    let rows = rows(lab.path("r"));
    assert!(rows.iter().all(|row| row.status == "ok"));
    assert_eq!(rows.iter().filter(|row| row.retraining == "reinit").count(), 2);
}

/// The mask at the k-th density, of the only run that has any.
fn mask_file(lab: &Lab, k: usize) -> PathBuf {
    let files = std::fs::read_dir(lab.path("r/checkpoints")).unwrap();
    let mut files = files.map(|file| file.unwrap().path());
    files.find(|file| file.to_string_lossy().ends_with(&format!("mask-{k}.safetensors"))).unwrap()
}

/// Turns the first flag that is `from` into `to`.
fn keep(mask: &mut [u8], from: u8, to: u8) {
    *mask.iter_mut().find(|keep| **keep == from).unwrap() = to;
}

/// As many weights, but one of them had been pruned before.
fn swap(mask: &mut [u8], before: &[u8]) {
    keep(mask, 1, 0);
    mask[before.iter().position(|&keep| keep == 0).unwrap()] = 1;
}

/// The validation set is made the test set behind the program's back.
#[test]
fn choosing_by_test_images_ends_the_experiment() {
    let lab = Lab::new(TINY);
    let experiment = read(&lab.path("config.toml"), &Overrides::default()).unwrap();
    let mut prepared = prepare(experiment).unwrap();
    prepared.data.validation =
        Tagged::new(Part::Test, prepared.data.validation.to_report().clone());
    let folder = lab.path("r");
    let stop = Arc::new(AtomicBool::new(false));
    let options = Options {
        folder: folder.clone(),
        fresh: false,
        title: String::new(),
        jobs: 1,
        checkpoint_every: std::time::Duration::MAX,
        cache: None,
        stop,
        dashboard: None,
    };
    let error = execute(&prepared, &options).unwrap_err().to_string();
    assert!(error.contains("invariant test-untouched: "), "{error}");
    let rows = rows(folder);
    assert!(rows.len() == 1 && error.ends_with(&rows[0].status), "{rows:?}");
}
