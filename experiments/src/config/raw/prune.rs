use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::defaults::{
    chosen, delta, every, is_one_epoch, no_time, one_epoch, one_shot, parameters,
};
use super::densities::Densities;
use super::method::Method;
use super::retraining::Retraining;
use crate::step::Step;

/// `[prune]`
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Prune {
    /// Methods, by name or as `{ name = "magnitude", scope = "per-layer", retraining = ["none"] }`.
    pub methods: Vec<Method>,
    /// Where weights compete: `global`, `per-layer`, `per-unit`, `erk` or `rates`; where channels do:
    /// `global` or `uniform`. Without it as published for each method.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scope: Option<String>,
    /// `[prune.rates]`: for the scope `rates` the share of its survivors that a layer loses in a round;
    /// layers by name or glob, the longest that fits.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub rates: BTreeMap<String, f64>,
    /// Layers that keep all their weights: `first`, `last`, names or globs.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub leave_out: Vec<String>,
    /// Remove weights without a path from input to output, and spend the budget elsewhere.
    #[serde(default, skip_serializing_if = "is_false")]
    pub remove_dead: bool,
    /// Whether the running statistics of norms are taken anew from training batches after a pruning,
    /// before survivors are evaluated or fine-tuned.
    #[serde(default, skip_serializing_if = "is_false")]
    pub reestimate_norms: bool,
    /// Which mask is trained: `chosen` by the method, or a control made from it: `shuffled`, `random`,
    /// `inverted`.
    #[serde(default = "chosen", skip_serializing_if = "is_chosen")]
    pub masks: Vec<String>,
    /// `one-shot`: always from the parent. `iterative`: from the last survivor. `gradual`: while
    /// retraining goes on.
    #[serde(default = "one_shot")]
    pub schedules: Vec<String>,
    /// Time between the choices of `soft-filter`, whose pruned filters go on training.
    #[serde(default = "one_epoch", skip_serializing_if = "is_one_epoch")]
    pub renew_every: Step,
    /// `[prune.gradual]`
    #[serde(default, skip_serializing_if = "Gradual::is_default")]
    pub gradual: Gradual,
    /// What densities are shares of, for methods that prune channels: `parameters` (prunable weights)
    /// or `multiply-adds`.
    #[serde(default = "parameters", skip_serializing_if = "is_parameters")]
    pub budget: String,
    /// Shares of prunable weights that stay: a list, `{ from, to, count, spacing }`, or
    /// `{ rounds, rate }`.
    pub densities: Densities,
    /// What happens to the survivors, by name or as `{ name = "reinit", repeats = 3, at = [1, 5, 9] }`.
    pub retraining: Vec<Retraining>,
    /// The moment of the parent's training that `rewind` goes back to, or several to compare.
    #[serde(default)]
    pub rewind_to: Moments,
    /// Number of points for methods that look at data; without it the formula of the SiPP paper.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub points: Option<usize>,
    /// δ in that formula.
    #[serde(default = "delta")]
    pub delta: f64,
}

/// A moment of training, or several.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(
    untagged,
    expecting = "expected a moment such as \"500 iterations\" or \"1 epochs\", or a list of them"
)]
pub enum Moments {
    /// This one.
    One(Step),
    /// Each of these.
    Several(Vec<Step>),
}

impl Default for Moments {
    fn default() -> Self {
        Self::One(no_time())
    }
}

impl Moments {
    /// As a list.
    pub fn all(&self) -> &[Step] {
        match self {
            Self::One(moment) => std::slice::from_ref(moment),
            Self::Several(moments) => moments,
        }
    }

    /// The same; a list of one is that one.
    pub fn plain(self) -> Self {
        match self {
            Self::Several(moments) if moments.len() == 1 => Self::One(moments[0]),
            moments => moments,
        }
    }
}

/// `[prune.gradual]`: when the gradual schedule prunes, within the retraining.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Gradual {
    /// The first pruning.
    #[serde(default = "no_time")]
    pub begin: Step,
    /// The last pruning, which reaches the density; without it at three quarters of the retraining.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub end: Option<Step>,
    /// Time between prunings.
    #[serde(default = "every")]
    pub every: Step,
}

impl Default for Gradual {
    fn default() -> Self {
        Self { begin: no_time(), end: None, every: every() }
    }
}

impl Gradual {
    fn is_default(&self) -> bool {
        *self == Self::default()
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "as serde calls it")]
fn is_false(value: &bool) -> bool {
    !value
}

fn is_parameters(budget: &String) -> bool {
    *budget == parameters()
}

fn is_chosen(masks: &Vec<String>) -> bool {
    *masks == chosen()
}
