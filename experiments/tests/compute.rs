//! Which steps trainings take under `compute = "auto"`: what the folder's calibration says, whenever it was
//! measured.

mod common;

use std::path::Path;

use common::{Lab, TINY, assert_same_tables, stderr};
use experiments::records::{CurveRow, read_table};

const AUTO: [&str; 8] = [
    "--set",
    "retrain.compute=auto",
    "--set",
    "prune.methods=[\"magnitude\"]",
    "--set",
    "prune.schedules=[\"one-shot\"]",
    "--set",
    "prune.retraining=[\"none\", \"fine-tune\"]",
];

fn run(lab: &Lab, folder: &str, more: &[&str]) {
    lab.succeed(&[&AUTO[..], &["--results", folder], more].concat());
}

/// Seed, density and steps of what was retrained.
fn steps(folder: &Path) -> Vec<(u64, f64, String)> {
    let rows: Vec<CurveRow> = read_table(&folder.join("curves.csv")).unwrap();
    let retrained = rows.into_iter().filter(|row| row.retraining == "fine-tune");
    retrained.map(|row| (row.seed, row.density_asked, row.compute)).collect()
}

fn said(seed: u64, [half, tenth]: [&str; 2]) -> Vec<(u64, f64, String)> {
    vec![(seed, 0.5, half.to_owned()), (seed, 0.1, tenth.to_owned())]
}

/// Puts a made-up calibration into a folder: a stored weight takes a microsecond in sparse steps, nothing else
/// does; a dense step takes these microseconds. Layers never pay with all their weights.
fn make_up(lab: &Lab, folder: &str, dense: f64) {
    make_up_filled(lab, folder, dense, [1e9, 1e9]);
}

/// The same where the layers take so long with all their weights.
fn make_up_filled(lab: &Lab, folder: &str, dense: f64, filled: [f64; 2]) {
    let measured = std::fs::read_to_string(lab.path("measured/calibration.toml")).unwrap();
    let mut calibration: toml::Table = toml::from_str(&measured).unwrap();
    calibration.insert("dense".to_owned(), dense.into());
    calibration.insert("rest".to_owned(), 0.0.into());
    for (layer, filled) in calibration["layers"].as_array_mut().unwrap().iter_mut().zip(filled) {
        layer["filled"] = filled.into();
        let stored: Vec<toml::Value> = vec![0.into(), layer["weights"].clone()];
        let times = vec![toml::Value::Float(0.0), (stored[1].as_integer().unwrap() as f64).into()];
        layer["stored"] = stored.into();
        layer["sparse"] = times.into();
    }
    std::fs::create_dir_all(lab.path(folder)).unwrap();
    std::fs::write(lab.path(folder).join("calibration.toml"), calibration.to_string()).unwrap();
}

/// A lab that has measured, with one seed.
fn measured() -> Lab {
    let lab = Lab::new(&TINY.replace("seeds = [1, 2]", "seeds = [1]"));
    run(&lab, "measured", &[]);
    lab
}

/// 64 · 12 + 12 · 10 weights.
const WEIGHTS: f64 = 888.0;

#[test]
fn the_calibration_of_the_folder_decides() {
    let lab = measured();
    for (folder, dense, expected) in [
        ("sparse", 10.0 * WEIGHTS, ["sparse", "sparse"]),
        ("both", 0.3 * WEIGHTS, ["dense", "sparse"]),
        ("dense", 0.05 * WEIGHTS, ["dense", "dense"]),
    ] {
        make_up(&lab, folder, dense);
        run(&lab, folder, &[]);
        assert_eq!(steps(&lab.path(folder)), said(1, expected), "{folder}");
        let rows: Vec<CurveRow> = read_table(&lab.path(folder).join("curves.csv")).unwrap();
        for row in rows {
            let is_sparse = row.compute == "sparse";
            assert_eq!(row.compute.is_empty(), row.retraining == "none", "{row:?}");
            assert_eq!(
                row.train_speed_up == Some(1.0),
                row.compute == "dense" && row.method != "dense"
            );
            assert_eq!(
                row.train_speed_up.is_some_and(|faster| faster != 1.0),
                is_sparse,
                "{row:?}"
            );
        }
    }
    // Dense steps are those of a configuration that asks for them.
    run(&lab, "asked", &["--set", "retrain.compute=dense"]);
    let [chosen, asked] = ["dense", "asked"].map(|folder| -> Vec<CurveRow> {
        read_table(&lab.path(folder).join("curves.csv")).unwrap()
    });
    for (chosen, asked) in chosen.iter().zip(&asked) {
        assert_eq!(chosen.test_loss, asked.test_loss);
    }
}

