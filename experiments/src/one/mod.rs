//! One network, from weight files: evaluated, scored, pruned, certified, shrunken, exported,
//! measured. No experiment around it.

mod arguments;
mod bench;
mod certify;
mod dense;
mod export;
mod gzip;
mod images;
mod method;
mod points;
mod predict;
mod prune;
mod score;
mod shrink;
mod table;
pub(crate) mod timing;
mod widths;

use clap::Subcommand;

pub use bench::Bench;
pub use certify::Certify;
pub use export::Export;
pub use predict::Predict;
pub use prune::Prune;
pub use score::Score;
pub use shrink::Shrink;

use crate::error::Error;

/// What can be done with one network.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Accuracy and outputs of a network on test images or on points
    Predict(Predict),
    /// Write a score for each weight of a network
    Score(Score),
    /// Prune a network to a density, and write its weights and masks
    Prune(Prune),
    /// Compare a pruned network with the dense one it comes from: error bounds and what is measured
    Certify(Certify),
    /// Take the units out of a pruned network that its output does not need, and write a small dense one
    Shrink(Shrink),
    /// Write a network in another format: compressed rows of the weights that are left, or all weights
    Export(Export),
    /// Measure how much faster than the network the small dense ones are that pruning leaves of it
    Bench(Bench),
}

impl Command {
    /// Does it; what to print.
    pub(crate) fn run(&self) -> Result<String, Error> {
        match self {
            Self::Predict(arguments) => arguments.run(),
            Self::Score(arguments) => arguments.run(),
            Self::Prune(arguments) => arguments.run(),
            Self::Certify(arguments) => arguments.run(),
            Self::Shrink(arguments) => arguments.run(),
            Self::Export(arguments) => arguments.run(),
            Self::Bench(arguments) => arguments.run(),
        }
    }
}
