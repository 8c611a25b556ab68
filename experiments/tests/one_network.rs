//! Scores, prunings and certificates of a single network, from files.

mod common;

use std::collections::BTreeMap;
use std::path::PathBuf;

use common::{Lab, TINY, stderr};
use models::tensors::{self, HostTensor};

fn golden(network: &str, file: &str) -> PathBuf {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../crates/pruning/tests/golden");
    PathBuf::from(folder).join(network).join(file)
}

/// A command on a golden network with its golden points.
fn on(network: &str, command: &str, more: &[&str]) -> Vec<String> {
    let file = |name| golden(network, name).display().to_string();
    let (weights, points) = (file("weights.safetensors"), file("points.safetensors"));
    let given = [command, "--network", network, "--weights", &weights, "--points", &points];
    // What is given later stands.
    let mut arguments: Vec<String> = Vec::new();
    for pair in given[1..].chunks(2) {
        if !more.contains(&pair[0]) {
            arguments.extend(pair.iter().map(|&text| text.to_owned()));
        }
    }
    let more = more.iter().map(|&text| text.to_owned());
    std::iter::once(command.to_owned()).chain(arguments).chain(more).collect()
}

fn succeed(lab: &Lab, arguments: &[String]) -> String {
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let output = lab.command(&arguments).output().unwrap();
    assert!(output.status.success(), "{arguments:?}: {}", stderr(&output));
    String::from_utf8(output.stdout).unwrap()
}

fn fail(lab: &Lab, arguments: &[String], words: &[&str]) {
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let output = lab.command(&arguments).output().unwrap();
    let message = stderr(&output);
    assert_eq!(output.status.code(), Some(1), "{arguments:?}: {message}");
    assert_eq!(message.matches("error: ").count(), 1, "{message}");
    for word in words {
        assert!(message.contains(word), "{arguments:?}: \"{word}\" not in {message}");
    }
    assert!(!message.contains("panicked"), "{message}");
}

#[test]
fn scores_are_the_authors_and_have_the_weights_shapes() {
    let lab = Lab::new(TINY);
    for (network, reduction, prefix) in [
        ("lenet-5", "max", "sipp_max"),
        ("lenet-5", "mean", "sipp_mean"),
        ("lenet-300-100", "mean", "sipp_mean"),
    ] {
        succeed(&lab, &on(network, "score", &["--reduction", reduction, "--out", "s.safetensors"]));
        let ours = tensors::read::<f32>(&lab.path("s.safetensors")).unwrap();
        let weights = tensors::read::<f32>(&golden(network, "weights.safetensors")).unwrap();
        let theirs = tensors::read::<f32>(&golden(network, "scores.safetensors")).unwrap();
        for (layer, scores) in &ours {
            assert_eq!(scores.shape, weights[&format!("{layer}.weight")].shape);
            let theirs = &theirs[&format!("{prefix}/{layer}")];
            let pairs = scores.values.iter().zip(&theirs.values);
            assert!(pairs.clone().count() > 0);
            assert!(pairs.map(|(a, b)| (a - b).abs()).fold(0.0, f32::max) < 1e-6, "{layer}");
        }
        assert_eq!(ours.len(), if network == "lenet-5" { 5 } else { 3 });
    }
}

#[test]
fn a_network_is_pruned_and_certified() {
    let lab = Lab::new(TINY);
    for (method, exact) in
        [("magnitude", true), ("sipp", true), ("sipp-rand", false), ("sipp-hybrid", false)]
    {
        let options =
            ["--method", method, "--keep", "0.1", "--seed", "7", "--out", "pruned.safetensors"];
        let table = succeed(&lab, &on("lenet-5", "prune", &options));
        assert!(table.contains("fc1") && table.contains("certified"), "{table}");
        let dense = tensors::read::<f32>(&golden("lenet-5", "weights.safetensors")).unwrap();
        let pruned = tensors::read::<f32>(&lab.path("pruned.safetensors")).unwrap();
        let masks = tensors::read::<u8>(&lab.path("pruned.masks.safetensors")).unwrap();
        // PyTorch loads it unchanged: the same names and shapes.
        let shapes = |file: &BTreeMap<String, HostTensor>| -> Vec<(String, Vec<usize>)> {
            file.iter().map(|(name, tensor)| (name.clone(), tensor.shape.clone())).collect()
        };
        assert_eq!(shapes(&dense), shapes(&pruned));
        let mut kept = 0;
        for (name, mask) in &masks {
            let weights = &pruned[&name.replace(".mask", ".weight")];
            assert_eq!(weights.shape, mask.shape);
            for (weight, keep) in weights.values.iter().zip(&mask.values) {
                assert_eq!(*keep == 1, *weight != 0.0, "{method} {name}");
                kept += usize::from(*keep);
            }
        }
        let asked = 8096_usize;
        assert!(kept.abs_diff(asked) <= if exact { 0 } else { asked / 200 }, "{method}: {kept}");
        for layer in ["conv1", "fc3"] {
            let bias = format!("{layer}.bias");
            assert_eq!(pruned[&bias], dense[&bias], "biases stay");
        }

        let options = ["--pruned", "pruned.safetensors", "--out", "certificate.csv"];
        let table = succeed(&lab, &on("lenet-5", "certify", &options));
        assert!(table.contains("points the dense network gets"), "{table}");
        let mut rows = csv::Reader::from_path(lab.path("certificate.csv")).unwrap();
        let rows: Vec<experiments::records::SideRow> =
            rows.deserialize().map(Result::unwrap).collect();
        assert!(rows.iter().all(|row| row.error_observed <= row.error_bound + 1e-3));
        assert_eq!(rows.iter().map(|row| row.kept).sum::<usize>(), kept);
    }
}

