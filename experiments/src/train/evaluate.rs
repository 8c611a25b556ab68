use burn::tensor::activation::log_softmax;
use burn::tensor::{Int, Tensor};
use datasets::{Batch, DeviceImages};
use models::Network;

/// Images in a forward pass of an evaluation; it bounds the memory.
const CHUNK: usize = 1000;

/// Mean loss and accuracy over a set of images.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Evaluation {
    /// Mean cross-entropy in nats.
    pub loss: f64,
    /// Share of images whose class is right, in [0, 1].
    pub accuracy: f64,
}

/// Evaluates a network on every image once; each image counts the same, the last, shorter chunk's
/// too. The device is read once.
pub fn evaluate(network: &Network, images: &DeviceImages) -> Evaluation {
    evaluate_watched(network, images, |_, _| ())
}

/// The same, and shows each chunk's logits and predicted classes (one a row) on the way.
pub fn evaluate_watched(
    network: &Network,
    images: &DeviceImages,
    watch: impl FnMut(&Tensor<2>, &Tensor<2, Int>),
) -> Evaluation {
    let starts = (0..images.len()).step_by(CHUNK);
    let chunks = starts.map(|start| images.slice(start..(start + CHUNK).min(images.len())));
    over(network, chunks, images.len(), watch)
}

/// Evaluates a network on the images at `indices`.
pub fn evaluate_part(network: &Network, images: &DeviceImages, indices: &[usize]) -> Evaluation {
    let chunks = indices.chunks(CHUNK).map(|chunk| images.select(chunk));
    over(network, chunks, indices.len(), |_, _| ())
}

fn over(
    network: &Network,
    chunks: impl Iterator<Item = Batch>,
    count: usize,
    mut watch: impl FnMut(&Tensor<2>, &Tensor<2, Int>),
) -> Evaluation {
    let mut sums: Option<(Tensor<1>, Tensor<1>)> = None;
    for batch in chunks {
        let logits = network.forward(batch.images);
        let targets = batch.labels.unsqueeze_dim::<2>(1);
        let predicted = logits.clone().argmax(1);
        watch(&logits, &predicted);
        let right = predicted.equal(targets.clone()).float().sum();
        let loss = log_softmax(logits, 1).gather(1, targets).sum().neg();
        sums = Some(match sums {
            Some((losses, rights)) => (losses + loss, rights + right),
            None => (loss, right),
        });
    }
    let count = count as f64;
    sums.map_or(Evaluation { loss: f64::NAN, accuracy: f64::NAN }, |(loss, right)| Evaluation {
        loss: f64::from(loss.into_scalar::<f32>()) / count,
        accuracy: f64::from(right.into_scalar::<f32>()) / count,
    })
}
