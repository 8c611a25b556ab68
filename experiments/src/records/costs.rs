use serde::{Deserialize, Serialize};

/// `costs.csv`: what it took to find the masks of a curve at one density, and what they save.
///
/// All figures are means over the seeds that have a result. Multiply-adds of a training are those of the
/// forward passes of its iterations and twice as many for the backward ones,
/// 3 × iterations × batch size × multiply-adds per image; a batch that ends an epoch counts as a full one.
/// Looks at the validation set, evaluations and scoring are in the seconds and not in the multiply-adds. A second copy of a
/// training, for its stability, is in neither.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct CostRow {
    /// Data.
    pub dataset: String,
    /// Network.
    pub network: String,
    /// Schedule of pruning.
    pub schedule: String,
    /// Pruning method.
    pub method: String,
    /// Where its weights compete.
    pub scope: String,
    /// What was set of it.
    pub options: String,
    /// What happened to the survivors.
    pub retraining: String,
    /// Iteration that they went back to; 0 for initial values, and where nothing goes back.
    #[serde(default)]
    pub rewind_to: usize,
    /// Density that was asked for.
    pub density_asked: f64,
    /// Seeds that have a result.
    pub seeds: usize,
    /// Iterations of the dense network's training.
    pub dense_iterations: f64,
    /// Its multiply-adds.
    pub dense_multiply_adds: Option<f64>,
    /// Its wall-clock seconds.
    pub dense_seconds: f64,
    /// Trainings until the masks were known: the dense network's, where it was pruned after training, and
    /// the retraining of all rounds before, where pruning went on from them.
    pub find_trainings: f64,
    /// Their iterations.
    pub find_iterations: f64,
    /// Their multiply-adds with dense arithmetic: at full width where a mask was in force, though steps that skip
    /// pruned weights may have done with fewer.
    pub find_multiply_adds: Option<f64>,
    /// Their multiply-adds if arithmetic with pruned weights had been skipped.
    pub find_multiply_adds_sparse: Option<f64>,
    /// Their wall-clock seconds.
    pub find_seconds_train: f64,
    /// Wall-clock seconds to score and to choose, in all rounds together.
    pub find_seconds_prune: f64,
    /// Iterations of the survivors' training at this density.
    pub retrain_iterations: f64,
    /// Its multiply-adds with dense arithmetic.
    pub retrain_multiply_adds: Option<f64>,
    /// Its multiply-adds if arithmetic with pruned weights were skipped.
    pub retrain_multiply_adds_sparse: Option<f64>,
    /// Its multiply-adds on the small dense network that is left without dead units.
    pub retrain_multiply_adds_small: Option<f64>,
    /// Its wall-clock seconds.
    pub retrain_seconds: f64,
    /// Multiply-adds per image of the dense network.
    pub image_multiply_adds_dense: f64,
    /// Multiply-adds per image if arithmetic with pruned weights is skipped.
    pub image_multiply_adds_sparse: f64,
    /// Multiply-adds per image of the small dense network.
    pub image_multiply_adds_small: Option<f64>,
    /// Trainings with the mask after which finding it has paid, skipping pruned weights: the least n with
    /// n × dense ≥ find + n × retrain. Empty where none is enough, or nothing is retrained.
    pub retrainings_sparse: Option<f64>,
    /// The same, on the small dense network.
    pub retrainings_small: Option<f64>,
    /// Predictions after which the network has paid, skipping pruned weights: what finding and training it
    /// took more than the dense network's training, over what an image saves. Empty where nothing is saved.
    pub predictions_sparse: Option<f64>,
    /// The same, on the small dense network.
    pub predictions_small: Option<f64>,
}
