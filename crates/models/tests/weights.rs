//! Weight files: the round trip and what a user's broken file is told.

use burn::tensor::Device;
use models::tensors::{self, HostTensor};
use models::{Initialisation, Network, zoo};

fn network(name: &str) -> Network {
    let architecture = zoo::architecture(&zoo::Request::named(name)).unwrap();
    Network::new(architecture, Initialisation::KaimingUniform, 1, &Device::flex())
}

fn reload(path: &std::path::Path, name: &str) -> Result<Network, models::ModelError> {
    Network::load(zoo::architecture(&zoo::Request::named(name))?, path, &Device::flex())
}

#[test]
fn the_round_trip_keeps_every_bit() {
    let folder = tempfile::tempdir().unwrap();
    for name in ["lenet-300-100", "lenet-5"] {
        let path = folder.path().join(name);
        let saved = network(name);
        saved.save(&path).unwrap();
        assert_eq!(saved.serialised().len() as u64, std::fs::metadata(&path).unwrap().len());
        let loaded = reload(&path, name).unwrap();
        for layer in 0..saved.architecture().layers().len() {
            assert_eq!(saved.weight_values(layer), loaded.weight_values(layer));
            assert_eq!(saved.bias_values(layer), loaded.bias_values(layer));
        }
    }
}

#[test]
fn broken_files_are_named() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("w.safetensors");
    assert!(reload(&path, "lenet-5").unwrap_err().to_string().contains("w.safetensors"));

    network("lenet-300-100").save(&path).unwrap();
    let message = reload(&path, "lenet-5").unwrap_err().to_string();
    assert!(message.contains("missing: conv1.weight") && message.contains("lenet-5"), "{message}");

    let whole = tensors::read::<f32>(&path).unwrap();
    let mut file = whole.clone();
    file.get_mut("fc2.weight").unwrap().values[7] = f32::NAN;
    tensors::write(&path, &file).unwrap();
    let message = reload(&path, "lenet-300-100").unwrap_err().to_string();
    assert!(message.contains("fc2.weight") && message.contains("NaN at index 7"), "{message}");

    let mut file = whole.clone();
    file.insert("fc1.bias".to_owned(), HostTensor { shape: vec![3], values: vec![0.0; 3] });
    tensors::write(&path, &file).unwrap();
    let message = reload(&path, "lenet-300-100").unwrap_err().to_string();
    assert!(
        message.contains("fc1.bias") && message.contains("[3]") && message.contains("[300]"),
        "{message}"
    );

    tensors::write(&path, &whole).unwrap();
    let bytes = std::fs::read(&path).unwrap();
    std::fs::write(&path, &bytes[..bytes.len() / 2]).unwrap();
    assert!(
        reload(&path, "lenet-300-100").unwrap_err().to_string().contains("not a whole safetensors")
    );
}
