//! The speed of small dense networks, by the command. Nothing here looks at how large a time is.

mod common;

use std::path::Path;
use std::process::Output;

use common::{Lab, TINY, stderr};
use experiments::records::{SpeedLayerRow, SpeedRow, read_table};
use models::{Network, zoo};

const GOLDEN: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../crates/pruning/tests/golden/lenet-300-100/weights.safetensors"
);

/// A measurement, short unless something else is asked for.
fn bench(lab: &Lab, arguments: &[&str]) -> Output {
    let short = if arguments.contains(&"--seconds") { &[][..] } else { &["--seconds", "0.01"] };
    lab.command(&[&["bench"], arguments, short].concat()).output().unwrap()
}

fn succeed(lab: &Lab, arguments: &[&str]) -> String {
    let output = bench(lab, arguments);
    assert!(output.status.success(), "{arguments:?}: {}", stderr(&output));
    String::from_utf8(output.stdout).unwrap()
}

fn fail(lab: &Lab, arguments: &[&str], words: &[&str]) {
    let output = bench(lab, arguments);
    let message = stderr(&output);
    assert_eq!(output.status.code(), Some(1), "{arguments:?}: {message}");
    assert!(message.starts_with("error: ") && message.lines().count() == 1, "{message}");
    for word in words {
        assert!(message.contains(word), "{arguments:?}: \"{word}\" not in {message}");
    }
}

const PAIRS: [[&str; 2]; 5] = [
    ["--network", "lenet-300-100"],
    ["--method", "magnitude"],
    ["--out", "speed"],
    ["--batch", "8"],
    ["--weights", GOLDEN],
];
const LENET: &[&str] = PAIRS.as_flattened();

fn rows(folder: &Path) -> Vec<SpeedRow> {
    read_table(&folder.join("speed.csv")).unwrap()
}

#[test]
fn sizes_are_those_of_the_small_network_and_times_are_there() {
    let lab = Lab::new(TINY);
    let text = succeed(&lab, &[LENET, &["--keep", "0.02,0.5,0.02"]].concat());
    assert!(
        text.contains("266610") && text.contains("168327") && !text.contains("initial"),
        "{text}"
    );
    let rows = rows(&lab.path("speed"));
    let densities: Vec<f64> = rows.iter().map(|row| row.density).collect();
    assert_eq!(densities, [1.0, 0.5, 0.02]);
    let (dense, small) = (&rows[0], &rows[2]);
    assert_eq!(
        (dense.method.as_str(), dense.parameters, dense.step_seconds_masked),
        ("dense", 266_610, None)
    );
    assert_eq!(
        (small.parameters, small.prunable_weights, small.multiply_adds),
        (168_327, 168_035, 168_035)
    );
    assert_eq!((small.kept_weights, small.kept_multiply_adds), (5324, 5324));
    assert_eq!(small.theoretical_speed_up, 266_200.0 / 168_035.0);
    assert!(small.logit_change < 1e-5 * small.largest_logit && small.largest_logit > 0.0);
    for row in &rows {
        assert_eq!(
            (row.weights.as_str(), row.batch, row.threads, &*row.backend),
            ("file", 8, 1, "flex")
        );
        assert!(row.forward_rounds >= 9 && row.step_rounds >= 9);
        for seconds in [
            row.forward_seconds,
            row.forward_seconds_dense,
            row.step_seconds,
            row.step_seconds_dense,
        ] {
            assert!(seconds > 0.0);
        }
        assert!(
            row.forward_speed_up_q1 <= row.forward_speed_up
                && row.step_speed_up <= row.step_speed_up_q3
        );
        let measured = [
            row.masked_step_speed_up,
            row.sparse_step_speed_up,
            row.sparse_forward_speed_up,
            row.step_seconds_sparse,
        ];
        for value in measured {
            assert_eq!(value.is_some_and(|value| value > 0.0), row.method != "dense");
        }
    }

    // The sizes of files that `prune` and `shrink` leave.
    let prune = ["--method", "magnitude", "--keep", "0.02", "--out", "p.safetensors"];
    let run =
        |arguments: &[&str]| assert!(lab.command(arguments).output().unwrap().status.success());
    run(&[&["prune", "--network", "lenet-300-100", "--weights", GOLDEN][..], &prune].concat());
    let shrink = ["--weights", "p.safetensors", "--out", "s.safetensors"];
    run(&[&["shrink", "--network", "lenet-300-100"][..], &shrink].concat());
    let bytes = |name: &str| std::fs::metadata(lab.path(name)).unwrap().len() as usize;
    assert_eq!((dense.bytes, small.bytes), (bytes("p.safetensors"), bytes("s.safetensors")));
}

