//! Networks as compressed rows, by the commands.

mod common;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use common::{Lab, TINY, stderr};
use models::tensors::{self, HostTensor};

fn golden(network: &str, file: &str) -> String {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../crates/pruning/tests/golden");
    PathBuf::from(folder).join(network).join(file).display().to_string()
}

fn succeed(lab: &Lab, arguments: &[&str]) -> String {
    let output = lab.command(arguments).output().unwrap();
    assert!(output.status.success(), "{arguments:?}: {}", stderr(&output));
    String::from_utf8(output.stdout).unwrap()
}

fn fail(lab: &Lab, arguments: &[&str], words: &[&str]) {
    let output = lab.command(arguments).output().unwrap();
    let message = stderr(&output);
    assert_eq!(output.status.code(), Some(1), "{arguments:?}: {message}");
    assert!(message.starts_with("error: ") && message.lines().count() == 1, "{message}");
    for word in words {
        assert!(message.contains(word), "{arguments:?}: \"{word}\" not in {message}");
    }
}

fn read(path: &Path) -> BTreeMap<String, HostTensor> {
    tensors::read(path).unwrap()
}

/// The network's golden weights pruned to 5 % as `pruned.safetensors`, and exported as `rows.safetensors`; what
/// was told of that.
fn exported(lab: &Lab, network: &str) -> String {
    let given = ["--network", network, "--weights", &golden(network, "weights.safetensors")];
    let prune = ["--method", "magnitude", "--keep", "0.05", "--out", "pruned.safetensors"];
    succeed(lab, &[&["prune"], &given[..], &prune].concat());
    let given = ["export", "--network", network, "--weights", "pruned.safetensors"];
    succeed(lab, &[&given[..], &["--out", "rows.safetensors"]].concat())
}

#[test]
fn a_network_goes_there_and_back() {
    for network in ["lenet-300-100", "lenet-5"] {
        let lab = Lab::new(TINY);
        let text = exported(&lab, network);
        let size = |name: &str| fs::metadata(lab.path(name)).unwrap().len();
        let packed = |name: &str| {
            let bytes = fs::read(lab.path(name)).unwrap();
            let mut packer =
                flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
            std::io::Write::write_all(&mut packer, &bytes).unwrap();
            packer.finish().unwrap().len()
        };
        for name in ["pruned.safetensors", "rows.safetensors"] {
            let line = text.lines().find(|line| line.contains(name)).unwrap();
            let numbers: Vec<&str> = line.split_whitespace().collect();
            assert_eq!(numbers[2..4], [size(name).to_string(), packed(name).to_string()], "{text}");
        }
        assert!(size("rows.safetensors") < size("pruned.safetensors") / 5, "{text}");
        assert!(text.contains("weights are not zero (5.000"), "{text}");

        let points = golden(network, "points.safetensors");
        let predict = |weights: &str, more: &[&str], out: &str| {
            let given = ["predict", "--weights", weights, "--points", &points, "--out", out];
            let text = succeed(&lab, &[&given[..], more].concat());
            (text.lines().next().unwrap().to_owned(), read(&lab.path(out))["logits"].values.clone())
        };
        let (told, dense) = predict("pruned.safetensors", &["--network", network], "a.safetensors");
        // Its name may be left out.
        let (same, sparse) = predict("rows.safetensors", &[], "b.safetensors");
        assert_eq!(told, same);
        let pairs = dense.iter().zip(&sparse);
        assert!(dense.len() == sparse.len() && pairs.clone().any(|(dense, _)| *dense != 0.0));
        assert!(pairs.into_iter().all(|(a, b)| (a - b).abs() <= 1e-5 * a.abs().max(1.0)));

        let export = |format: &str, weights: &str, out: &str| {
            succeed(&lab, &["export", "--format", format, "--weights", weights, "--out", out]);
        };
        export("safetensors", "rows.safetensors", "back.safetensors");
        // Bit for bit but for the sign of zeros, which compare as equal.
        assert_eq!(read(&lab.path("back.safetensors")), read(&lab.path("pruned.safetensors")));
        export("csr-safetensors", "rows.safetensors", "again.safetensors");
        assert!(
            fs::read(lab.path("again.safetensors")).unwrap()
                == fs::read(lab.path("rows.safetensors")).unwrap()
        );
    }
}

