//! The same network and the same images on several backends.

use burn::tensor::{Device, Int, Tensor, TensorData};
use datasets::Batch;
use experiments::config::{Optimiser, Precision};
use experiments::device::Choice;
use experiments::train::Learner;
use models::{Initialisation, Network, zoo};
use rand::RngExt;

use crate::tolerance::Tolerance;

pub(crate) const SGD: Optimiser =
    Optimiser::Sgd { momentum: 0.9, nesterov: false, weight_decay: 5e-4 };

/// Images in the batch.
const IMAGES: usize = 64;
/// Steps on flex before anything is compared: then weights, norms and their statistics are those of a network in
/// training, and not of a fresh one.
const STEPS: usize = 20;

/// A network on a backend, with a batch.
pub(crate) struct Case {
    /// Network and backend, for messages.
    pub(crate) name: String,
    /// What this backend may differ by from flex.
    pub(crate) tolerance: Tolerance,
    pub(crate) network: Network,
    pub(crate) batch: Batch,
    images: Vec<f32>,
    labels: Vec<i64>,
}

impl Case {
    /// The network on flex, trained a little on images of noise, each class brighter than the last.
    pub(crate) fn new(name: &str, widths: &[usize], input: [usize; 3]) -> Self {
        let device = Device::flex();
        let request = zoo::Request { input, widths: widths.to_vec(), ..zoo::Request::named(name) };
        let architecture = zoo::architecture(&request).unwrap();
        let classes = architecture.classes();
        let mut rng = pruning::generator(11);
        let labels: Vec<i64> = (0..IMAGES).map(|image| (image % classes) as i64).collect();
        let pixels = input.iter().product::<usize>();
        let images: Vec<f32> = labels
            .iter()
            .flat_map(|&label| {
                let bright = label as f32 / classes as f32 - 0.5;
                (0..pixels).map(move |_| bright).collect::<Vec<_>>()
            })
            .map(|bright| bright + rng.random_range(-1.0..1.0))
            .collect();
        let batch = batch(&images, &labels, input, &device);
        let network = Network::new(architecture, Initialisation::KaimingUniform, 5, &device);
        let mut learner = Learner::new(&network, &SGD, None, Precision::Full);
        for _ in 0..STEPS {
            learner = learner.step(&batch, 0.02);
        }
        let (name, network) = (name.to_owned(), learner.network());
        let tolerance = Tolerance::of("flex");
        Self { name, tolerance, network, batch, images, labels }
    }

    /// The same on another backend, by way of a file.
    pub(crate) fn on(&self, backend: &str) -> Self {
        let device = Choice::named(backend).open().unwrap_or_else(|error| panic!("{error}")).device;
        let architecture = self.network.architecture().clone();
        let file = tempfile::NamedTempFile::new().unwrap();
        self.network.save(file.path()).unwrap();
        let input = architecture.input_shape();
        Self {
            name: format!("{} on {backend}", self.name),
            tolerance: Tolerance::of(backend),
            network: Network::load(architecture, file.path(), &device).unwrap(),
            batch: batch(&self.images, &self.labels, input, &device),
            images: self.images.clone(),
            labels: self.labels.clone(),
        }
    }
}

fn batch(images: &[f32], labels: &[i64], input: [usize; 3], device: &Device) -> Batch {
    let [channels, height, width] = input;
    let count = labels.len();
    let images = TensorData::new(images.to_vec(), [count, channels, height, width]);
    Batch {
        images: Tensor::from_data(images, device),
        labels: Tensor::<1, Int>::from_data(TensorData::new(labels.to_vec(), [count]), device),
    }
}
