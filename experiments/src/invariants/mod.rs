//! What must hold for a row to be trusted. A violation ends the experiment.

mod masks;
#[cfg(test)]
mod tests;
mod values;
mod weights;

use std::fmt;

pub(crate) use masks::{budget_is_closest, budget_is_met, channels_are_whole, nested};
pub(crate) use values::{redrawn, rewound};
pub(crate) use weights::{all_finite, pruned_are_zero};

use crate::error::Error;

/// An invariant that does not hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation {
    /// Its name.
    pub invariant: &'static str,
    /// The layer, where it is a matter of one.
    pub layer: Option<String>,
    /// What was found and what was expected, in numbers.
    pub problem: String,
}

impl Violation {
    pub(crate) fn of_layer(invariant: &'static str, layer: &str, problem: String) -> Self {
        Self { invariant, layer: Some(layer.to_owned()), problem }
    }

    pub(crate) fn of_all(invariant: &'static str, problem: String) -> Self {
        Self { invariant, layer: None, problem }
    }

    /// With the moment of a training at which it was seen.
    pub(crate) fn at(self, iteration: usize) -> Self {
        Self { problem: format!("{} (at iteration {iteration})", self.problem), ..self }
    }

    /// The error that it is to a run.
    pub(crate) fn in_run(self, run: &str) -> Error {
        Error::Invariant { run: run.to_owned(), violation: self }
    }
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "invariant {}: ", self.invariant)?;
        if let Some(layer) = &self.layer {
            write!(f, "layer \"{layer}\": ")?;
        }
        f.write_str(&self.problem)
    }
}
