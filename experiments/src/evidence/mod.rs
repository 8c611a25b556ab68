//! What the test images say of a network beyond its accuracy: how far its probabilities can be trusted,
//! and on which images it differs from its parent.

mod calibration;
mod paired;

use datasets::DeviceImages;
use models::Network;

pub use calibration::{Calibration, ECE_BINS};
pub use paired::{Paired, WorstClass};

use crate::train::{Evaluation, Evaluator, Steps};

/// A network's results on every image of a set, from one forward pass of each.
#[derive(Debug, Clone)]
pub struct Judged {
    /// Mean loss and accuracy.
    pub evaluation: Evaluation,
    /// The class that it predicts for each image.
    pub predicted: Vec<u16>,
    /// How far its probabilities can be trusted.
    pub calibration: Calibration,
}

/// Judges a network by images, with the arithmetic of these steps. Nothing may be chosen by the outcome if they are the test images.
pub fn judge(network: &Network, steps: &Steps, images: &DeviceImages) -> Judged {
    let (mut logits, mut predicted) = (Vec::new(), Vec::new());
    let evaluation = Evaluator::new(network, steps).evaluate_watched(images, |chunk, classes| {
        logits.extend(chunk.to_data().iter::<f32>());
        predicted.extend(classes.to_data().iter::<u16>());
    });
    let calibration = Calibration::of(&logits, &predicted, images.host_labels());
    Judged { evaluation, predicted, calibration }
}

#[cfg(test)]
mod tests {
    use burn::tensor::Device;
    use datasets::{DatasetName, Source};
    use models::{Initialisation, zoo};

    use super::*;
    use crate::train::evaluate;

    #[test]
    fn predictions_and_accuracy_are_of_the_same_forward_pass() {
        let (dataset, device) =
            (datasets::load(&Source::new(DatasetName::Digits)).unwrap(), Device::flex());
        let images = DeviceImages::new(&dataset.train, &dataset.normalisation, &device);
        let shape = dataset.train.shape();
        let input = [shape.channels, shape.height, shape.width];
        let request = zoo::Request { widths: vec![12], input, ..zoo::Request::named("mlp") };
        let architecture = zoo::architecture(&request).unwrap();
        let network = Network::new(architecture, Initialisation::KaimingUniform, 1, &device);
        let judged = judge(&network, &Steps::Dense, &images);
        assert_eq!(judged.evaluation, evaluate(&network, &images));
        assert!(images.len() > 1000 && judged.predicted.len() == images.len());
        let pairs = judged.predicted.iter().zip(images.host_labels());
        let right = pairs.filter(|(predicted, label)| predicted == label).count();
        assert_eq!(judged.evaluation.accuracy, right as f64 / images.len() as f64);
    }
}
