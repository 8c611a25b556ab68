//! What keys are worth that the file leaves out.

use crate::config::{Compute, Precision};
use crate::step::Step;

pub(super) fn yes() -> bool {
    true
}

pub(super) fn failure_probability() -> f64 {
    pruning::ErrorForm::default().failure_probability()
}

pub(super) fn domination() -> f64 {
    pruning::methods::Options::CONSTANT
}

pub(super) fn flex() -> String {
    "flex".to_owned()
}

pub(super) fn kaiming_uniform() -> String {
    "kaiming-uniform".to_owned()
}

pub(super) fn batch_size() -> usize {
    64
}

pub(super) fn sgd() -> String {
    "sgd".to_owned()
}

pub(super) fn constant() -> String {
    "constant".to_owned()
}

pub(super) fn decay() -> f64 {
    0.1
}

pub(super) fn no_time() -> Step {
    Step::Iterations(0)
}

pub(super) fn one_epoch() -> Step {
    Step::Epochs(1)
}

pub(super) fn parameters() -> String {
    pruning::Measure::Parameters.to_string()
}

pub(super) fn is_one_epoch(step: &Step) -> bool {
    *step == one_epoch()
}

pub(super) fn chosen() -> Vec<String> {
    vec!["chosen".to_owned()]
}

pub(super) fn every() -> Step {
    Step::Iterations(100)
}

pub(super) fn one_shot() -> Vec<String> {
    vec!["one-shot".to_owned()]
}

pub(super) fn delta() -> f64 {
    1e-16
}

pub(super) fn geometric() -> String {
    "geometric".to_owned()
}

pub(super) fn margin() -> f64 {
    crate::verdict::MARGIN
}

pub(super) fn dense() -> String {
    Compute::default().as_str().to_owned()
}

/// Left out of the file, and so out of the ids of runs.
pub(super) fn is_dense(name: &str) -> bool {
    name == Compute::default().as_str()
}

pub(super) fn full() -> String {
    Precision::default().as_str().to_owned()
}

/// Left out of the file, and so out of the ids of runs.
pub(super) fn is_full(name: &str) -> bool {
    name == Precision::default().as_str()
}
