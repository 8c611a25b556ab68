use std::ops::Range;

use burn::tensor::activation::log_softmax;
use burn::tensor::{Int, Tensor, TensorData};
use datasets::{Batch, ByteBatch, DeviceImages};
use models::Network;
use sparse::{Pixels, Predictor};

use super::Steps;

/// Images in a dense forward pass of an evaluation; it bounds the memory.
const CHUNK: usize = 1000;
/// The same of a sparse one, as many as lie in the nearest caches.
const SPARSE_CHUNK: usize = 64;

/// Mean loss and accuracy over a set of images.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Evaluation {
    /// Mean cross-entropy in nats.
    pub loss: f64,
    /// Share of images whose class is right, in [0, 1].
    pub accuracy: f64,
}

/// A network that is evaluated, with the arithmetic that its training steps are done with: where those leave out the
/// weights that are zero, evaluation does so too.
pub struct Evaluator<'a>(Answers<'a>);

enum Answers<'a> {
    Dense(&'a Network),
    Sparse(Box<Predictor>),
}

impl<'a> Evaluator<'a> {
    /// With the arithmetic of these steps.
    pub fn new(network: &'a Network, steps: &Steps) -> Self {
        Self(match steps {
            Steps::Dense => Answers::Dense(network),
            Steps::Sparse { .. } => Answers::Sparse(Box::new(Predictor::new(network))),
        })
    }

    /// Evaluates on every image once; each image counts the same, the last, shorter chunk's too. The device is read
    /// once.
    pub fn evaluate(&mut self, images: &DeviceImages) -> Evaluation {
        self.evaluate_watched(images, |_, _| ())
    }

    /// The same, and shows each chunk's logits and predicted classes (one a row) on the way.
    pub fn evaluate_watched(
        &mut self,
        images: &DeviceImages,
        watch: impl FnMut(&Tensor<2>, &Tensor<2, Int>),
    ) -> Evaluation {
        let (count, size) = (images.len(), self.chunk());
        let starts = (0..count).step_by(size);
        let chunks = starts.map(|start| Part::Range(start..(start + size).min(count)));
        self.over(images, chunks, count, watch)
    }

    /// Evaluates on the images at `indices`.
    pub fn evaluate_part(&mut self, images: &DeviceImages, indices: &[usize]) -> Evaluation {
        let chunks = indices.chunks(self.chunk()).map(Part::Places);
        self.over(images, chunks, indices.len(), |_, _| ())
    }

    fn over<'b>(
        &mut self,
        images: &DeviceImages,
        chunks: impl Iterator<Item = Part<'b>>,
        count: usize,
        mut watch: impl FnMut(&Tensor<2>, &Tensor<2, Int>),
    ) -> Evaluation {
        let mut sums: Option<(Tensor<1>, Tensor<1>)> = None;
        for part in chunks {
            let (logits, labels) = self.logits(images, &part);
            let targets = labels.unsqueeze_dim::<2>(1);
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

    fn chunk(&self) -> usize {
        match self.0 {
            Answers::Dense(_) => CHUNK,
            Answers::Sparse(_) => SPARSE_CHUNK,
        }
    }

    /// Logits and labels of some images. Sparse answers take them as bytes where that is possible: moving floats takes
    /// as long as a very sparse pass.
    fn logits(&mut self, images: &DeviceImages, part: &Part<'_>) -> (Tensor<2>, Tensor<1, Int>) {
        let network = match &mut self.0 {
            Answers::Dense(network) => network,
            Answers::Sparse(predictor) => {
                if let Some(batch) = part.bytes(images) {
                    let pixels = Pixels { bytes: &batch.images, tables: batch.tables };
                    let (labels, device) = (batch.labels, images.labels().device());
                    let logits = predictor.predict_pixels(pixels);
                    let shape = [labels.len(), logits.len() / labels.len()];
                    let labels: Vec<_> = labels.into_iter().map(i64::from).collect();
                    let logits = Tensor::from_data(TensorData::new(logits, shape), &device);
                    return (logits, Tensor::from_data(labels.as_slice(), &device));
                }
                let Batch { images, labels } = part.batch(images);
                return (predictor.forward(images), labels);
            }
        };
        let Batch { images, labels } = part.batch(images);
        (network.forward(images), labels)
    }
}

/// Some of a set of images.
enum Part<'a> {
    Range(Range<usize>),
    Places(&'a [usize]),
}

impl Part<'_> {
    fn batch(&self, images: &DeviceImages) -> Batch {
        match self {
            Self::Range(range) => images.slice(range.clone()),
            Self::Places(places) => images.select(places),
        }
    }

    fn bytes<'a>(&self, images: &'a DeviceImages) -> Option<ByteBatch<'a>> {
        match self {
            Self::Range(range) => images.select_bytes(&range.clone().collect::<Vec<_>>(), None),
            Self::Places(places) => images.select_bytes(places, None),
        }
    }
}

/// Evaluates a network with all its weights on every image once.
pub fn evaluate(network: &Network, images: &DeviceImages) -> Evaluation {
    Evaluator::new(network, &Steps::Dense).evaluate(images)
}

#[cfg(test)]
mod tests {
    use burn::tensor::Device;
    use datasets::{DatasetName, Source};
    use models::{Initialisation, PerWeight, zoo};

    use super::*;

    #[test]
    fn both_arithmetics_evaluate_alike_what_is_pruned() {
        let (dataset, device) =
            (datasets::load(&Source::new(DatasetName::Digits)).unwrap(), Device::flex());
        let images = DeviceImages::new(&dataset.test, &dataset.normalisation, &device);
        let shape = dataset.test.shape();
        let input = [shape.channels, shape.height, shape.width];
        let request = zoo::Request { widths: vec![40], input, ..zoo::Request::named("mlp") };
        let architecture = zoo::architecture(&request).unwrap();
        let network = Network::new(architecture, Initialisation::KaimingUniform, 1, &device);
        let layers = network.architecture().layers().iter();
        let kept = |count| (0..count).map(|weight| f32::from(u8::from(weight % 7 == 0))).collect();
        let kept: Vec<Vec<f32>> = layers.map(|layer| kept(layer.weights())).collect();
        let kept = kept.iter().map(Vec::as_slice);
        let network = PerWeight::new(network.architecture(), kept, &device).scale(network.clone());
        let of = |steps| {
            let mut evaluator = Evaluator::new(&network, steps);
            let some: Vec<_> = (0..images.len()).rev().step_by(3).collect();
            [evaluator.evaluate(&images), evaluator.evaluate_part(&images, &some)]
        };
        assert!(!images.len().is_multiple_of(SPARSE_CHUNK), "the last chunk is a shorter one");
        for (dense, sparse) in of(&Steps::Dense).into_iter().zip(of(&Steps::sparse())) {
            assert!((dense.loss - sparse.loss).abs() < 1e-5, "{dense:?} {sparse:?}");
            assert_eq!(dense.accuracy, sparse.accuracy);
        }
    }
}