#[test]
fn two_networks_share_a_folder_and_a_second_look_replaces_the_first() {
    let lab = Lab::new(TINY);
    let keys = || -> Vec<(String, String, f64, usize)> {
        let rows = rows(&lab.path("speed")).into_iter();
        rows.map(|row| (row.network, row.method, row.density_asked, row.batch)).collect()
    };
    succeed(&lab, &[LENET, &["--keep", "0.5,0.02"]].concat());
    let mlp = ["--network", "mlp", "--widths", "12", "--method", "magnitude", "--seed", "3"];
    let text = succeed(&lab, &[&mlp[..], &["--keep", "0.01", "--out", "speed"]].concat());
    assert!(text.contains("no --weights: initial values of seed 3"), "{text}");
    let second = rows(&lab.path("speed"))[4].clone();
    assert_eq!((second.weights.as_str(), second.seed, second.batch), ("initial", 3, 64));
    let key = |network: &str, method: &str, density, batch| {
        (network.to_owned(), method.to_owned(), density, batch)
    };
    let mlp = [key("mlp", "dense", 1.0, 64), key("mlp", "magnitude", 0.01, 64)];
    let lenet = [key("lenet-300-100", "dense", 1.0, 8), key("lenet-300-100", "magnitude", 0.5, 8)];
    let all = [&lenet[..], &[key("lenet-300-100", "magnitude", 0.02, 8)], &mlp].concat();
    assert_eq!(keys(), all);
    succeed(&lab, &[LENET, &["--keep", "0.1"]].concat());
    let all = [&lenet[..1], &[key("lenet-300-100", "magnitude", 0.1, 8)], &mlp].concat();
    assert_eq!(keys(), all);
    assert_eq!(rows(&lab.path("speed"))[3], second, "the other network's row stays as it was");

    let svg = std::fs::read_to_string(lab.path("speed/plots/speed.svg")).unwrap();
    for text in ["lenet-300-100", "mlp", "training step", "multiply-adds left", "magnitude pruning"]
    {
        assert!(svg.contains(text), "{text}");
    }
    assert!(std::fs::metadata(lab.path("speed/plots/speed.png")).unwrap().len() > 1000);
    // Drawn again from the rows alone.
    std::fs::remove_dir_all(lab.path("speed/plots")).unwrap();
    assert!(lab.command(&["plot", "speed"]).output().unwrap().status.success());
    assert_eq!(std::fs::read_to_string(lab.path("speed/plots/speed.svg")).unwrap(), svg);
}

#[test]
fn a_network_that_is_pruned_already_is_measured_as_it_is() {
    let lab = Lab::new(TINY);
    let run = |arguments: &[&str]| {
        let output = lab.command(arguments).output().unwrap();
        assert!(output.status.success(), "{arguments:?}: {}", stderr(&output));
    };
    let given = ["--network", "lenet-300-100", "--weights", GOLDEN, "--method", "magnitude"];
    run(&[&["prune", "--keep", "0.05", "--out", "p.safetensors"], &given[..]].concat());
    run(&[
        "export",
        "--network",
        "lenet-300-100",
        "--weights",
        "p.safetensors",
        "--out",
        "r.safetensors",
    ]);
    let zeros = ["--network", "lenet-300-100", "--weights", "p.safetensors", "--out", "speed"];
    let text = succeed(&lab, &[&zeros[..], &["--batch", "8"]].concat());
    for word in ["fc1", "fc2", "fc3", "network", "crossover", "images/s", "gzipped"] {
        assert!(text.contains(word), "{word}: {text}");
    }
    let (rows, layers): (Vec<SpeedRow>, Vec<SpeedLayerRow>) =
        (rows(&lab.path("speed")), read_table(&lab.path("speed/speed-layers.csv")).unwrap());
    let [dense, pruned] = &rows[..] else { panic!("{rows:?}") };
    assert_eq!((dense.method.as_str(), pruned.method.as_str()), ("dense", "given"));
    assert_eq!((&*pruned.options, pruned.kept_weights), ("weights=p.safetensors", 13_310));
    assert!(dense.latency_seconds_dense > Some(0.0) && dense.latency_seconds_sparse.is_none());
    assert!(pruned.latency_seconds_sparse > Some(0.0) && pruned.latency_rounds >= Some(9));
    let within =
        |density: Option<f64>| density.is_some_and(|density| (0.0..=1.0).contains(&density));
    assert!(within(pruned.crossover_density), "{pruned:?}");
    // The sizes of the files.
    let bytes = |name: &str| Some(std::fs::metadata(lab.path(name)).unwrap().len() as usize);
    assert_eq!(pruned.bytes_masked, bytes("p.safetensors"));
    assert_eq!(pruned.bytes_sparse, bytes("r.safetensors"));
    assert!(pruned.bytes_sparse_gzipped < pruned.bytes_sparse);
    assert!(pruned.bytes_masked_gzipped < pruned.bytes_masked);
    let names: Vec<&str> = layers.iter().map(|row| row.layer.as_str()).collect();
    assert_eq!(names, ["fc1", "fc2", "fc3"]);
    assert_eq!(layers.iter().map(|row| row.kept_weights).sum::<usize>(), 13_310);
    for row in &layers {
        assert!(
            row.forward_speed_up > 0.0 && row.latency_speed_up > 0.0 && row.forward_rounds >= 9
        );
        assert_eq!(
            row.bytes_masked,
            4 * (row.total_weights + row.total_weights / fan_in(&row.layer))
        );
        assert!(within(Some(row.crossover_density)));
    }
    // The same network from the other file, without a folder.
    let text = succeed(&lab, &["--weights", "r.safetensors", "--batch", "8"]);
    assert!(text.contains("5.0000") && !text.contains("rows in"), "{text}");
    fail(
        &lab,
        &["--network", "lenet-300-100", "--weights", GOLDEN],
        &["no weight is zero", "--keep"],
    );
    fail(&lab, &["--network", "lenet-300-100"], &["--keep DENSITY", "--weights FILE"]);
}

