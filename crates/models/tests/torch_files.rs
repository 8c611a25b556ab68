//! Weights from what `torch.save` writes (`scripts/torch_files.py`), and what a broken file is told.

use std::path::{Path, PathBuf};

use burn::tensor::Device;
use models::{ModelError, Network, zoo};

use crate::small::{described, tensors_of};

mod small;

fn file(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/torch").join(name)
}

fn load(path: &Path) -> Result<Network, ModelError> {
    Network::load(described(), path, &Device::flex())
}

/// Panics unless the network holds what the script put into it; where values are halves, to a part in
/// `precision`.
fn assert_filled(network: &Network, name: &str, precision: impl Fn(&str) -> f32) {
    let tensors = tensors_of(network);
    // The order of PyTorch's state_dict.
    let order = ["conv1", "bn1", "conv2", "bn2", "fc"];
    let kinds = ["weight", "bias", "running_mean", "running_var"];
    let names = order.iter().flat_map(|layer| kinds.map(|kind| format!("{layer}.{kind}")));
    let listed: Vec<String> = names.filter(|name| tensors.contains_key(name)).collect();
    assert_eq!(listed.len(), tensors.len());
    for (t, tensor) in listed.iter().enumerate() {
        for (k, &value) in tensors[tensor].values.iter().enumerate() {
            let expected = (1.0 + (0.1 * k as f64 + t as f64).sin() / 2.0) as f32;
            let tolerance = precision(tensor) * expected;
            assert!((value - expected).abs() <= tolerance, "{name}: {tensor} {k}: {value}");
        }
    }
}

#[test]
fn all_that_torch_writes_is_read() {
    for name in ["state_dict.pt", "legacy.pt", "module.pt", "checkpoint.pth"] {
        assert_filled(&load(&file(name)).unwrap(), name, |_| 1e-7);
    }
    let precision = |tensor: &str| match tensor {
        "conv2.weight" => 1.0 / 2048.0,
        "bn1.weight" => 1.0 / 256.0,
        _ => 1e-7,
    };
    assert_filled(&load(&file("types.pt")).unwrap(), "types.pt", precision);
    // The name of a file tells nothing.
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("weights.safetensors");
    std::fs::copy(file("state_dict.pt"), &path).unwrap();
    assert_filled(&load(&path).unwrap(), "renamed", |_| 1e-7);
}

#[test]
fn what_does_not_fit_is_named() {
    let message = load(&file("twice.pt")).unwrap_err().to_string();
    assert!(
        message.contains("more than once, under \"ema.\", \"model.\"; save the one"),
        "{message}"
    );
    let message = load(&file("integers.pt")).unwrap_err().to_string();
    assert!(message.contains("\"bn2.bias\": type I64; expected F32"), "{message}");
    let lenet = zoo::architecture(&zoo::Request::named("lenet-5")).unwrap();
    let told =
        Network::load(lenet, &file("checkpoint.pth"), &Device::flex()).unwrap_err().to_string();
    assert!(told.contains("lenet-5") && told.contains("missing: conv1.bias"), "{told}");
    assert!(told.contains("not known: bn1.bias") && !told.contains("optimizer"), "{told}");
}

/// Cut short anywhere, and with any byte turned over: an error or the same weights, never a panic.
#[test]
fn broken_files_are_told() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("broken.pt");
    for name in ["state_dict.pt", "legacy.pt"] {
        let bytes = std::fs::read(file(name)).unwrap();
        let whole = tensors_of(&load(&file(name)).unwrap());
        let told = |bytes: &[u8]| {
            std::fs::write(&path, bytes).unwrap();
            load(&path)
        };
        for length in (0..bytes.len()).step_by(97) {
            let message = told(&bytes[..length]).unwrap_err().to_string();
            assert!(message.contains("broken.pt"), "{name} {length}: {message}");
        }
        let mut quiet = 0;
        for place in (0..bytes.len()).step_by(61) {
            let mut bytes = bytes.clone();
            bytes[place] ^= 0xff;
            // An archive has checksums; a stream of pickles has none for its numbers.
            match told(&bytes) {
                Ok(network) => {
                    quiet += usize::from(name == "state_dict.pt" && tensors_of(&network) != whole)
                }
                Err(error) => assert!(error.to_string().contains("broken.pt"), "{error}"),
            }
        }
        assert_eq!(quiet, 0, "{name}: changed weights were read without a word");
    }
    std::fs::write(&path, b"conv1.weight = 3").unwrap();
    let message = load(&path).unwrap_err().to_string();
    assert!(message.contains("not a whole safetensors file, nor one of torch.save"), "{message}");
}
