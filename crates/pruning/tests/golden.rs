//! Scores, masks and logits against what the SiPP authors' code computed (see `golden/README.md`).

use std::path::{Path, PathBuf};

use burn::tensor::{Device, Tensor, TensorData};
use models::{Network, tensors, zoo};
use pruning::criteria::{Magnitude, Sipp};
use pruning::{Budget, Criterion, Mask, Scope, Subject, generator, prune};
use serde_json::Value;

const NETWORKS: [&str; 2] = ["lenet-300-100", "lenet-5"];

struct Golden {
    network: Network,
    images: Tensor<4>,
    expected: Value,
    folder: PathBuf,
}

fn golden(name: &str) -> Golden {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden").join(name);
    let device = Device::flex();
    let architecture = zoo::architecture(&zoo::Request::named(name)).unwrap();
    let network =
        Network::load(architecture, &folder.join("weights.safetensors"), &device).unwrap();
    let images = image_tensor(&folder.join("points.safetensors"), &device);
    let expected = std::fs::read_to_string(folder.join("expected.json")).unwrap();
    Golden { network, images, expected: serde_json::from_str(&expected).unwrap(), folder }
}

/// Reads `images` alone: the labels beside them are integers.
fn image_tensor(path: &Path, device: &Device) -> Tensor<4> {
    let bytes = std::fs::read(path).unwrap();
    let file = safetensors::SafeTensors::deserialize(&bytes).unwrap();
    let view = file.tensor("images").unwrap();
    let quads = view.data().chunks_exact(4);
    let values = quads.map(|b| f32::from_le_bytes(b.try_into().unwrap())).collect();
    let shape: [usize; 4] = view.shape().try_into().unwrap();
    Tensor::from_data(TensorData::new(values, shape), device)
}

fn kept(golden: &Golden, criterion: &dyn Criterion, budget: usize) -> Vec<usize> {
    let subject = Subject { network: &golden.network, images: &golden.images };
    let everything = Mask::full(golden.network.architecture());
    let mask =
        prune(criterion, Scope::Global, subject, &everything, Budget(budget), &mut generator(0))
            .unwrap();
    assert_eq!(mask.kept(), budget);
    mask.layers().iter().map(|layer| layer.kept()).collect()
}

#[test]
fn logits_agree() {
    for name in NETWORKS {
        let golden = golden(name);
        let logits = golden.network.forward(golden.images.clone().narrow(0, 0, 4));
        let ours = logits.into_data().try_into_vec::<f32>().unwrap();
        let expected = golden.expected["dense_logits_first_4_points"].clone();
        let theirs = serde_json::from_value::<Vec<Vec<f32>>>(expected).unwrap().concat();
        for (a, b) in ours.iter().zip(&theirs) {
            assert!((a - b).abs() <= 1e-4 * b.abs().max(1.0), "{name}: {a} {b}");
        }
    }
}

#[test]
fn sensitivities_agree() {
    for name in NETWORKS {
        let golden = golden(name);
        let file = tensors::read::<f32>(&golden.folder.join("scores.safetensors")).unwrap();
        let subject = Subject { network: &golden.network, images: &golden.images };
        let scores = Sipp::default().scores(subject, &mut generator(0)).unwrap();
        for (layer, ours) in golden.network.architecture().layers().iter().zip(scores.layers()) {
            let theirs = &file[&format!("sipp_mean/{}", layer.name)].values;
            assert_eq!(ours.len(), theirs.len());
            let largest = ours.iter().zip(theirs).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
            assert!(largest < 1e-6, "{name} {}: {largest}", layer.name);
        }
    }
}

#[test]
fn kept_counts_agree() {
    for name in NETWORKS {
        let golden = golden(name);
        let cases: [(&str, &dyn Criterion, usize); 2] =
            [("weight_threshold", &Magnitude, 0), ("sipp_det", &Sipp::default(), 2)];
        for (method, criterion, tolerance) in cases {
            for (ratio, case) in golden.expected["methods"][method].as_object().unwrap() {
                let budget = case["weight_budget"].as_u64().unwrap() as usize;
                let theirs: Vec<usize> =
                    serde_json::from_value(case["kept_per_layer"].clone()).unwrap();
                let ours = kept(&golden, criterion, budget);
                let close = ours.iter().zip(&theirs).all(|(a, b)| a.abs_diff(*b) <= tolerance);
                assert!(close, "{name} {method} {ratio}: {ours:?} {theirs:?}");
            }
        }
    }
}