#[test]
fn every_method_prunes_a_network_from_files() {
    let lab = Lab::new(TINY);
    let random = ["--method", "random", "--keep", "0.9", "--out", "initial.safetensors"];
    succeed(&lab, &on("lenet-5", "prune", &random));
    for entry in pruning::methods::ENTRIES {
        let mut options = vec!["--method", entry.name, "--keep", "0.05", "--out", "p.safetensors"];
        if entry.needs.initial {
            options.extend(["--initial", "initial.safetensors"]);
        }
        let table = succeed(&lab, &on("lenet-5", "prune", &options));
        let network = table.lines().find(|line| line.contains("network")).unwrap();
        assert!(network.contains("80958") && network.contains("0.05"), "{}: {network}", entry.name);
    }
}

#[test]
fn the_budget_goes_where_it_is_told_to() {
    let lab = Lab::new(TINY);
    let kept = |more: &[&str]| -> Vec<usize> {
        let options = ["--method", "magnitude", "--keep", "0.1", "--out", "p.safetensors"];
        let table = succeed(&lab, &on("lenet-5", "prune", &[&options[..], more].concat()));
        let layers = table.lines().filter(|line| line.contains("conv") || line.contains("fc"));
        layers.map(|line| line.split_whitespace().nth(2).unwrap().parse().unwrap()).collect()
    };
    // conv1 54, conv2 864, fc1 69120, fc2 10080, fc3 840; 10 % are 8096.
    assert_eq!(kept(&["--scope", "per-layer"]), [5, 87, 6912, 1008, 84]);
    let apart = kept(&["--leave-out", "first,fc3"]);
    assert_eq!((apart[0], apart[4], apart.iter().sum::<usize>()), (54, 840, 8096));
    let rates = kept(&["--scope", "rates", "--rates", "conv*=0,*=0.2"]);
    assert_eq!((rates[0], rates[1], rates.iter().sum::<usize>()), (54, 864, 8096));
    assert_eq!(kept(&["--remove-dead"]).iter().sum::<usize>(), 8096);
}

#[test]
fn the_seed_decides_the_draws() {
    let lab = Lab::new(TINY);
    let bytes = |seed: &str| {
        let options =
            ["--method", "sipp-rand", "--keep", "0.2", "--seed", seed, "--out", "p.safetensors"];
        succeed(&lab, &on("lenet-300-100", "prune", &options));
        std::fs::read(lab.path("p.safetensors")).unwrap()
    };
    let seven = bytes("7");
    assert!(seven == bytes("7") && seven != bytes("8"));
}

#[test]
fn points_may_come_from_a_data_set() {
    let lab = Lab::new(TINY);
    let arguments = on("lenet-5", "certify", &["--points", "64", "--dataset", "digits"]);
    let pruned = golden("lenet-5", "weights.safetensors").display().to_string();
    let table = succeed(&lab, &[arguments, vec!["--pruned".to_owned(), pruned]].concat());
    // A network beside itself.
    assert!(table.contains("on 64 points: class certified to be unchanged for"), "{table}");
    assert!(table.contains("changed for 0") && table.contains("64 held-out points"), "{table}");
}

