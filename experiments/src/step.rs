//! Lengths and moments of training.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// A moment or length of training, written "5 epochs" or "2000 iterations".
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Step {
    /// Passes over the training set.
    Epochs(usize),
    /// Batches.
    Iterations(usize),
}

impl Step {
    /// The number of iterations, for an epoch of `per_epoch` batches.
    pub fn iterations(self, per_epoch: usize) -> usize {
        match self {
            Self::Epochs(epochs) => epochs.saturating_mul(per_epoch),
            Self::Iterations(iterations) => iterations,
        }
    }

    /// Whether it is no time at all.
    pub fn is_zero(self) -> bool {
        matches!(self, Self::Epochs(0) | Self::Iterations(0))
    }
}

impl FromStr for Step {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || {
            format!(
                "\"{text}\"; expected a whole number and a unit, such as \"5 epochs\" or \"2000 iterations\""
            )
        };
        let (count, unit) = text.trim().split_once(' ').ok_or_else(wrong)?;
        let count = count.replace('_', "").parse().map_err(|_| wrong())?;
        match unit.trim() {
            "epoch" | "epochs" => Ok(Self::Epochs(count)),
            "iteration" | "iterations" => Ok(Self::Iterations(count)),
            _ => Err(wrong()),
        }
    }
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Epochs(1) => f.write_str("1 epoch"),
            Self::Epochs(count) => write!(f, "{count} epochs"),
            Self::Iterations(1) => f.write_str("1 iteration"),
            Self::Iterations(count) => write!(f, "{count} iterations"),
        }
    }
}

impl TryFrom<String> for Step {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
    }
}

impl From<Step> for String {
    fn from(step: Step) -> Self {
        step.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_are_read_and_written() {
        for (text, step) in [
            ("5 epochs", Step::Epochs(5)),
            ("1 epoch", Step::Epochs(1)),
            ("20_000 iterations", Step::Iterations(20_000)),
        ] {
            assert_eq!(text.parse(), Ok(step));
            assert_eq!(step.to_string().parse(), Ok(step));
        }
        for wrong in ["", "5", "epochs", "five epochs", "-1 epochs", "1.5 epochs", "5 minutes"] {
            assert!(wrong.parse::<Step>().unwrap_err().contains("5 epochs"), "{wrong}");
        }
        assert_eq!(Step::Epochs(3).iterations(7), 21);
    }
}
