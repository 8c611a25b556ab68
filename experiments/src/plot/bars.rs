//! What the bars of a figure reach to.

use clap::ValueEnum;
use serde::{Deserialize, Serialize};

/// How far from each other trials are, as bars show it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Bars {
    /// One sample standard deviation over seeds to either side of the mean.
    #[default]
    Deviation,
    /// Student's 95 % interval of the mean over seeds.
    Interval,
    /// From the least to the greatest of all trials, repeats included.
    MinMax,
}

impl Bars {
    /// What a caption calls them; the seeds follow.
    pub(super) fn words(self) -> &'static str {
        match self {
            Self::Deviation => "±1 sample standard deviation over",
            Self::Interval => "Student's 95 % interval of the mean over",
            Self::MinMax => "from the least to the greatest trial of",
        }
    }
}