#[test]
fn what_does_not_fit_is_named() {
    let lab = Lab::new(TINY);
    let write = |name: &str, tensors: &BTreeMap<String, HostTensor>| {
        tensors::write(&lab.path(name), tensors).unwrap();
    };
    let weights = || tensors::read::<f32>(&golden("lenet-300-100", "weights.safetensors")).unwrap();
    let mut missing = weights();
    missing.remove("fc2.bias");
    write("missing.safetensors", &missing);
    let mut wrong = weights();
    wrong.get_mut("fc2.weight").unwrap().shape = vec![300, 100];
    write("wrong.safetensors", &wrong);
    let mut nan = weights();
    nan.get_mut("fc1.weight").unwrap().values[17] = f32::NAN;
    write("nan.safetensors", &nan);
    let images = |shape: [usize; 4], value: f32| {
        let values = vec![value; shape.iter().product()];
        BTreeMap::from([("images".to_owned(), HostTensor { shape: shape.to_vec(), values })])
    };
    write("none.safetensors", &images([0, 1, 28, 28], 0.0));
    write("small.safetensors", &images([3, 1, 8, 8], 0.0));
    write("ones.safetensors", &images([3, 1, 28, 28], 1.0));
    write("infinite.safetensors", &images([3, 1, 28, 28], f32::INFINITY));

    let with = |command: &str, more: &[&str]| on("lenet-300-100", command, more);
    let out = ["--out", "x.safetensors"];
    for (more, words) in [
        (&["--scope", "rates"][..], &["rates", "0 rates for 3 layers"][..]),
        (&["--scope", "rates", "--rates", "fc9=0.1"], &["--rates", "fc9", "fc1, fc2, fc3"]),
        (&["--leave-out", "conv*"], &["--leave-out", "conv*", "fc1, fc2, fc3"]),
        (&["--leave-out", "fc1"], &["235200", "larger density"]),
    ] {
        let keep = ["--keep", "0.1", "--method", "magnitude"];
        fail(&lab, &with("prune", &[&keep[..], &out, more].concat()), words);
    }
    for (more, words) in [
        (&["--network", "lenet-50"][..], &["unknown network", "lenet-50", "lenet-5"][..]),
        (&["--weights", "nowhere.safetensors"], &["nowhere.safetensors"]),
        (&["--weights", "missing.safetensors"], &["missing: fc2.bias"]),
        (&["--weights", "wrong.safetensors"], &["\"fc2.weight\"", "[300, 100]", "[100, 300]"]),
        (&["--weights", "nan.safetensors"], &["\"fc1.weight\"", "NaN at index 17"]),
        (&["--points", "none.safetensors"], &["none.safetensors", "at least one"]),
        (&["--points", "small.safetensors"], &["\"images\"", "[3, 1, 8, 8]", "1, 28, 28"]),
        (&["--points", "infinite.safetensors"], &["\"images\"", "inf at index 0"]),
        (&["--points", "missing.safetensors"], &["\"images\"", "missing"]),
        (&["--dataset", "digits", "--points", "many"], &["--points many", "number"]),
        (&["--method", "snap"], &["unknown method", "snap", "sipp-rand"]),
        (&["--method", "magnitude", "--reduction", "max"], &["reduction", "does not take it"]),
        (&["--reduction", "median"], &["unknown reduction", "mean, max"]),
        (&["--scope", "local"], &["unknown scope", "per-layer"]),
        (&["--method", "snip", "--points", "ones.safetensors"], &["\"snip\"", "add `labels`"]),
        (&["--method", "movement"], &["\"movement\"", "--initial FILE"]),
        (&["--method", "obs", "--steps", "3"], &["steps: 3", "\"obs\"", "damping"]),
        (&["--backend", "flux"], &["unknown backend"]),
    ] {
        fail(&lab, &with("score", &[more, &out].concat()), words);
    }
    for keep in ["0", "1.5", "NaN"] {
        let more = ["--keep", keep, "--out", "x.safetensors"];
        fail(&lab, &with("prune", &more), &["--keep", keep, "at most 1"]);
    }
    for (option, words) in [
        (["--failure-probability", "1"], &["failure_probability", "below 1"]),
        (["--constant", "0.5"], &["constant", "at least 1"]),
    ] {
        let more = [&option[..], &["--method", "sipp-rand", "--keep", "0.1"], &out].concat();
        fail(&lab, &with("prune", &more), words);
    }
    assert!(!lab.path("x.safetensors").exists());
    let weights = golden("lenet-300-100", "weights.safetensors").display().to_string();
    let bare = ["score", "--network", "lenet-300-100", "--weights", &weights, "--out", "x"];
    fail(&lab, &bare.map(str::to_owned), &["\"sipp\" looks at points", "--points FILE"]);
}
