//! Masked trainings of a small network on the embedded digits.

mod compressed;
mod fork;
mod gradual;
mod invariants;
mod precision;
mod resume;
mod soft;

use burn::tensor::Device;
use datasets::{DatasetName, DeviceImages, Source};
use models::{Initialisation, Network, PerWeight, zoo};

use super::*;
use crate::archive::Archive;
use crate::config::{Compute, Optimiser, Precision, Schedule};
use crate::data::{Part, Tagged};
use crate::step::Step;

const SGD: Optimiser = Optimiser::Sgd { momentum: 0.9, nesterov: false, weight_decay: 1e-3 };
const ADAM: Optimiser = Optimiser::Adam { weight_decay: 1e-3 };
const ADAM_W: Optimiser = Optimiser::AdamW { weight_decay: 1e-2 };

fn device() -> Device {
    Device::flex()
}

fn data() -> Data {
    let dataset = datasets::load(&Source::new(DatasetName::Digits)).unwrap();
    let images = DeviceImages::new(&dataset.train, &dataset.normalisation, &device());
    let count = images.len();
    Data {
        identity: String::new(),
        name: "digits".to_owned(),
        origin: "embedded".to_owned(),
        validation: Tagged::new(Part::Validation, images.subset(&(0..200).collect::<Vec<_>>())),
        test: Tagged::new(
            Part::Test,
            DeviceImages::new(&dataset.test, &dataset.normalisation, &device()),
        ),
        images: Tagged::new(Part::Training, images),
        training: (200..count).collect(),
        corrupted: Vec::new(),
        training_sample: (200..count).collect(),
    }
}

fn network() -> Network {
    let shape = datasets::load(&Source::new(DatasetName::Digits)).unwrap().train.shape();
    let request = zoo::Request {
        widths: vec![12],
        input: [shape.channels, shape.height, shape.width],
        ..zoo::Request::named("mlp")
    };
    let architecture = zoo::architecture(&request).unwrap();
    Network::new(architecture, Initialisation::KaimingUniform, 1, &device())
}

/// Keeps every weight whose index in its layer is below `kept` modulo 10.
fn factors(network: &Network, kept: usize) -> PerWeight {
    let layers = network.architecture().layers().iter();
    let factors: Vec<Vec<f32>> = layers
        .map(|layer| (0..layer.weights()).map(|k| f32::from(u8::from(k % 10 < kept))).collect())
        .collect();
    PerWeight::new(network.architecture(), factors.iter().map(Vec::as_slice), &device())
}

fn recipe(optimiser: Optimiser) -> Recipe {
    Recipe {
        length: Step::Iterations(40),
        batch_size: 32,
        optimiser,
        learning_rate: 0.01,
        schedule: Schedule::Constant,
        warm_up: Step::Iterations(0),
        evaluate_every: Step::Iterations(10),
        compute: Compute::Dense,
        precision: Precision::Full,
    }
}

fn training<'a>(data: &'a Data, recipe: &'a Recipe, masking: Masking<'a>) -> Training<'a> {
    let (iterations, order) = (0..40, 1);
    let steps = if recipe.compute == Compute::Sparse { Steps::sparse() } else { Steps::Dense };
    Training {
        data,
        recipe,
        steps,
        iterations,
        order,
        augmentation: None,
        masking,
        fork: None,
        snapshots: Vec::new(),
        checkpoints: None,
        shown: None,
    }
}

#[test]
fn a_learner_makes_the_steps_of_a_training() {
    let (data, network) = (data(), network());
    let factors = factors(&network, 3);
    let network = factors.scale(network);
    let recipe = recipe(SGD);
    let training = training(&data, &recipe, Masking::Fixed(&factors));
    let mut state = State::new(network.clone(), training).unwrap();
    let mut learner = Learner::new(&network, &SGD, Some(factors.clone()), Precision::Full);
    let mut batches = data.batches(recipe.batch_size, 1);
    for iteration in 0..5 {
        let batch = data.images.to_select().unwrap().select(batches.next_batch());
        (state, learner) = (state.step(iteration), learner.step(&batch, recipe.learning_rate));
    }
    assert_eq!(learner.network.weight_values(0), state.network.weight_values(0));
    assert_ne!(learner.network.weight_values(0), network.weight_values(0));
}
