//! What the test images say of a network beyond its accuracy: how far its probabilities can be trusted,
//! and on which images it differs from its parent.

mod calibration;
mod paired;

use datasets::DeviceImages;
use models::Network;

pub use calibration::{Calibration, ECE_BINS};
pub use paired::{Paired, WorstClass};

use crate::train::{Evaluation, evaluate_watched};

/// A network's results on every image of a set, from one forward pass of each.
#[derive(Debug, Clone)]
pub struct Judged {
    /// Mean loss and accuracy.
    pub evaluation: Evaluation,
    /// The class that it predicts for each image.
    pub predicted: Vec<u8>,
    /// How far its probabilities can be trusted.
    pub calibration: Calibration,
}

/// Judges a network by images. Nothing may be chosen by the outcome if they are the test images.
pub fn judge(network: &Network, images: &DeviceImages) -> Judged {
    let (mut logits, mut predicted) = (Vec::new(), Vec::new());
    let evaluation = evaluate_watched(network, images, |chunk, classes| {
        logits.extend(chunk.to_data().iter::<f32>());
        predicted.extend(classes.to_data().iter::<u8>());
    });
    let calibration = Calibration::of(&logits, &predicted, images.host_labels());
    Judged { evaluation, predicted, calibration }
}