fn fan_in(layer: &str) -> usize {
    match layer {
        "fc1" => 784,
        "fc2" => 300,
        _ => 100,
    }
}

#[test]
fn initial_values_are_pruned_as_a_file_of_them_would_be() {
    let lab = Lab::new(TINY);
    let architecture = zoo::architecture(&zoo::Request::named("lenet-300-100")).unwrap();
    let (scheme, device) = (models::Initialisation::KaimingUniform, burn::tensor::Device::flex());
    Network::new(architecture, scheme, 5, &device).save(&lab.path("w.safetensors")).unwrap();
    let sizes = |more: &[&str]| {
        let given = [
            "--network",
            "lenet-300-100",
            "--method",
            "magnitude",
            "--keep",
            "0.01",
            "--seed",
            "5",
        ];
        succeed(&lab, &[&given[..], more].concat());
        let rows = rows(&lab.path(more[1])).into_iter();
        rows.map(|row| (row.parameters, row.bytes, row.kept_weights)).collect::<Vec<_>>()
    };
    let from_file = sizes(&["--out", "a", "--weights", "w.safetensors"]);
    assert_eq!(from_file, sizes(&["--out", "b"]));
}

#[test]
fn what_does_not_fit_is_named_before_anything_is_measured() {
    let lab = Lab::new(TINY);
    let with = |more: &[&'static str]| -> Vec<&str> {
        let pairs = [&PAIRS[..], &[["--keep", "0.5"]]].concat();
        let kept = pairs.into_iter().filter(|[option, _]| !more.contains(option));
        kept.flatten().chain(more.iter().copied()).collect()
    };
    for (more, words) in [
        (&["--method", "snap"][..], &["unknown method", "snap", "magnitude"][..]),
        (&["--method", "sipp"], &["\"sipp\" looks at points", "--points FILE"]),
        (&["--keep", "0.5,0"], &["--keep 0:", "at most 1"]),
        (&["--keep", "1.5"], &["--keep 1.5:", "at most 1"]),
        (&["--keep", "NaN"], &["--keep NaN:", "at most 1"]),
        (&["--seconds", "NaN"], &["--seconds NaN"]),
        (&["--weights", "nowhere.safetensors"], &["nowhere.safetensors"]),
        (&["--network", "lenet-50"], &["unknown network", "lenet-5"]),
        (&["--points", "nowhere.safetensors"], &["nowhere.safetensors"]),
        (&["--out", "config.toml"], &["config.toml"]),
    ] {
        fail(&lab, &with(more), words);
    }
    assert!(!lab.path("speed").exists());
    std::fs::create_dir(lab.path("speed")).unwrap();
    std::fs::write(lab.path("speed/speed.csv"), "x,y\n1,2\n").unwrap();
    fail(&lab, &with(&[]), &["speed.csv", "line 2"]);
    // The others still cannot do without weights.
    let output = lab.command(&["shrink", "--network", "lenet-5", "--out", "x"]).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("--weights <FILE>"));
}
