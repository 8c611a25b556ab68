use serde::{Deserialize, Serialize};

use super::first;

/// `corruptions.csv`: a run at one density, on the test images under one corruption. Runs without a result have no
/// rows.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct CorruptionRow {
    /// Id of the run.
    pub run: String,
    /// Data that were used.
    pub dataset: String,
    /// Network.
    pub network: String,
    /// `dense` for the parent, else the pruning method.
    pub method: String,
    /// Where its weights compete; empty for the parent.
    pub scope: String,
    /// What was set of the method, as `name=value`; empty where nothing was.
    pub options: String,
    /// Schedule of pruning; empty for the parent.
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
    /// Kept over total prunable weights.
    pub density: f64,
    /// What was done to the images.
    pub corruption: String,
    /// How badly, from 1 to 5.
    pub severity: u8,
    /// How much that is, in the unit of the corruption.
    pub amount: f64,
    /// Seed of all that is random in it.
    pub corruption_seed: u64,
    /// On these images, after retraining, in [0, 1].
    pub test_accuracy: f64,
    /// Mean cross-entropy there.
    pub test_loss: f64,
    /// What the corruption takes from this network's accuracy on the images as they are.
    pub accuracy_drop: f64,
    /// This accuracy minus the parent's on the same images; empty for the parent, as are all that follow.
    pub accuracy_change: Option<f64>,
    /// Share of the images for which this network predicts another class than its parent.
    pub churn: Option<f64>,
    /// Images that the parent has right and this network wrong.
    pub newly_wrong: Option<usize>,
    /// Images that the parent has wrong and this network right.
    pub newly_right: Option<usize>,
    /// This network's error over the parent's on the same images, where that has one.
    pub relative_error: Option<f64>,
    /// This network's drop over the parent's, where that has one.
    pub relative_drop: Option<f64>,
}
