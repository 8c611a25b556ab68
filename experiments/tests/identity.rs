//! Names of runs: they must not change as keys are added, or finished results would be done again.

use std::path::Path;

use experiments::config::{Overrides, read};
use experiments::plan::plan;

/// The ids of the committed results are those that the committed configurations ask for today. Where the
/// same configuration really gives other numbers, the version in `plan` is raised and they are made anew.
#[test]
fn runs_keep_their_ids() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    for (config, results) in [
        ("lenet.toml", "lenet-300-100"),
        ("lenet-5.toml", "lenet-5"),
        ("criteria/lenet-300-100.toml", "criteria/lenet-300-100"),
    ] {
        let experiment = read(&root.join("configs").join(config), &Overrides::default()).unwrap();
        let planned: Vec<_> = plan(&experiment, "mnist").into_iter().map(|run| run.id).collect();
        let table = root.join("results").join(results).join("runs.csv");
        let mut finished = csv::Reader::from_path(table).unwrap();
        let finished: Vec<_> =
            finished.records().map(|record| record.unwrap()[0].to_owned()).collect();
        assert_eq!(planned, finished, "{config}");
    }
}

/// What decides on the numbers is in the ids, and nothing else.
#[test]
fn the_device_is_no_part_of_them() {
    let config = Path::new(env!("CARGO_MANIFEST_DIR")).join("../configs/lenet.toml");
    let ids = |set: &[&str]| -> Vec<String> {
        let set = set.iter().map(|&setting| setting.to_owned()).collect();
        let experiment = read(&config, &Overrides { set, ..Overrides::default() }).unwrap();
        plan(&experiment, "mnist").into_iter().map(|run| run.id).collect()
    };
    let usual = ids(&[]);
    assert_eq!(ids(&["device=3"]), usual);
    assert_eq!(ids(&["train.precision=full"]), usual);
    let distinct = |other: Vec<String>| other.iter().all(|id| !usual.contains(id));
    assert!(distinct(ids(&["train.precision=mixed-bf16"])));
    assert!(distinct(ids(&["backend=wgpu"])));
}
