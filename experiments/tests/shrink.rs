//! Small dense networks from pruned ones, by the command.

mod common;

use std::collections::BTreeMap;
use std::path::PathBuf;

use common::{Lab, TINY, stderr};
use models::tensors::{self, HostTensor};
use models::{Network, zoo};

type File = BTreeMap<String, HostTensor>;

fn golden(network: &str, file: &str) -> PathBuf {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../crates/pruning/tests/golden");
    PathBuf::from(folder).join(network).join(file)
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
    for word in words {
        assert!(message.contains(word), "{arguments:?}: \"{word}\" not in {message}");
    }
}

/// Zeros every other filter of the golden LeNet-5; their biases stay.
fn halved() -> File {
    let mut file: File = tensors::read(&golden("lenet-5", "weights.safetensors")).unwrap();
    for layer in ["conv1", "conv2", "fc1"] {
        let weight = file.get_mut(&format!("{layer}.weight")).unwrap();
        let row = weight.values.len() / weight.shape[0];
        weight.values.chunks_mut(row).step_by(2).for_each(|filter| filter.fill(0.0));
    }
    file
}

fn shapes(path: &std::path::Path) -> BTreeMap<String, Vec<usize>> {
    let file: File = tensors::read(path).unwrap();
    file.into_iter().map(|(name, tensor)| (name, tensor.shape)).collect()
}

#[test]
fn half_of_the_filters_go_and_the_rest_can_be_pruned_further() {
    let lab = Lab::new(TINY);
    tensors::write(&lab.path("pruned.safetensors"), &halved()).unwrap();
    let points = golden("lenet-5", "points.safetensors").display().to_string();
    let network = ["--network", "lenet-5", "--points", &points];
    let on =
        |command: &str, more: &[&str]| succeed(&lab, &[&[command][..], &network, more].concat());
    let text = on("shrink", &["--weights", "pruned.safetensors", "--out", "small.safetensors"]);
    assert!(text.contains("widths of the same module: conv1 3, conv2 8, fc1 60, fc2 84"), "{text}");
    assert!(text.contains("measured here") && text.contains("points: "), "{text}");
    assert!(!text.contains("warning") && !text.contains("kept for"), "{text}");
    let small = shapes(&lab.path("small.safetensors"));
    assert_eq!(small["conv2.weight"], [8, 3, 3, 3]);
    assert_eq!(small["fc2.weight"], [84, 60]);
    assert_eq!(small["fc1.bias"], [60]);

    let device = burn::tensor::Device::flex();
    let architecture = zoo::architecture(&zoo::Request::named("lenet-5")).unwrap();
    let load =
        |name: &str| Network::load_narrowed(&architecture, &lab.path(name), &device).unwrap();
    let images = tensors::read_one::<f32>(points.as_ref(), "images").unwrap().unwrap();
    let count = images.shape[0];
    let images = burn::tensor::Tensor::<1>::from_data(images.values.as_slice(), &device);
    let logits = |name| load(name).forward(images.clone().reshape([count, 1, 32, 32]));
    let (before, after) = (logits("pruned.safetensors"), logits("small.safetensors"));
    let largest = before.clone().abs().max().into_scalar::<f32>();
    assert!((before - after).abs().max().into_scalar::<f32>() < 1e-5 * largest);

    // The small one is a network like any other.
    let weights = ["--weights", "small.safetensors"];
    on("score", &[&weights[..], &["--out", "s.safetensors"]].concat());
    assert_eq!(shapes(&lab.path("s.safetensors"))["conv2"], [8, 3, 3, 3]);
    let further = ["--keep", "0.1", "--method", "magnitude", "--out", "further.safetensors"];
    on("prune", &[&weights[..], &further].concat());
    assert_eq!(shapes(&lab.path("further.safetensors")), small);
    let table = on("certify", &[&weights[..], &["--pruned", "further.safetensors"]].concat());
    assert!(table.contains("the dense network gets"), "{table}");
    on("shrink", &["--weights", "further.safetensors", "--out", "smaller.safetensors"]);
    assert!(shapes(&lab.path("smaller.safetensors"))["conv2.weight"][0] <= 8);

    // A network of other widths cannot be compared with it.
    fail(
        &lab,
        &[&["certify"][..], &network, &weights, &["--pruned", "pruned.safetensors"]].concat(),
        &["pruned.safetensors", "\"conv1.weight\": shape [6, 1, 3, 3]; expected [3, 1, 3, 3]"],
    );
}

#[test]
fn without_points_the_images_are_random() {
    let lab = Lab::new(TINY);
    let weights = golden("lenet-300-100", "weights.safetensors").display().to_string();
    let network = ["--network", "lenet-300-100", "--weights"];
    let prune = ["--method", "magnitude", "--keep", "0.02", "--out", "pruned.safetensors"];
    succeed(&lab, &[&["prune"][..], &network, &[&weights], &prune].concat());
    let out = ["pruned.safetensors", "--out", "small.safetensors"];
    let text = succeed(&lab, &[&["shrink"][..], &network, &out].concat());
    assert!(text.contains("on 256 random images") && text.contains("266200"), "{text}");
    assert!(shapes(&lab.path("small.safetensors"))["fc1.weight"][0] < 300);
}

#[test]
fn widths_that_do_not_fit_are_named() {
    let lab = Lab::new(TINY);
    let mut file = halved();
    let weight = file.get_mut("conv1.weight").unwrap();
    (weight.shape[0], weight.values) = (3, weight.values[..27].to_vec());
    file.get_mut("conv1.bias").unwrap().shape = vec![3];
    file.get_mut("conv1.bias").unwrap().values.truncate(3);
    tensors::write(&lab.path("odd.safetensors"), &file).unwrap();
    let arguments =
        ["shrink", "--network", "lenet-5", "--weights", "odd.safetensors", "--out", "x"];
    let words =
        ["odd.safetensors", "\"conv2.weight\": shape [16, 6, 3, 3]; expected [16, 3, 3, 3]"];
    fail(&lab, &arguments, &words);
    assert!(!lab.path("x").exists());
}
