//! The checked experiment: what the other rooms may trust.

use datasets::{Augmentation, Source, Validation};
use models::{Initialisation, zoo};
use pruning::methods::Options;
use pruning::{Density, Scope};

use super::raw::Raw;
use crate::step::Step;

/// An enum whose variants have names in configuration files.
macro_rules! names {
    ($(#[$meta:meta])* $name:ident { $($(#[$doc:meta])* $variant:ident = $text:literal: $summary:literal),* $(,)? }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum $name { $($(#[$doc])* $variant),* }

        impl $name {
            /// Every variant.
            pub const ALL: &[Self] = &[$(Self::$variant),*];

            /// Its name in configuration files.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text),* }
            }

            /// What it means, in a line.
            pub fn summary(self) -> &'static str {
                match self { $(Self::$variant => $summary),* }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }
    };
}

/// A checked experiment.
#[derive(Debug, Clone)]
pub struct Experiment {
    /// Its name, which is also its folder's.
    pub name: String,
    /// One network for each.
    pub seeds: Vec<u64>,
    /// Name of the backend.
    pub backend: String,
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
    /// How the parent is trained.
    pub train: Recipe,
    /// How survivors are trained.
    pub retrain: Recipe,
    /// The methods, each with its scope, and what happens to the survivors of each.
    pub methods: Vec<(Method, Vec<Retraining>)>,
    /// One-shot, iterative or both.
    pub timings: Vec<Timing>,
    /// Falling densities.
    pub densities: Vec<Density>,
    /// The moment that `rewind` goes back to.
    pub rewind_to: Step,
    /// C, δ and the points of certificates; `None` for none.
    pub certificates: Option<pruning::Trust>,
    /// Number of points; `None` for the formula.
    pub points: Option<usize>,
    /// δ of the formula.
    pub delta: f64,
    /// The file as resolved, with every default.
    pub resolved: Raw,
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

/// A pruning method with its scope and options.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Method {
    /// Its name in [`pruning::methods::ENTRIES`].
    pub name: &'static str,
    /// Where its scores compete.
    pub scope: Scope,
    /// What is set of it.
    pub options: Options,
}

names! {
    /// From what a network is pruned to the next density.
    Timing {
        /// Always from the parent.
        OneShot = "one-shot": "each density is pruned from the trained parent",
        /// From the last survivor, scores recomputed.
        Iterative = "iterative": "each density is pruned from the last retrained survivor",
    }
}

names! {
    /// What happens to the survivors of a pruning.
    Retraining {
        /// Nothing.
        None = "none": "the pruned network as it is",
        /// They train on, with the schedule started again.
        FineTune = "fine-tune": "survivors keep their trained values; the schedule starts again",
        /// They go back to their values at `rewind_to` and train from there: the lottery ticket.
        Rewind = "rewind": "survivors go back to their values at rewind_to: the lottery ticket",
        /// Same mask, fresh initial values.
        Reinit = "reinit": "control: the same mask with fresh initial values",
        /// A random mask with the same counts in each layer, values as for `rewind`.
        RandomMask = "random-mask": "control: a random mask with the same counts in each layer, rewound",
        /// The network is pruned before it is trained.
        AtInit = "prune-at-init": "the initial network is pruned, then trained",
    }
}

impl Retraining {
    /// Whether survivors start from the values of the network that was pruned.
    pub fn keeps_values(self) -> bool {
        matches!(self, Self::None | Self::FineTune | Self::AtInit)
    }

    /// Whether it trains the masks that `rewind` finds, as a control of it.
    pub fn is_control(self) -> bool {
        matches!(self, Self::Reinit | Self::RandomMask)
    }
}
