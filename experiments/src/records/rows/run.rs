use serde::{Deserialize, Serialize};

use super::first;

/// `runs.csv`: a finished run, and every seed that it drew from. Those of densities after the first that it comes
/// to follow from the network's seed as [`Seeds`](crate::seeds::Seeds) says.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
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
    /// Which repeat of the control, from 1.
    #[serde(default = "first")]
    pub repeat: usize,
    /// Seed of the validation split.
    pub split_seed: u64,
    /// Seed of the initial values.
    pub init_seed: u64,
    /// Seed of the order of batches: the parent's, or the one at the first density.
    pub order_seed: u64,
    /// Seed of the augmentation for the same training; empty where there is none, as for all that follow.
    #[serde(default)]
    pub augmentation_seed: Option<u64>,
    /// Seed of the choice of points.
    pub points_seed: u64,
    /// Seed of the points that certificates are tested on.
    #[serde(default)]
    pub held_out_seed: Option<u64>,
    /// Seed of the method's draws when it looks at the network, at the first density.
    pub prune_seed: u64,
    /// Seed of the weights that it draws there.
    #[serde(default)]
    pub draw_seed: Option<u64>,
    /// Seed of the draws of the method whose counts it takes.
    #[serde(default)]
    pub same_as_seed: Option<u64>,
    /// Seed of the shuffled or random mask that every method has, at the first density.
    #[serde(default)]
    pub mask_control_seed: Option<u64>,
    /// Seed of the mask of `random-mask` at the first density.
    #[serde(default)]
    pub random_mask_seed: Option<u64>,
    /// Seed of the fresh initial values at the first density.
    #[serde(default)]
    pub reinit_seed: Option<u64>,
    /// Seed of the fresh signs at the first density.
    #[serde(default)]
    pub signs_seed: Option<u64>,
    /// Iteration of the parent's training that survivors went back to, or the ticket whose masks they train;
    /// empty where nothing goes back.
    #[serde(default)]
    pub rewind_to: Option<usize>,
    /// Seed of the order of batches of the second copy of the same training, where stability was asked for.
    #[serde(default)]
    pub second_order_seed: Option<u64>,
    /// Backend that computed it.
    pub backend: String,
    /// Graphics adapter that computed it, and its driver; empty for a CPU backend.
    #[serde(default)]
    pub adapter: String,
    /// Processor that computed it, with the widest vectors that it has: another kind may round differently.
    #[serde(default)]
    pub cpu: String,
    /// Version of the program.
    pub version: String,
    /// `ok`, or how many densities did not end well.
    pub status: String,
    /// Wall-clock seconds.
    pub seconds: f64,
}
