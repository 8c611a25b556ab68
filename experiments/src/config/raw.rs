//! The configuration file as the user writes it. Every key and its default stand here.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use crate::step::Step;

/// The whole file.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Raw {
    /// Name of the experiment; results go to `results/<name>`.
    pub name: String,
    /// One network is trained for each seed.
    pub seeds: Vec<u64>,
    /// `flex`, `ndarray`, `wgpu` or `cuda`.
    #[serde(default = "flex")]
    pub backend: String,
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
}

/// `[dataset]`: where the images come from.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Dataset {
    /// `mnist`, `fashion-mnist` or `digits`.
    pub name: String,
    /// Folder with the files; without it the cache is looked into, then they are downloaded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path: Option<PathBuf>,
    /// Address to download from, in place of the usual one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// Data set to use where `name` cannot be had; without it that is an error.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub offline: Option<String>,
    /// Images held out of the training set: a count (5000) or a share (0.1).
    pub validation: Validation,
    /// Seed of that choice; the same for all networks.
    #[serde(default)]
    pub split_seed: u64,
    /// Augmentation of training images.
    #[serde(default)]
    pub augment: Augment,
}

/// A count or a share of images.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(untagged, expecting = "expected a number of images such as 5000, or a share such as 0.1")]
pub enum Validation {
    /// So many images.
    Count(usize),
    /// This share of the training set.
    Share(f64),
}

/// `[dataset.augment]`
#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Augment {
    /// Pixels of padding around the image before a random crop back to its size.
    #[serde(default)]
    pub pad: usize,
    /// Mirror every second image.
    #[serde(default)]
    pub flip: bool,
}

/// `[network]`
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Network {
    /// Name of the network, such as `lenet-300-100`.
    pub name: String,
    /// Widths of the hidden layers, for `mlp`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub widths: Vec<usize>,
    /// `kaiming-uniform` or `glorot-normal`.
    #[serde(default = "kaiming_uniform")]
    pub init: String,
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
}

/// `[prune]`
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Prune {
    /// Methods, by name or as `{ name = "magnitude", scope = "per-layer", retraining = ["none"] }`.
    pub methods: Vec<Method>,
    /// Where scores compete: `global` or `per-layer`.
    #[serde(default = "global")]
    pub scope: String,
    /// `one-shot`: always from the parent. `iterative`: from the last survivor.
    #[serde(default = "one_shot")]
    pub schedules: Vec<String>,
    /// Shares of prunable weights that stay: a list, or `{ from, to, count, spacing }`.
    pub densities: Densities,
    /// What happens to the survivors.
    pub retraining: Vec<String>,
    /// The moment of the parent's training that `rewind` goes back to.
    #[serde(default = "no_time")]
    pub rewind_to: Step,
    /// Number of points for methods that look at data; without it the formula of the SiPP paper.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub points: Option<usize>,
    /// δ in that formula.
    #[serde(default = "delta")]
    pub delta: f64,
}

/// A method by name, or with a scope or retraining of its own.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(
    untagged,
    expecting = "expected a method such as \"magnitude\" or { name = \"magnitude\", scope = \"per-layer\", retraining = [\"rewind\"] }"
)]
pub enum Method {
    /// As `[prune]` has it.
    Name(String),
    /// With its own.
    Custom(Custom),
}

/// A method that differs from the others.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Custom {
    /// Name of the method.
    pub name: String,
    /// `global` or `per-layer`; without it `prune.scope`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scope: Option<String>,
    /// Without it `prune.retraining`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retraining: Option<Vec<String>>,
}

/// Densities one by one or by rule.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(
    untagged,
    expecting = "expected a list such as [0.5, 0.1], or { from = 0.8, to = 0.01, count = 10, spacing = \"geometric\" }"
)]
pub enum Densities {
    /// As listed.
    List(Vec<f64>),
    /// Evenly spaced.
    Range(Range),
}

/// `{ from, to, count, spacing }`
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Range {
    /// First density.
    pub from: f64,
    /// Last density.
    pub to: f64,
    /// How many, both ends included.
    pub count: usize,
    /// `geometric` or `linear`.
    #[serde(default = "geometric")]
    pub spacing: String,
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
}

fn flex() -> String {
    "flex".to_owned()
}

fn kaiming_uniform() -> String {
    "kaiming-uniform".to_owned()
}

fn batch_size() -> usize {
    64
}

fn sgd() -> String {
    "sgd".to_owned()
}

fn constant() -> String {
    "constant".to_owned()
}

fn decay() -> f64 {
    0.1
}

fn no_time() -> Step {
    Step::Iterations(0)
}

fn one_epoch() -> Step {
    Step::Epochs(1)
}

fn global() -> String {
    "global".to_owned()
}

fn one_shot() -> Vec<String> {
    vec!["one-shot".to_owned()]
}

fn delta() -> f64 {
    1e-16
}

fn geometric() -> String {
    "geometric".to_owned()
}
