use serde::{Deserialize, Serialize};

use super::{CurveRow, first};

/// `stability.csv`: two copies of one training that saw different batches from some moment on, and the straight line
/// between their final values. Runs whose first copy has no result have no rows.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct StabilityRow {
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
    /// The iteration up to which the copies are one network.
    pub rewind_to: usize,
    /// Seed of the order of batches of the second copy from there on.
    pub second_order_seed: u64,
    /// Seed of its augmentation; empty where there is none.
    pub second_augmentation_seed: Option<u64>,
    /// Error barrier: the highest test error on the line minus the mean of both ends', in [0, 1].
    pub barrier: Option<f64>,
    /// The same of the mean cross-entropy on training images.
    pub barrier_train_loss: Option<f64>,
    /// Where on the line the test error is highest: 0 is the first copy, 1 the second.
    pub highest_at: Option<f64>,
    /// Test error of the first copy, the one that `curves.csv` is about.
    pub test_error_first: Option<f64>,
    /// Test error of the second copy.
    pub test_error_second: Option<f64>,
    /// The highest test error on the line.
    pub test_error_highest: Option<f64>,
    /// Test errors at the shares 0, 0.1 … 1 of the second copy, with spaces between.
    pub test_errors: String,
    /// Training losses there.
    pub train_losses: String,
    /// Iterations of the second copy, from where its training began.
    pub iterations: usize,
    /// Wall-clock seconds to train it.
    pub seconds: f64,
    /// `ok`, or why there is no second copy.
    pub status: String,
}

impl StabilityRow {
    /// What it has in common with the row of its run in `curves.csv`.
    pub fn of(row: &CurveRow) -> Self {
        let row = row.clone();
        Self {
            run: row.run,
            dataset: row.dataset,
            network: row.network,
            method: row.method,
            scope: row.scope,
            options: row.options,
            schedule: row.schedule,
            retraining: row.retraining,
            seed: row.seed,
            repeat: row.repeat,
            density_asked: row.density_asked,
            density: row.density,
            status: "ok".to_owned(),
            ..Self::default()
        }
    }
}
