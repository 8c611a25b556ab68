//! Logits and gradients, in evaluation.

use burn::tensor::Tensor;
use pruning::{cross_entropy, loss_gradients};

use crate::case::Case;
use crate::tolerance::{hold, larger, relative};

pub(crate) fn forward(flex: &Case, other: &Case) {
    let logits = |case: &Case| host(case.network.forward(case.batch.images.clone()));
    hold(&other.name, "logits", relative(&logits(other), &logits(flex)), other.tolerance.logits);
}

pub(crate) fn gradients(flex: &Case, other: &Case) {
    let (found, expected) = (of_layers(other), of_layers(flex));
    let layers = found.iter().zip(&expected).map(|(a, b)| relative(a, b));
    let worst = layers.fold(0.0, larger);
    hold(&other.name, "gradients, the worst layer", worst, other.tolerance.gradient);
}

fn of_layers(case: &Case) -> Vec<Vec<f32>> {
    let subject =
        pruning::Subject::new(&case.network, &case.batch.images).with_labels(&case.batch.labels);
    let found = loss_gradients(subject, 64, |network, images, labels| {
        cross_entropy(network.forward(images), labels)
    });
    found.unwrap().into_iter().map(host).collect()
}

fn host<const D: usize>(tensor: Tensor<D>) -> Vec<f32> {
    tensor.into_data().convert::<f32>().try_into_vec().unwrap()
}
