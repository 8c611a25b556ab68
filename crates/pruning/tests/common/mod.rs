//! The values that the SiPP authors' code computed (see `golden/README.md`).

// Each test uses its own part of this.
#![allow(dead_code)]

use std::path::{Path, PathBuf};

use burn::tensor::{Device, Tensor, TensorData};
use models::{Network, zoo};
use serde_json::Value;

pub(crate) const NETWORKS: [&str; 2] = ["lenet-300-100", "lenet-5"];

pub(crate) struct Golden {
    pub(crate) network: Network,
    pub(crate) images: Tensor<4>,
    pub(crate) expected: Value,
    pub(crate) folder: PathBuf,
}

impl Golden {
    pub(crate) fn of(name: &str) -> Self {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden").join(name);
        let device = Device::flex();
        let architecture = zoo::architecture(&zoo::Request::named(name)).unwrap();
        let network =
            Network::load(architecture, &folder.join("weights.safetensors"), &device).unwrap();
        let images = image_tensor(&folder.join("points.safetensors"), &device);
        let expected = std::fs::read_to_string(folder.join("expected.json")).unwrap();
        Self { network, images, expected: serde_json::from_str(&expected).unwrap(), folder }
    }

    /// What a method should give: keep ratio, budget of weights, and the case.
    pub(crate) fn cases(&self, method: &str) -> Vec<(String, usize, Value)> {
        let cases = self.expected["methods"][method].as_object().unwrap().iter();
        cases
            .map(|(ratio, case)| {
                let budget = case["weight_budget"].as_u64().unwrap() as usize;
                (ratio.clone(), budget, case.clone())
            })
            .collect()
    }
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
