//! Gradients of a loss over points.

use burn::tensor::activation::log_softmax;
use burn::tensor::{Int, Tensor};
use models::Network;

use crate::criterion::Subject;
use crate::error::PruneError;

/// The gradient of a mean loss over all points with respect to the prunable weights: `[units, fan_in]`
/// for each layer.
///
/// `loss` computes the mean over some points, `chunk` at a time, from a twin of the network with
/// gradients (see [`Network::weight_gradients`]; evaluation mode), their images and their classes.
/// The chunk bounds the memory and changes only rounding.
///
/// A criterion of your own that looks at gradients:
///
/// ```
/// use chacha20::ChaCha8Rng;
/// use pruning::{Criterion, PruneError, Scores, Subject, cross_entropy, loss_gradients};
///
/// /// Keeps the weights with the steepest gradients.
/// struct Steepness;
///
/// impl Criterion for Steepness {
///     fn scores(&self, subject: Subject, _: &mut ChaCha8Rng) -> Result<Scores, PruneError> {
///         let gradients = loss_gradients(subject, 128, |network, images, labels| {
///             cross_entropy(network.forward(images), labels)
///         })?;
///         Scores::by_layer(subject.network, |layer| gradients[layer].clone().abs())
///     }
/// }
/// ```
///
/// # Errors
/// When there are no points, or no labels.
pub fn loss_gradients(
    subject: Subject<'_>,
    chunk: usize,
    loss: impl Fn(&Network, Tensor<4>, Tensor<1, Int>) -> Tensor<1>,
) -> Result<Vec<Tensor<2>>, PruneError> {
    let Subject { network, images, .. } = subject;
    let labels = subject.labels.ok_or(PruneError::NoLabels)?;
    let points = images.dims()[0];
    let chunk = chunk.max(1);
    let mut sums: Option<Vec<Tensor<2>>> = None;
    for start in (0..points).step_by(chunk) {
        let count = chunk.min(points - start);
        let (images, labels) =
            (images.clone().narrow(0, start, count), labels.clone().narrow(0, start, count));
        let share = count as f64 / points as f64;
        let found = network.weight_gradients(|network| {
            let (images, labels) = (Tensor::from_inner(images), Tensor::from_inner(labels));
            loss(network, images, labels).mul_scalar(share)
        });
        sums = Some(match sums {
            None => found,
            Some(sums) => sums.into_iter().zip(found).map(|(sum, part)| sum + part).collect(),
        });
    }
    sums.ok_or(PruneError::NoPoints)
}

/// The mean cross-entropy of logits `[points, classes]` with the points' classes.
pub fn cross_entropy(logits: Tensor<2>, labels: Tensor<1, Int>) -> Tensor<1> {
    log_softmax(logits, 1).gather(1, labels.unsqueeze_dim(1)).mean().neg()
}
