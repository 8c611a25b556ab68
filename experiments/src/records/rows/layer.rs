use serde::{Deserialize, Serialize};

use super::first;

/// `layers.csv`: a layer of a run at one density.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LayerRow {
    /// Id of the run.
    pub run: String,
    /// Network.
    pub network: String,
    /// Pruning method.
    pub method: String,
    /// `global` or `per-layer`.
    pub scope: String,
    /// What was set of the method, as `name=value`; empty where nothing was.
    pub options: String,
    /// `one-shot` or `iterative`.
    pub schedule: String,
    /// What happened to the survivors.
    pub retraining: String,
    /// The network's seed.
    pub seed: u64,
    /// Which repeat of the control, from 1.
    #[serde(default = "first")]
    pub repeat: usize,
    /// Density that was asked of the network.
    pub density_asked: f64,
    /// Layer.
    pub layer: String,
    /// Weights that stay.
    pub kept_weights: usize,
    /// Weights of the layer.
    pub total_weights: usize,
    /// Kept over total.
    pub density: f64,
    /// Weights that stay and lie on a path from the image to the output.
    #[serde(default)]
    pub effective_weights: Option<usize>,
}
