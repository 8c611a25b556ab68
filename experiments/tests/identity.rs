//! Names of runs: they must not change as keys are added, or finished results would be done again.

use std::path::Path;

use experiments::config::{Overrides, read};
use experiments::plan::plan;
use models::zoo;

/// The ids of the committed results are those that the committed configurations ask for today. Where the
/// same configuration really gives other numbers, the version in `plan` is raised and they are made anew.
#[test]
fn runs_keep_their_ids() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    for (config, results) in [
        ("lenet.toml", "lenet-300-100"),
        ("lenet-5.toml", "lenet-5"),
        ("criteria/lenet-300-100.toml", "criteria/lenet-300-100"),
        ("lottery/lenet-300-100-quick.toml", "lottery/lenet-300-100-quick"),
    ] {
        let path = root.join("configs").join(config);
        let mut experiment = read(&path, &Overrides::default()).unwrap();
        // As when an experiment is prepared: rounds come to densities once the layers are known.
        let architecture = zoo::architecture(&experiment.network).unwrap();
        let rounds = experiment.ladder.densities(&architecture, &experiment.rates).unwrap();
        experiment.densities = rounds.unwrap_or(experiment.densities);
        let planned: Vec<_> = plan(&experiment, "mnist").into_iter().map(|run| run.id).collect();
        let table = root.join("results").join(results).join("runs.csv");
        let mut finished = csv::Reader::from_path(table).unwrap();
        let finished: Vec<_> =
            finished.records().map(|record| record.unwrap()[0].to_owned()).collect();
        assert_eq!(planned, finished, "{config}");
    }
}

/// The ids of `lenet.toml` with these values set.
fn ids(set: &[&str]) -> Vec<String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../configs/lenet.toml");
    let set = set.iter().map(|&setting| setting.to_owned()).collect();
    let experiment = read(&path, &Overrides { set, ..Overrides::default() }).unwrap();
    plan(&experiment, "mnist").into_iter().map(|run| run.id).collect()
}

#[test]
fn what_changes_no_result_changes_no_id() {
    let plain = ids(&[]);
    for setting in [
        "name=other",
        "dataset.path=elsewhere",
        "dataset.url=http://localhost/",
        "verdict.margin=0.1",
        // Defaults, written out.
        "train.nesterov=false",
        "train.decay=0.1",
        "backend=flex",
        "prune.rewind_to=0 iterations",
        "prune.masks=[\"chosen\"]",
        "prune.remove_dead=false",
        "prune.reestimate_norms=false",
        "prune.budget=parameters",
        "certificate.enabled=true",
        "retrain.shrink=true",
    ] {
        assert_eq!(ids(&[setting]), plain, "{setting}");
    }
    // More runs leave the others as they are.
    let more = ids(&["seeds=[1, 2, 3, 4]"]);
    assert!(plain.iter().all(|id| more.contains(id)) && more.len() > plain.len());
}

#[test]
fn every_key_that_matters_changes_what_it_matters_to() {
    let plain = ids(&[]);
    let parents = 3;
    for setting in [
        "backend=ndarray",
        "dataset.validation=0.2",
        "dataset.split_seed=1",
        "dataset.augment={pad=2, flip=false}",
        "network.name=lenet-5",
        "network.init=glorot-normal",
        "train.length=1601 iterations",
        "train.batch_size=65",
        "train.learning_rate=0.11",
        "train.momentum=0.91",
        "train.nesterov=true",
        "train.weight_decay=2e-4",
        "train.schedule=cosine",
        "train.warm_up=99 iterations",
        "train.evaluate_every=399 iterations",
        "prune.rewind_to=1 iterations",
    ] {
        let other = ids(&[setting]);
        assert!(plain.iter().all(|id| !other.contains(id)), "{setting}");
    }
    let without = ids(&["train.momentum=0"]);
    let adam = ids(&["train.momentum=0", "train.optimizer=adam"]);
    assert!(without.iter().all(|id| !adam.contains(id)));
    for setting in [
        "retrain.length=1599 iterations",
        "retrain.learning_rate=0.09",
        "prune.densities=[0.5, 0.2, 0.1, 0.05, 0.02]",
        "prune.scope=per-layer",
        "prune.points=100",
        "prune.delta=0.01",
        "prune.leave_out=[\"last\"]",
        "prune.remove_dead=true",
        "prune.masks=[\"shuffled\"]",
        "prune.schedules=[\"iterative\"]",
        "certificate.enabled=false",
        "certificate.constant=4",
    ] {
        let other = ids(&[setting]);
        assert_eq!(
            other[..parents],
            plain[..parents],
            "{setting}: the dense networks are the same"
        );
        let survivors = &plain[parents..];
        assert!(survivors.iter().all(|id| !other.contains(id)), "{setting}");
    }
}

/// The device decides on no number, the precision and the backend do.
#[test]
fn the_device_is_no_part_of_them() {
    let usual = ids(&[]);
    assert_eq!(ids(&["device=3"]), usual);
    assert_eq!(ids(&["train.precision=full"]), usual);
    let distinct = |other: Vec<String>| other.iter().all(|id| !usual.contains(id));
    assert!(distinct(ids(&["train.precision=mixed-bf16"])));
    assert!(distinct(ids(&["backend=wgpu"])));
}
