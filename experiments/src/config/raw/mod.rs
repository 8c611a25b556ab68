//! The configuration file as the user writes it. Every key and its default stand here.

mod certificate;
mod dataset;
mod defaults;
mod densities;
mod evaluate;
mod method;
mod prune;
mod retraining;

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use crate::plot::Bars;
use crate::step::Step;
pub use certificate::Certificate;
pub use dataset::{Augment, Dataset, Normalisation, Validation};
use defaults::{
    batch_size, constant, decay, dense, flex, full, is_dense, is_full, kaiming_uniform, margin,
    no_time, one_epoch, sgd,
};
pub use densities::{Densities, Range, Rounds};
pub use evaluate::{Corruptions, Evaluate};
pub use method::{Custom, Method};
pub use prune::{Gradual, Moments, Prune};
pub use retraining::{Retraining, Treatment};

/// The whole file.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Raw {
    /// Name of the experiment; results go to `results/<name>`.
    pub name: String,
    /// One network is trained for each seed.
    pub seeds: Vec<u64>,
    /// `flex`, `ndarray`, `wgpu`, `cuda` or `auto`.
    #[serde(default = "flex")]
    pub backend: String,
    /// Number of the backend's device, from 0 on; without it the first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub device: Option<usize>,
    /// `[dataset]`
    pub dataset: Dataset,
    /// `[network]`
    pub network: Network,
    /// `[train]`
    pub train: Train,
    /// `[prune]`
    pub prune: Prune,
    /// `[retrain]`
    #[serde(default)]
    pub retrain: Retrain,
    /// `[certificate]`
    #[serde(default)]
    pub certificate: Certificate,
    /// `[evaluate]`
    #[serde(default, skip_serializing_if = "Evaluate::is_default")]
    pub evaluate: Evaluate,
    /// `[verdict]`
    #[serde(default, skip_serializing_if = "Verdict::is_default")]
    pub verdict: Verdict,
    /// `[plot]`
    #[serde(default, skip_serializing_if = "Plot::is_default")]
    pub plot: Plot,
}

/// `[plot]`: how the results are shown; it changes none of them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Plot {
    /// What the bars of accuracies reach to: `deviation`, `interval` or `min-max`.
    #[serde(default)]
    pub bars: Bars,
}

impl Plot {
    fn is_default(&self) -> bool {
        *self == Self::default()
    }
}

/// `[verdict]`: what is made of the results; it changes none of them.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Verdict {
    /// How much worse than its parent, in points of test accuracy, a network still counts as equally good.
    #[serde(default = "margin")]
    pub margin: f64,
}

impl Default for Verdict {
    fn default() -> Self {
        Self { margin: margin() }
    }
}

impl Verdict {
    fn is_default(&self) -> bool {
        *self == Self::default()
    }
}

/// `[network]`
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Network {
    /// Name of the network, such as `lenet-300-100`.
    pub name: String,
    /// Widths of the hidden layers, for `mlp`, or of the stages.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub widths: Vec<usize>,
    /// `kaiming-uniform`, `glorot-normal`, `kaiming-normal`, `kaiming-normal-fan-out`, `wide-resnet` or `vgg`.
    #[serde(default = "kaiming_uniform")]
    pub init: String,
    /// A file of weights that all networks start from, in place of drawn ones.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub weights: Option<PathBuf>,
}

/// `[train]`: how the parent is trained, and the survivors too.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Train {
    /// How long.
    pub length: Step,
    /// Images in a batch.
    #[serde(default = "batch_size")]
    pub batch_size: usize,
    /// `sgd`, `adam` or `adamw`.
    #[serde(default = "sgd")]
    pub optimizer: String,
    /// Learning rate at the top of the schedule.
    pub learning_rate: f64,
    /// Momentum of `sgd`.
    #[serde(default)]
    pub momentum: f64,
    /// Nesterov's momentum.
    #[serde(default)]
    pub nesterov: bool,
    /// Weight decay; decoupled for `adamw`.
    #[serde(default)]
    pub weight_decay: f64,
    /// `constant`, `multi-step`, `cosine` or `linear`.
    #[serde(default = "constant")]
    pub schedule: String,
    /// When `multi-step` lowers the rate.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub milestones: Vec<Step>,
    /// By which factor `multi-step` does.
    #[serde(default = "decay")]
    pub decay: f64,
    /// The rate climbs linearly from 0 over this time.
    #[serde(default = "no_time")]
    pub warm_up: Step,
    /// Time between looks at the validation set.
    #[serde(default = "one_epoch")]
    pub evaluate_every: Step,
    /// `dense`, `sparse` or `auto`: whether steps compute with pruned weights too.
    #[serde(default = "dense", skip_serializing_if = "is_dense")]
    pub compute: String,
    /// `full`, `mixed-bf16` or `mixed-f16`.
    #[serde(default = "full", skip_serializing_if = "is_full")]
    pub precision: String,
}

/// `[retrain]`: where retraining differs from training.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Retrain {
    /// How long; without it as long as the parent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub length: Option<Step>,
    /// Learning rate; without it the parent's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub learning_rate: Option<f64>,
    /// Whether steps compute with pruned weights too; without it as for the parent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub compute: Option<String>,
    /// Under the iterative schedule: retrain at every so many-th density alone, and prune on from what is
    /// left between them. Without it at each.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub every: Option<usize>,
    /// Whether survivors of methods that prune channels are evaluated and trained as the small network
    /// that they are; without it so. Else as the large one with zeros.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shrink: Option<bool>,
    /// Whether rewound survivors and their controls, and the dense network, are trained a second time from
    /// the moment they go back to, in another order of batches, for the error barrier between the two.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub stability: bool,
}