#[test]
fn who_goes_on_or_joins_takes_the_calibration_that_is_there() {
    let lab = measured();
    make_up(&lab, "r", 0.3 * WEIGHTS);
    let path = lab.path("r/calibration.toml");
    let before = std::fs::read_to_string(&path).unwrap();
    run(&lab, "r", &[]);
    run(&lab, "r", &["--set", "seeds=[1, 2]"]);
    let both = [said(1, ["dense", "sparse"]), said(2, ["dense", "sparse"])].concat();
    assert_eq!(steps(&lab.path("r")), both);
    assert_eq!(std::fs::read_to_string(&path).unwrap(), before);

    make_up(&lab, "shared", 0.3 * WEIGHTS);
    for worker in ["a", "b"] {
        let arguments = [
            &[
                "run",
                "config.toml",
                "--results",
                "shared",
                "--worker",
                worker,
                "--set",
                "seeds=[1, 2]",
            ],
            &AUTO[..],
        ];
        let output = lab.command(&arguments.concat()).output().unwrap();
        assert!(output.status.success(), "{}", stderr(&output));
    }
    assert!(lab.command(&["merge", "shared"]).status().unwrap().success());
    assert_same_tables(&lab.path("r"), &lab.path("shared"));
    // From the beginning means with a new one.
    run(&lab, "r", &["--fresh"]);
    assert_ne!(std::fs::read_to_string(&path).unwrap(), before);
}

#[test]
fn a_replay_takes_what_was_recorded() {
    let lab = measured();
    make_up(&lab, "r", 0.3 * WEIGHTS);
    run(&lab, "r", &[]);
    let rows: Vec<CurveRow> = read_table(&lab.path("r/curves.csv")).unwrap();
    let id = &rows.iter().find(|row| row.retraining == "fine-tune").unwrap().run;
    let replay = || lab.command(&["replay", id, "--results", "r"]).output().unwrap();
    make_up(&lab, "r", 1e9);
    let output = replay();
    assert!(output.status.success(), "{}", stderr(&output));
    std::fs::remove_file(lab.path("r/calibration.toml")).unwrap();
    let output = replay();
    assert!(
        output.status.success() && !stderr(&output).contains("measured"),
        "{}",
        stderr(&output)
    );
}

#[test]
fn nearly_full_layers_compute_with_all_their_weights_and_replays_know_which() {
    let lab = measured();
    make_up_filled(&lab, "r", 10.0 * WEIGHTS, [0.3 * WEIGHTS, 1e9]);
    run(&lab, "r", &[]);
    assert_eq!(steps(&lab.path("r")), said(1, ["sparse filled 0", "sparse"]));
    let rows: Vec<CurveRow> = read_table(&lab.path("r/curves.csv")).unwrap();
    make_up(&lab, "plain", 10.0 * WEIGHTS);
    run(&lab, "plain", &[]);
    let plain: Vec<CurveRow> = read_table(&lab.path("plain/curves.csv")).unwrap();
    for (row, plain) in rows.iter().zip(&plain) {
        assert!((row.test_accuracy.unwrap() - plain.test_accuracy.unwrap()).abs() < 0.02);
    }
    std::fs::remove_file(lab.path("r/calibration.toml")).unwrap();
    let id = &rows.iter().find(|row| row.retraining == "fine-tune").unwrap().run;
    let output = lab.command(&["replay", id, "--results", "r"]).output().unwrap();
    assert!(output.status.success(), "{}", stderr(&output));
}

#[test]
fn what_is_no_calibration_of_this_network_is_told() {
    let lab = measured();
    let path = lab.path("r/calibration.toml");
    let good = std::fs::read_to_string(lab.path("measured/calibration.toml")).unwrap();
    std::fs::create_dir_all(lab.path("r")).unwrap();
    for (text, expected) in [
        ("dense = 3", "no calibration"),
        (&*good.replace("batch_size = 64", "batch_size = 65"), "batch 65, sgd"),
        (&*good.replace("rest = ", "rest = -"), "not times"),
        (&*good.replace("version = ", "version = 9"), "version 9"),
    ] {
        std::fs::write(&path, text).unwrap();
        let output = lab.run(&[&AUTO[..], &["--results", "r"]].concat());
        let message = stderr(&output);
        assert_eq!(output.status.code(), Some(1));
        assert!(
            ["r/calibration.toml", expected, "delete it"].iter().all(|part| message.contains(part)),
            "{message}"
        );
    }
}

#[test]
fn it_is_measured_once_unless_it_is_asked_for_again() {
    let lab = Lab::new(TINY);
    let calibrate = |more: &[&str]| {
        let output = lab.command(&[&["calibrate", "config.toml"], more].concat()).output().unwrap();
        assert!(output.status.success(), "{}", stderr(&output));
        (String::from_utf8_lossy(&output.stdout).into_owned(), stderr(&output))
    };
    let (first, log) = calibrate(&[]);
    assert!(log.contains("measured in"), "{log}");
    for part in ["mlp", "batch 64, sgd, momentum, weight decay", "fc1", "linear, 64 to 12", "768"] {
        assert!(first.contains(part), "{part}: {first}");
    }
    let (second, log) = calibrate(&[]);
    assert_eq!(first, second);
    assert!(!log.contains("measured in"), "{log}");
    let (_, log) = calibrate(&["--again"]);
    assert!(log.contains("measured in"), "{log}");
}
