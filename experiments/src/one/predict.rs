use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use burn::tensor::{Device, Tensor};
use clap::Args;
use datasets::{DatasetName, DeviceImages};
use models::tensors::{self, HostTensor};
use models::{Network, Shape};
use sparse::Predictor;

use super::arguments::NetworkArguments;
use super::points::{self, checked};
use crate::error::Error;

/// Images in a forward pass; it bounds the memory.
const CHUNK: usize = 250;

/// `experiments predict`.
#[derive(Debug, Args)]
pub struct Predict {
    #[command(flatten)]
    network: NetworkArguments,
    /// A safetensors file with `images` [points, channels, height, width], normalised, and perhaps
    /// `labels` (i64)
    #[arg(
        long,
        value_name = "FILE",
        required_unless_present = "dataset",
        conflicts_with = "dataset"
    )]
    points: Option<PathBuf>,
    /// All test images of this data set
    #[arg(long, value_name = "NAME")]
    dataset: Option<String>,
    /// Folder with the data set's files
    #[arg(long, value_name = "DIR", requires = "dataset")]
    data: Option<PathBuf>,
    /// Where to write the network's outputs: a tensor `logits` [images, classes]
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

/// What a network says to some images.
struct Answers {
    /// `[images, classes]`, row by row.
    logits: Vec<f32>,
    classes: usize,
    labels: Option<Vec<i64>>,
}

impl Predict {
    /// Accuracy and loss, where the classes are known, and the outputs in a file.
    pub(crate) fn run(&self) -> Result<String, Error> {
        let device = self.network.open()?.device;
        let answers = match (&self.dataset, &self.points) {
            (Some(name), _) => self.of_test_images(name, &device)?,
            (None, Some(file)) => self.of_file(file, &device)?,
            (None, None) => unreachable!("one of them is required"),
        };
        let images = answers.logits.len() / answers.classes;
        let mut text = match &answers.labels {
            None => format!("{images} images, whose classes are not known\n"),
            Some(labels) => {
                let (right, loss) = answers.judged(labels)?;
                let share = 100.0 * right as f64 / images as f64;
                format!(
                    "{right} of {images} images right ({share:.2} %), mean cross-entropy {loss:.4}\n"
                )
            }
        };
        if let Some(path) = &self.out {
            let shape = vec![images, answers.classes];
            let logits = HostTensor { shape, values: answers.logits };
            tensors::write(path, &BTreeMap::from([("logits".to_owned(), logits)]))?;
            text.push_str(&format!("logits in {}\n", path.display()));
        }
        Ok(text)
    }

    fn of_file(&self, file: &Path, device: &Device) -> Result<Answers, Error> {
        let points = checked(points::from_file(file, device)?, &self.network, &file.display())?;
        let network = self.load(points.shape(), device)?;
        let count = points.images.dims()[0];
        let batch = |start, count| points.images.clone().narrow(0, start, count);
        Ok(Answers::of(network, count, batch, points.labels))
    }

    fn of_test_images(&self, name: &str, device: &Device) -> Result<Answers, Error> {
        let set = DatasetName::from_str(name)?;
        let dataset = points::dataset(set, self.data.as_deref(), &self.network)?;
        let images = DeviceImages::new(&dataset.test, &dataset.normalisation, device);
        let shape = dataset.test.shape();
        let network = self.load([shape.channels, shape.height, shape.width], device)?;
        let labels = images.host_labels().iter().map(|&label| i64::from(label)).collect();
        let batch = |start, count| images.slice(start..start + count).images;
        Ok(Answers::of(network, images.len(), batch, Some(labels)))
    }

    /// The weights come from a file: no seed matters. Compressed rows are computed with as they are.
    fn load(&self, input: Shape, device: &Device) -> Result<Answering, Error> {
        Ok(match self.network.predictor()? {
            Some(predictor) => Answering::Sparse(Box::new(predictor)),
            None => Answering::Dense(self.network.load(input, 0, device)?),
        })
    }
}

/// What answers.
#[derive(Debug)]
enum Answering {
    Dense(Network),
    Sparse(Box<Predictor>),
}

impl Answering {
    /// Logits `[batch, classes]`, row by row.
    fn logits(&mut self, images: Tensor<4>) -> Vec<f32> {
        let logits = match self {
            Self::Dense(network) => network.forward(images),
            Self::Sparse(predictor) => predictor.forward(images),
        };
        logits.into_data().convert::<f32>().try_into_vec().expect("converted just before")
    }

    fn classes(&self) -> usize {
        match self {
            Self::Dense(network) => network.architecture().classes(),
            Self::Sparse(predictor) => predictor.architecture().classes(),
        }
    }
}

impl Answers {
    fn of(
        mut network: Answering,
        images: usize,
        batch: impl Fn(usize, usize) -> Tensor<4>,
        labels: Option<Vec<i64>>,
    ) -> Self {
        let classes = network.classes();
        let starts = (0..images).step_by(CHUNK);
        let logits =
            starts.flat_map(|start| network.logits(batch(start, CHUNK.min(images - start))));
        Self { logits: logits.collect(), classes, labels }
    }

    /// How many images have their class's logit for the largest, and the mean cross-entropy in nats.
    fn judged(&self, labels: &[i64]) -> Result<(usize, f64), Error> {
        let (mut right, mut loss) = (0, 0.0);
        for (image, (logits, &label)) in self.logits.chunks(self.classes).zip(labels).enumerate() {
            let own = usize::try_from(label).ok().and_then(|label| logits.get(label));
            let own = *own.ok_or_else(|| {
                let classes = self.classes;
                Error::Usage(format!(
                    "image {image} has the class {label}; expected 0 to {}: give --classes N",
                    classes - 1
                ))
            })?;
            let largest = logits.iter().copied().fold(f32::NEG_INFINITY, f32::max);
            right += usize::from(own == largest);
            let sum: f64 = logits.iter().map(|&z| f64::from(z - largest).exp()).sum();
            loss += sum.ln() - f64::from(own - largest);
        }
        Ok((right, loss / labels.len() as f64))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accuracy_and_loss_by_hand() {
        let logits = vec![0.0, 0.0, 2.0, 0.0, 1.0, 3.0];
        let answers = |classes| Answers { logits: logits.clone(), classes, labels: None };
        let (right, loss) = answers(3).judged(&[2, 1]).unwrap();
        let by_hand =
            |own: f64, others: [f64; 3]| others.iter().map(|z| z.exp()).sum::<f64>().ln() - own;
        let expected = by_hand(2.0, [0.0, 0.0, 2.0]) + by_hand(1.0, [0.0, 1.0, 3.0]);
        assert_eq!(right, 1);
        assert!((loss - expected / 2.0).abs() < 1e-12, "{loss}");
        let message = answers(2).judged(&[0, 1, -1]).unwrap_err().to_string();
        assert!(message.contains("image 2 has the class -1; expected 0 to 1"), "{message}");
    }
}
