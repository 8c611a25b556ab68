//! The checked experiment: what the other rooms may trust.

use std::path::PathBuf;

use datasets::{Augmentation, Corruption, Severity, Source, Validation};
use models::{Half, Initialisation, zoo};
use pruning::{Density, Measure};

use super::ladder::Ladder;
use super::method::{Method, Timing};
use super::raw::{self, Raw};
use super::treatment::Treatment;
use crate::device::Choice;
use crate::step::Step;

/// A checked experiment.
#[derive(Debug, Clone)]
pub struct Experiment {
    /// Its name, which is also its folder's.
    pub name: String,
    /// One network for each.
    pub seeds: Vec<u64>,
    /// Which device of which backend computes.
    pub device: Choice,
    /// Where the images come from.
    pub source: Source,
    /// What is held out of the training set.
    pub validation: Validation,
    /// The seed of that choice.
    pub split_seed: u64,
    /// Augmentation of training images, if any.
    pub augmentation: Option<Augmentation>,
    /// The network; its input and classes are filled in when the data are known.
    pub network: zoo::Request,
    /// How initial values are drawn.
    pub init: Initialisation,
    /// The file that all networks start from in place of drawn values.
    pub weights: Option<Weights>,
    /// How the parent is trained.
    pub train: Recipe,
    /// How survivors are trained.
    pub retrain: Recipe,
    /// Whether survivors of methods that prune channels are small networks.
    pub shrink: bool,
    /// The methods, each with its scope, and what happens to the survivors of each.
    pub methods: Vec<(Method, Vec<Treatment>)>,
    /// One-shot, iterative or both.
    pub timings: Vec<Timing>,
    /// Layers that keep all their weights.
    pub left_out: Vec<usize>,
    /// What each layer loses of its survivors in a round; empty where nothing goes by rates.
    pub rates: Vec<f64>,
    /// Whether weights without a path from input to output are removed.
    pub remove_dead: bool,
    /// Whether norms' statistics are taken anew after a pruning.
    pub reestimate_norms: bool,
    /// What a budget of channels counts.
    pub measure: Measure,
    /// Time between the choices of methods whose pruned filters go on training.
    pub renew_every: Step,
    /// When the gradual schedule prunes.
    pub gradual: raw::Gradual,
    /// Where the densities come from.
    pub ladder: Ladder,
    /// Falling densities.
    pub densities: Vec<Density>,
    /// Under the iterative schedule survivors are retrained, and have a row, at every so many-th density.
    pub retrain_every: usize,
    /// The moments that `rewind` goes back to, at least one.
    pub rewind_to: Vec<Step>,
    /// Whether what is rewound is trained a second time, for the error barrier.
    pub stability: bool,
    /// C, δ and the points of certificates; `None` for none.
    pub certificates: Option<pruning::Trust>,
    /// Number of points; `None` for the formula.
    pub points: Option<usize>,
    /// δ of the formula.
    pub delta: f64,
    /// What trained networks are tested under beside the test images as they are.
    pub corruptions: Vec<(Corruption, Severity)>,
    /// Seed of all that is random in corruptions.
    pub corruption_seed: u64,
    /// The file as resolved, with every default.
    pub resolved: Raw,
}

/// A file of weights, as it was when the configuration was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Weights {
    /// Where it is.
    pub path: PathBuf,
    /// SHA-256 of all of it, in hexadecimal digits.
    pub digest: String,
}

/// How a network is trained.
#[derive(Debug, Clone, PartialEq)]
pub struct Recipe {
    /// How long.
    pub length: Step,
    /// Images in a batch.
    pub batch_size: usize,
    /// The optimiser.
    pub optimiser: Optimiser,
    /// Rate at the top of the schedule.
    pub learning_rate: f64,
    /// How the rate falls.
    pub schedule: Schedule,
    /// The rate climbs linearly over this time.
    pub warm_up: Step,
    /// Time between looks at the validation set.
    pub evaluate_every: Step,
    /// Which arithmetic steps are done with.
    pub compute: Compute,
    /// In which numbers steps compute.
    pub precision: Precision,
}

/// How training steps deal with pruned weights. The mathematics is the same, the order of sums is not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Compute {
    /// With the backend's dense operations and a mask.
    #[default]
    Dense,
    /// With the weights that are left alone, on the CPU.
    Sparse,
    /// Sparse where that is faster, by a rule that does not depend on the machine.
    Auto,
}

impl Compute {
    /// All of them.
    pub const ALL: &[Self] = &[Self::Dense, Self::Sparse, Self::Auto];

    /// Its name in configuration files.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Dense => "dense",
            Self::Sparse => "sparse",
            Self::Auto => "auto",
        }
    }
}

/// In which numbers training steps compute; weights, optimiser and evaluation have 32 bits always.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Precision {
    /// 32 bits.
    #[default]
    Full,
    /// 16 bits in layers and activations.
    Mixed(Half),
}

impl Precision {
    /// All of them.
    pub const ALL: &[Self] = &[Self::Full, Self::Mixed(Half::BF16), Self::Mixed(Half::F16)];

    /// Its name in configuration files.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Full => "full",
            Self::Mixed(Half::BF16) => "mixed-bf16",
            Self::Mixed(Half::F16) => "mixed-f16",
        }
    }
}

/// An optimiser and its parameters.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Optimiser {
    /// Stochastic gradient descent.
    Sgd {
        /// Momentum; 0 for none.
        momentum: f64,
        /// Nesterov's form of it.
        nesterov: bool,
        /// Added to the gradient, times the weight.
        weight_decay: f64,
    },
    /// Adam, with weight decay added to the gradient.
    Adam {
        /// Added to the gradient, times the weight.
        weight_decay: f64,
    },
    /// AdamW, with decoupled weight decay.
    AdamW {
        /// Taken off the weight, times the rate and the weight.
        weight_decay: f64,
    },
}

/// How the learning rate falls.
#[derive(Debug, Clone, PartialEq)]
pub enum Schedule {
    /// It does not.
    Constant,
    /// By a factor at each milestone.
    MultiStep {
        /// When.
        milestones: Vec<Step>,
        /// The factor.
        decay: f64,
    },
    /// Half a cosine down to 0.
    Cosine,
    /// Straight down to 0.
    Linear,
}
