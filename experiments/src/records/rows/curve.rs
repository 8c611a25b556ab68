use serde::{Deserialize, Serialize};

use super::{StabilityRow, first};

/// `curves.csv`: a run at one density.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct CurveRow {
    /// Id of the run.
    pub run: String,
    /// Name of the experiment.
    pub experiment: String,
    /// Data that were used.
    pub dataset: String,
    /// Network.
    pub network: String,
    /// `dense` for the parent, else the pruning method.
    pub method: String,
    /// `global` or `per-layer`; empty for the parent.
    pub scope: String,
    /// What was set of the method, as `name=value`; empty where nothing was.
    pub options: String,
    /// `one-shot` or `iterative`; empty for the parent.
    pub schedule: String,
    /// What happened to the survivors; `train` for the parent.
    pub retraining: String,
    /// The network's seed.
    pub seed: u64,
    /// Which repeat of the control, from 1.
    #[serde(default = "first")]
    pub repeat: usize,
    /// Density that was asked for.
    pub density_asked: f64,
    /// What it is a share of: `parameters`, which are prunable weights, or `multiply-adds`.
    #[serde(default)]
    pub budget: String,
    /// Kept over total prunable weights.
    pub density: f64,
    /// Prunable weights that stay.
    pub kept_weights: usize,
    /// Prunable weights of the network.
    pub total_weights: usize,
    /// Weights that stay and lie on a path from the image to the output.
    #[serde(default)]
    pub effective_weights: Option<usize>,
    /// These over total prunable weights.
    #[serde(default)]
    pub effective_density: Option<f64>,
    /// Layers without a single such weight; empty where there is none.
    #[serde(default)]
    pub warning: String,
    /// Kept weights and biases over all parameters.
    pub parameter_ratio: f64,
    /// All parameters over kept weights and biases.
    pub compression: f64,
    /// Multiply-adds per image that are left.
    pub multiply_adds: usize,
    /// Multiply-adds of the dense network over those left: theoretical.
    pub speed_up: f64,
    /// How many times as fast as a dense forward pass one with the weights that are left alone is: measured on a
    /// batch of the training's size, in turn, on the thread of the run. Empty for dense networks, under `compute =
    /// "dense"`, and for small survivors of filter pruning.
    #[serde(default)]
    pub inference_speed_up: Option<f64>,
    /// Parameters of the small dense network that `shrink` makes of the survivors as they start.
    #[serde(default)]
    pub shrunk_parameters: Option<usize>,
    /// Its multiply-adds per image.
    #[serde(default)]
    pub shrunk_multiply_adds: Option<usize>,
    /// Channels whose filters left a constant behind that could not be folded; empty where nothing is
    /// folded.
    #[serde(default)]
    pub constants_lost: Option<usize>,
    /// Points that the method looked at; 0 if none.
    pub points: usize,
    /// Relative error of the units' sides on the certificate's points: the median of the bounds.
    pub error_bound_median: Option<f64>,
    /// The largest of these bounds.
    pub error_bound_worst: Option<f64>,
    /// The median of the relative errors that were measured.
    pub error_observed_median: Option<f64>,
    /// The largest of them.
    pub error_observed_worst: Option<f64>,
    /// Largest change of a logit: the median over the points of its bound.
    pub logit_bound_median: Option<f64>,
    /// The largest of these bounds.
    pub logit_bound_worst: Option<f64>,
    /// The median over the points of the largest change that was measured.
    pub logit_change_median: Option<f64>,
    /// The largest of these changes.
    pub logit_change_worst: Option<f64>,
    /// Median over the points of bound over measured change.
    pub logit_tightness_median: Option<f64>,
    /// Share of the points whose class is certified to be unchanged by pruning.
    pub certified_share: Option<f64>,
    /// Share of the points whose class has changed.
    pub changed_share: Option<f64>,
    /// On the test set, before retraining, in [0, 1].
    pub test_accuracy_before: Option<f64>,
    /// Mean cross-entropy there.
    pub test_loss_before: Option<f64>,
    /// On the validation set, before retraining.
    pub validation_accuracy_before: Option<f64>,
    /// Mean cross-entropy there.
    pub validation_loss_before: Option<f64>,
    /// On the test set, after retraining.
    pub test_accuracy: Option<f64>,
    /// Mean cross-entropy there: the negative log-likelihood.
    pub test_loss: Option<f64>,
    /// Brier score there: the mean of Σ (pₖ − yₖ)² over the classes, from 0 to 2.
    #[serde(default)]
    pub test_brier: Option<f64>,
    /// Expected calibration error there, by 15 bins of equal width.
    #[serde(default)]
    pub test_ece: Option<f64>,
    /// Share of test images whose class is among the five most probable, where there are more than ten.
    #[serde(default)]
    pub test_top5_accuracy: Option<f64>,
    /// Test images.
    #[serde(default)]
    pub test_images: Option<usize>,
    /// Share of them for which this network, after retraining, predicts another class than its parent.
    #[serde(default)]
    pub churn: Option<f64>,
    /// Test images that the parent has right and this network wrong.
    #[serde(default)]
    pub newly_wrong: Option<usize>,
    /// Test images that the parent has wrong and this network right.
    #[serde(default)]
    pub newly_right: Option<usize>,
    /// McNemar's p of these two: exact up to 25 of them, then by χ² with Edwards's correction.
    #[serde(default)]
    pub mcnemar_p: Option<f64>,
    /// The class whose test accuracy fell the most against the parent.
    #[serde(default)]
    pub worst_class: Option<usize>,
    /// Its test accuracy.
    #[serde(default)]
    pub worst_class_accuracy: Option<f64>,
    /// The parent's accuracy in that class minus this one.
    #[serde(default)]
    pub worst_class_drop: Option<f64>,
    /// On the validation set, after retraining.
    pub validation_accuracy: Option<f64>,
    /// Mean cross-entropy there.
    pub validation_loss: Option<f64>,
    /// Iteration of the least validation loss.
    pub best_validation_iteration: Option<usize>,
    /// Test accuracy of the network at that iteration.
    pub test_accuracy_at_best_validation: Option<f64>,
    /// Training images that the two accuracies that follow are of: the same for all runs, without augmentation.
    #[serde(default)]
    pub training_images: Option<usize>,
    /// Training accuracy of the network after retraining; empty where there was none.
    #[serde(default)]
    pub training_accuracy: Option<f64>,
    /// Training accuracy at the iteration of the least validation loss.
    #[serde(default)]
    pub training_accuracy_at_best_validation: Option<f64>,
    /// Which steps it was trained with, `dense` or `sparse`; empty where there was no training.
    #[serde(default)]
    pub compute: String,
    /// How many times as fast as a dense step under the mask a step of this training is: 1 where it is one, else
    /// measured beside it on the thread that trains, before training; what other threads do meanwhile counts.
    /// Empty for dense networks, and where weights go while they train sparsely.
    #[serde(default)]
    pub train_speed_up: Option<f64>,
    /// Iterations of this training.
    pub iterations: usize,
    /// Wall-clock seconds to find the mask.
    pub seconds_prune: f64,
    /// Wall-clock seconds to train.
    pub seconds_train: f64,
    /// Iteration of the parent's training that survivors went back to, or the ticket whose masks they train;
    /// empty where nothing goes back.
    #[serde(default)]
    pub rewind_to: Option<usize>,
    /// Error barrier between this network and a second copy, trained from the same moment in another order of
    /// batches: the highest test error on the straight line between them minus the mean of both ends', in [0, 1].
    /// Of dense networks it stands here where there is one moment; all are in `stability.csv`.
    #[serde(default)]
    pub barrier: Option<f64>,
    /// The same of the mean cross-entropy on training images.
    #[serde(default)]
    pub barrier_train_loss: Option<f64>,
    /// Seed of the second copy's order of batches.
    #[serde(default)]
    pub second_order_seed: Option<u64>,
    /// Iterations of the second copy.
    #[serde(default)]
    pub second_iterations: Option<usize>,
    /// Wall-clock seconds to train it.
    #[serde(default)]
    pub seconds_second: Option<f64>,
    /// `ok`, or why there is no result.
    pub status: String,
}

impl CurveRow {
    /// Writes what a second copy of the training showed into the row.
    pub fn set_stability(&mut self, found: &StabilityRow) {
        (self.barrier, self.barrier_train_loss) = (found.barrier, found.barrier_train_loss);
        self.second_order_seed = Some(found.second_order_seed);
        self.second_iterations = Some(found.iterations);
        self.seconds_second = Some(found.seconds);
    }
}