#[test]
fn the_other_commands_take_compressed_rows() {
    let lab = Lab::new(TINY);
    exported(&lab, "lenet-300-100");
    let points = golden("lenet-300-100", "points.safetensors");
    let pruned = ["--network", "lenet-300-100", "--weights", "pruned.safetensors"];
    let rows = ["--weights", "rows.safetensors"];
    for (command, more) in [
        ("shrink", &["--no-timing"][..]),
        ("prune", &["--method", "magnitude", "--keep", "0.01"]),
        ("score", &["--method", "magnitude"]),
    ] {
        let run = |given: &[&str], out: &str| {
            let all = [&[command], given, &["--points", &points, "--out", out], more].concat();
            succeed(&lab, &all).replace(out, "")
        };
        // Where the masks are is told too.
        let [a, b] =
            ["a.safetensors", "b.safetensors"].map(|out| (out, out.replace(".s", ".masks.s")));
        let (before, now) = (run(&pruned, a.0), run(&rows, b.0));
        assert_eq!(before.replace(&a.1, ""), now.replace(&b.1, ""));
        assert_eq!(read(&lab.path(a.0)), read(&lab.path(b.0)), "{command}");
    }
    let weights = golden("lenet-300-100", "weights.safetensors");
    let certify = |pruned: &str| {
        let given = ["certify", "--network", "lenet-300-100", "--weights", &weights];
        succeed(&lab, &[&given[..], &["--points", &points, "--pruned", pruned]].concat())
    };
    assert_eq!(certify("pruned.safetensors"), certify("rows.safetensors"));

    // A shrunken one has other widths.
    succeed(&lab, &[&["shrink", "--no-timing", "--out", "small.safetensors"], &rows[..]].concat());
    let small = ["--network", "lenet-300-100", "--weights", "small.safetensors"];
    succeed(&lab, &[&["export", "--out", "small.rows.safetensors"], &small[..]].concat());
    let given =
        ["certify", "--network", "lenet-300-100", "--weights", &weights, "--points", &points];
    fail(
        &lab,
        &[&given[..], &["--pruned", "small.rows.safetensors"]].concat(),
        &["small.rows.safetensors", "narrower"],
    );
}

#[test]
fn images_of_another_shape_are_asked_for_with_their_shape() {
    let lab = Lab::new(TINY);
    let request = models::zoo::Request {
        widths: vec![2, 3, 4],
        input: [1, 9, 9],
        ..models::zoo::Request::named("resnet-20")
    };
    let architecture = models::zoo::architecture(&request).unwrap();
    let (scheme, device) = (models::Initialisation::KaimingUniform, burn::tensor::Device::flex());
    models::Network::new(architecture, scheme, 5, &device)
        .save(&lab.path("w.safetensors"))
        .unwrap();
    // The usual widths are wider: the file's shapes tell them.
    let export = [
        "export",
        "--network",
        "resnet-20",
        "--weights",
        "w.safetensors",
        "--out",
        "r.safetensors",
    ];
    fail(&lab, &export, &["w.safetensors", "conv1.weight", "[2, 1, 3, 3]"]);
    fail(&lab, &[&export[..], &["--input", "9,9"]].concat(), &["--input: 2 numbers", "3,32,32"]);
    succeed(&lab, &[&export[..], &["--input", "1,9,9"]].concat());
    let images = HostTensor { shape: vec![2, 1, 9, 9], values: vec![0.5; 2 * 81] };
    tensors::write(&lab.path("p.safetensors"), &BTreeMap::from([("images".to_owned(), images)]))
        .unwrap();
    let text =
        succeed(&lab, &["predict", "--weights", "r.safetensors", "--points", "p.safetensors"]);
    assert!(text.contains("2 images"), "{text}");
    let images = HostTensor { shape: vec![1, 1, 8, 8], values: vec![0.5; 64] };
    tensors::write(&lab.path("p.safetensors"), &BTreeMap::from([("images".to_owned(), images)]))
        .unwrap();
    fail(
        &lab,
        &["predict", "--weights", "r.safetensors", "--points", "p.safetensors"],
        &["p.safetensors", "expected [points, 1, 9, 9]"],
    );
}

#[test]
fn what_does_not_fit_is_named() {
    let lab = Lab::new(TINY);
    exported(&lab, "lenet-300-100");
    let with = |command: &'static str, more: &[&'static str]| [&[command], more].concat();
    for (arguments, words) in [
        (
            with("export", &["--weights", "pruned.safetensors", "--out", "x"]),
            &["--network NAME is missing", "compressed rows"][..],
        ),
        (
            with(
                "export",
                &["--weights", "rows.safetensors", "--network", "lenet-5", "--out", "x"],
            ),
            &["--network lenet-5", "rows.safetensors holds the network \"lenet-300-100\""],
        ),
        (
            with("export", &["--weights", "nowhere", "--network", "lenet-5", "--out", "x"]),
            &["nowhere"],
        ),
        (with("export", &["--weights", "rows.safetensors", "--out", "no/where"]), &["no/where"]),
    ] {
        fail(&lab, &arguments, words);
    }
    // A file of compressed rows that is cut short.
    let bytes = fs::read(lab.path("rows.safetensors")).unwrap();
    fs::write(lab.path("cut.safetensors"), &bytes[..bytes.len() - 1]).unwrap();
    let points = golden("lenet-300-100", "points.safetensors");
    let given = ["predict", "--weights", "cut.safetensors", "--points", &points];
    fail(&lab, &given, &["cut.safetensors", "not a whole safetensors file"]);
    let format = ["export", "--weights", "rows.safetensors", "--out", "x", "--format", "csc"];
    let output = lab.command(&format).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("csr-safetensors, safetensors"), "{}", stderr(&output));
}
