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
