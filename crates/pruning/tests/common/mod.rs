//! The values that the SiPP authors' code computed (see `golden/README.md`).

// Each test uses its own part of this.
#![allow(dead_code)]

use std::path::{Path, PathBuf};

use burn::tensor::{Device, Int, Tensor, TensorData};
use models::{Network, tensors, zoo};
use serde_json::Value;

pub(crate) const NETWORKS: [&str; 2] = ["lenet-300-100", "lenet-5"];

pub(crate) struct Golden {
    pub(crate) network: Network,
    pub(crate) images: Tensor<4>,
    pub(crate) labels: Tensor<1, Int>,
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
        let points = folder.join("points.safetensors");
        let images = tensors::read_one::<f32>(&points, "images").unwrap().unwrap();
        let shape: [usize; 4] = images.shape.try_into().unwrap();
        let images = Tensor::from_data(TensorData::new(images.values, shape), &device);
        let labels = tensors::read_one::<i64>(&points, "labels").unwrap().unwrap().values;
        let count = labels.len();
        let labels = Tensor::from_data(TensorData::new(labels, [count]), &device);
        let expected = std::fs::read_to_string(folder.join("expected.json")).unwrap();
        Self { network, images, labels, expected: serde_json::from_str(&expected).unwrap(), folder }
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

    /// So many points: the golden ones and copies of them, moved by a pixel or more.
    pub(crate) fn points(&self, count: usize) -> Tensor<4> {
        let images = &self.images;
        let [available, .., height, _] = images.dims();
        let copies = (0..count.div_ceil(available)).map(|k| {
            if k == 0 {
                return images.clone();
            }
            let (top, rest) =
                (images.clone().narrow(2, 0, k), images.clone().narrow(2, k, height - k));
            Tensor::cat(vec![rest, top], 2)
        });
        Tensor::cat(copies.collect(), 0).narrow(0, 0, count)
    }

    /// The classes of these points.
    pub(crate) fn classes(&self, count: usize) -> Tensor<1, Int> {
        let copies = count.div_ceil(self.labels.dims()[0]);
        self.labels.clone().repeat_dim(0, copies).narrow(0, 0, count)
    }
}
