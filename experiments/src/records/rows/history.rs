use serde::{Deserialize, Serialize};

use super::first;

/// `history.csv`: a look at the validation set during a training.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct HistoryRow {
    /// Id of the run.
    pub run: String,
    /// `dense` for the parent, else the pruning method.
    pub method: String,
    /// What happened to the survivors; `train` for the parent.
    pub retraining: String,
    /// The network's seed.
    pub seed: u64,
    /// Which repeat of the control, from 1.
    #[serde(default = "first")]
    pub repeat: usize,
    /// Density that was asked for.
    pub density_asked: f64,
    /// Iterations done; a rewound network starts at the moment it was rewound to.
    pub iteration: usize,
    /// Learning rate of the last iteration.
    pub learning_rate: f64,
    /// Mean training loss since the look before.
    pub train_loss: f64,
    /// Mean cross-entropy on the validation set.
    pub validation_loss: f64,
    /// Accuracy on the validation set.
    pub validation_accuracy: f64,
}
