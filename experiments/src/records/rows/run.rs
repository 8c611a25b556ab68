use serde::{Deserialize, Serialize};

/// `runs.csv`: a finished run, and every seed that it drew from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RunRow {
    /// Id: a hash of all that determines the result.
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
    /// Seed of the validation split.
    pub split_seed: u64,
    /// Seed of the initial values.
    pub init_seed: u64,
    /// Seed of the order of batches: the parent's, or the one at the first density.
    pub order_seed: u64,
    /// Seed of the choice of points.
    pub points_seed: u64,
    /// Seed of the method's draws at the first density.
    pub prune_seed: u64,
    /// Backend that computed it.
    pub backend: String,
    /// Version of the program.
    pub version: String,
    /// `ok`, or how many densities did not end well.
    pub status: String,
    /// Wall-clock seconds.
    pub seconds: f64,
}
