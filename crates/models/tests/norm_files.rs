//! Weight files of networks with norms: what a broken file is told, and PyTorch's counters.

use std::collections::BTreeMap;
use std::path::Path;

use burn::module::Module;
use burn::tensor::Device;
use models::tensors::{self, HostTensor};
use models::{ModelError, Network};
use safetensors::Dtype;
use safetensors::tensor::TensorView;

use crate::small::{described, fresh, tensors_of, train};

mod small;

fn reload(path: &Path, file: &BTreeMap<String, HostTensor>) -> Result<Network, ModelError> {
    tensors::write(path, file).unwrap();
    Network::load(described(), path, &Device::flex())
}

#[test]
fn broken_files_are_named() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("w.safetensors");
    let (network, _) = train(fresh().train(), 1);
    let whole = tensors_of(&network);
    assert_eq!(tensors_of(&reload(&path, &whole).unwrap()), whole);
    let told = |change: &dyn Fn(&mut BTreeMap<String, HostTensor>)| {
        let mut file = whole.clone();
        change(&mut file);
        reload(&path, &file).unwrap_err().to_string()
    };

    let message = told(&|file| {
        file.remove("bn2.running_mean");
    });
    assert!(message.contains("missing: bn2.running_mean; not known: none"), "{message}");
    let message = told(&|file| {
        let tensor = file["bn1.bias"].clone();
        file.insert("conv1.bias".to_owned(), tensor);
    });
    assert!(message.contains("missing: none; not known: conv1.bias"), "{message}");
    let message = told(&|file| {
        let tensor = HostTensor { shape: vec![3], values: vec![1.0; 3] };
        file.insert("bn1.weight".to_owned(), tensor);
    });
    assert!(message.contains("\"bn1.weight\": shape [3]; expected [4]"), "{message}");
    let message = told(&|file| file.get_mut("bn1.running_var").unwrap().values[2] = -0.5);
    assert!(message.contains("\"bn1.running_var\": value -0.5 at index 2"), "{message}");
}

/// Adds counters, as PyTorch writes them, to a file that is otherwise of f32.
fn with_counters(file: &BTreeMap<String, HostTensor>, names: &[&str], path: &Path) {
    let bytes = |values: &[f32]| values.iter().flat_map(|v| v.to_le_bytes()).collect::<Vec<u8>>();
    let count = 7_i64.to_le_bytes();
    let data: Vec<_> = file.iter().map(|(name, t)| (name, &t.shape, bytes(&t.values))).collect();
    let tensors = data.iter().map(|(name, shape, bytes)| {
        (name.as_str(), TensorView::new(Dtype::F32, shape.to_vec(), bytes).unwrap())
    });
    let counters =
        names.iter().map(|&name| (name, TensorView::new(Dtype::I64, vec![], &count).unwrap()));
    safetensors::serialize_to_file(tensors.chain(counters), None, path).unwrap();
}

#[test]
fn counters_of_batches_are_ignored() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("w.safetensors");
    let whole = tensors_of(&fresh());
    with_counters(&whole, &["bn1.num_batches_tracked", "bn2.num_batches_tracked"], &path);
    let loaded = Network::load(described(), &path, &Device::flex()).unwrap();
    assert_eq!(tensors_of(&loaded), whole);
    assert_eq!(tensors::read::<f32>(&path).unwrap(), whole);

    with_counters(&whole, &["bn3.num_batches_tracked"], &path);
    let message = Network::load(described(), &path, &Device::flex()).unwrap_err().to_string();
    assert!(message.contains("not known: bn3.num_batches_tracked"), "{message}");

    with_counters(&whole, &["bn1.steps"], &path);
    let message = Network::load(described(), &path, &Device::flex()).unwrap_err().to_string();
    assert!(message.contains("not known: bn1.steps"), "{message}");
}
