//! Counts and logits of the networks against values that PyTorch computed in double precision.

use std::collections::BTreeMap;

use burn::tensor::{Device, Tensor, TensorData};
use models::tensors::{self, HostTensor};
use models::{Network, zoo};
use serde_json::Value;

const NETWORKS: [&str; 3] = ["lenet-300-100", "lenet-5", "lenet-5-caffe"];

fn fixture() -> Value {
    serde_json::from_str(include_str!("golden/zoo.json")).unwrap()
}

/// The deterministic filling of the fixture, for tensor number `t` of this shape.
fn filling(t: usize, shape: &[usize], scale: f64) -> Vec<f32> {
    let (count, t) = (shape.iter().product::<usize>(), t as f64);
    if shape.len() == 1 {
        return (0..count).map(|k| (0.1 * (k as f64 + t).cos()) as f32).collect();
    }
    let gain = scale * (2.0 / (count / shape[0]) as f64).sqrt();
    (0..count).map(|k| (gain * (0.1 * k as f64 + t).sin()) as f32).collect()
}

fn filled(name: &str, scale: f64, device: &Device) -> Network {
    let architecture = zoo::architecture(&zoo::Request::named(name)).unwrap();
    let mut file = BTreeMap::new();
    for (index, layer) in architecture.layers().iter().enumerate() {
        for (t, tensor, shape) in
            [(2 * index, "weight", layer.torch_shape()), (2 * index + 1, "bias", vec![layer.units])]
        {
            let values = filling(t, &shape, scale);
            file.insert(format!("{}.{tensor}", layer.name), HostTensor { shape, values });
        }
    }
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("weights.safetensors");
    tensors::write(&path, &file).unwrap();
    Network::load(architecture, &path, device).unwrap()
}

#[test]
fn counts_agree() {
    for name in NETWORKS {
        let expected = &fixture()[name];
        let architecture = zoo::architecture(&zoo::Request::named(name)).unwrap();
        let count = |key: &str| expected[key].as_u64().unwrap() as usize;
        assert_eq!(architecture.parameters(), count("parameters"), "{name}");
        assert_eq!(architecture.prunable_weights(), count("prunable"), "{name}");
        assert_eq!(architecture.multiply_adds(), count("multiply_adds"), "{name}");
        assert_eq!(architecture.layers().len(), count("prunable_layers"), "{name}");
        let shapes: Vec<Vec<usize>> =
            architecture.layers().iter().map(|layer| layer.torch_shape()).collect();
        let listed = expected["tensors"].as_array().unwrap().iter().step_by(2);
        let listed: Vec<Vec<usize>> =
            listed.map(|t| serde_json::from_value(t[1].clone()).unwrap()).collect();
        assert_eq!(shapes, listed, "{name}");
    }
}

#[test]
fn logits_agree() {
    let device = Device::flex();
    for name in NETWORKS {
        let expected = &fixture()[name];
        let network = filled(name, expected["weight_scale"].as_f64().unwrap(), &device);
        let shape: [usize; 4] = serde_json::from_value(expected["input"].clone()).unwrap();
        let pixels =
            (0..shape.iter().product()).map(|i: usize| (0.013 * i as f64).sin() as f32).collect();
        let images = Tensor::from_data(TensorData::new(pixels, shape), &device);
        let logits = network.forward(images).into_data().try_into_vec::<f32>().unwrap();
        let expected: Vec<Vec<f32>> = serde_json::from_value(expected["logits"].clone()).unwrap();
        let expected = expected.concat();
        let largest = expected.iter().fold(0.0_f32, |a, b| a.max(b.abs()));
        for (ours, theirs) in logits.iter().zip(&expected) {
            assert!((ours - theirs).abs() < 1e-4 * largest, "{name}: {ours} {theirs}");
        }
    }
}
