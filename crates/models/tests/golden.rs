//! Counts, names and logits of the networks against values computed in double precision: those of
//! `zoo.json` by PyTorch, those of `numpy.json` by `scripts/golden_zoo.py`, which gives PyTorch's
//! values where both speak.

use std::collections::BTreeMap;

use burn::tensor::{Device, Tensor, TensorData};
use models::tensors::{self, HostTensor};
use models::{Architecture, Network, Op, zoo};
use serde_json::Value;

/// Networks whose logits agree to 1e-4 of the largest; those of the others do to 1e-3.
const SHALLOW: [&str; 3] = ["lenet-300-100", "lenet-5", "lenet-5-caffe"];

/// Every network of the fixtures with what is expected of it.
fn networks() -> Vec<(Architecture, Value)> {
    let files = [include_str!("golden/zoo.json"), include_str!("golden/numpy.json")];
    let networks = files.into_iter().flat_map(|file| {
        serde_json::from_str::<BTreeMap<String, Value>>(file).expect("the fixture is JSON")
    });
    networks.map(|(name, expected)| (described(&name, &expected), expected)).collect()
}

fn described(name: &str, expected: &Value) -> Architecture {
    let [_, input @ ..]: [usize; 4] = serde_json::from_value(expected["input"].clone()).unwrap();
    zoo::architecture(&zoo::Request { input, ..zoo::Request::named(name) }).unwrap()
}

/// Names and shapes of the tensors, in PyTorch's order.
fn listed(architecture: &Architecture, expected: &Value) -> Vec<(String, Vec<usize>)> {
    let mut listed: Vec<(String, Vec<usize>)> =
        serde_json::from_value(expected["tensors"].clone()).unwrap();
    if architecture.norms().is_empty() {
        // The layers have other names in the code that made the fixture, and all have biases.
        for (t, (name, _)) in listed.iter_mut().enumerate() {
            let tensor = name.rsplit('.').next().unwrap();
            *name = format!("{}.{tensor}", architecture.layers()[t / 2].name);
        }
    }
    listed
}

/// Names and shapes of the tensors, in the order of the description.
fn in_order(architecture: &Architecture) -> Vec<(String, Vec<usize>)> {
    let mut tensors = Vec::new();
    architecture.walk((), |op, _| match *op {
        Op::Layer(index) => {
            let layer = &architecture.layers()[index];
            tensors.push((format!("{}.weight", layer.name), layer.torch_shape()));
            if layer.bias {
                tensors.push((format!("{}.bias", layer.name), vec![layer.units]));
            }
        }
        Op::BatchNorm(index) => {
            let norm = &architecture.norms()[index];
            for tensor in ["weight", "bias", "running_mean", "running_var"] {
                tensors.push((format!("{}.{tensor}", norm.name), vec![norm.channels]));
            }
        }
        _ => {}
    });
    tensors
}

/// The deterministic filling of the fixture, for tensor number `t` of this name and shape.
fn filling(t: usize, name: &str, shape: &[usize], scale: f64) -> Vec<f32> {
    let (count, t) = (shape.iter().product::<usize>(), t as f64);
    let gain = scale * (2.0 / (count / shape[0]) as f64).sqrt();
    let value = |k: f64| match name.rsplit('.').next().unwrap() {
        _ if shape.len() > 1 => gain * (0.1 * k + t).sin(),
        "weight" => 1.0 + 0.1 * (k + t).sin(),
        "bias" => 0.1 * (k + t).cos(),
        "running_mean" => 0.1 * (0.2 * k + t).sin(),
        "running_var" => 1.0 + 0.5 * (0.3 * k + t).sin().powi(2),
        other => panic!("no filling for {other}"),
    };
    (0..count).map(|k| value(k as f64) as f32).collect()
}

fn filled(architecture: Architecture, expected: &Value, device: &Device) -> Network {
    let scale = expected["weight_scale"].as_f64().unwrap();
    let file: BTreeMap<_, _> = listed(&architecture, expected)
        .into_iter()
        .enumerate()
        .map(|(t, (name, shape))| {
            let values = filling(t, &name, &shape, scale);
            (name, HostTensor { shape, values })
        })
        .collect();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("weights.safetensors");
    tensors::write(&path, &file).unwrap();
    Network::load(architecture, &path, device).unwrap()
}

#[test]
fn counts_agree() {
    for (architecture, expected) in networks() {
        let name = architecture.name();
        let count = |key: &str| expected[key].as_u64().unwrap() as usize;
        assert_eq!(architecture.parameters(), count("parameters"), "{name}");
        assert_eq!(architecture.prunable_weights(), count("prunable"), "{name}");
        assert_eq!(architecture.multiply_adds(), count("multiply_adds"), "{name}");
        assert_eq!(architecture.layers().len(), count("prunable_layers"), "{name}");
        assert_eq!(in_order(&architecture), listed(&architecture, &expected), "{name}");
    }
}

#[test]
fn logits_agree() {
    let device = Device::flex();
    for (architecture, expected) in networks() {
        let name = architecture.name().to_owned();
        let tolerance = if SHALLOW.contains(&name.as_str()) { 1e-4 } else { 1e-3 };
        let network = filled(architecture, &expected, &device);
        let shape: [usize; 4] = serde_json::from_value(expected["input"].clone()).unwrap();
        let pixels =
            (0..shape.iter().product()).map(|i: usize| (0.013 * i as f64).sin() as f32).collect();
        let images = Tensor::from_data(TensorData::new(pixels, shape), &device);
        let logits = network.forward(images).into_data().try_into_vec::<f32>().unwrap();
        let expected: Vec<Vec<f32>> = serde_json::from_value(expected["logits"].clone()).unwrap();
        let expected = expected.concat();
        assert_eq!(logits.len(), expected.len(), "{name}");
        let largest = expected.iter().fold(0.0_f32, |a, b| a.max(b.abs()));
        for (ours, theirs) in logits.iter().zip(&expected) {
            assert!((ours - theirs).abs() < tolerance * largest, "{name}: {ours} {theirs}");
        }
    }
}

/// 1,000 classes of 3x224x224, as torchvision publishes it.
#[test]
fn resnet_18_has_its_published_counts() {
    let request = zoo::Request { classes: 1000, ..zoo::Request::named("resnet-18") };
    let architecture = zoo::architecture(&request).unwrap();
    assert_eq!(architecture.parameters(), 11_689_512);
    assert_eq!(architecture.prunable_weights(), 11_678_912);
    assert_eq!(architecture.multiply_adds(), 1_814_073_344);
    assert_eq!(architecture.layers().len(), 21);
}
