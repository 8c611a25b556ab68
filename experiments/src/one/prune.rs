use std::path::PathBuf;

use clap::Args;
use models::{Constants, Unfolded};
use pruning::Certifier;

use super::dense::{self, DenseArguments};
use super::table;
use crate::error::Error;
use crate::masks;

/// `experiments prune`.
#[derive(Debug, Args)]
pub struct Prune {
    #[command(flatten)]
    dense: DenseArguments,
    /// Density: the share of prunable weights that stay, in (0, 1]
    #[arg(long, value_name = "DENSITY")]
    keep: f64,
    /// Where to write the pruned weights, with PyTorch's names and layout
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    /// Where to write the masks: `<layer>.mask`, u8, 1 where the weight stays
    /// [default: beside the weights, FILE.masks.safetensors]
    #[arg(long, value_name = "FILE")]
    masks: Option<PathBuf>,
}

impl Prune {
    /// Writes weights and masks; a table of what stays.
    pub(crate) fn run(&self) -> Result<String, Error> {
        let density = dense::density(self.keep)?;
        let trust = self.dense.bounds.trust()?;
        let (pruner, dense) = self.dense.load()?;
        let architecture = dense.network.architecture();
        let pruned = self.dense.prune(&*pruner, &dense, density)?;
        let network = pruned.apply(&dense.network);
        network.save(&self.out)?;
        let masks = self.masks.clone();
        let masks = masks.unwrap_or_else(|| self.out.with_extension("masks.safetensors"));
        masks::save(&masks, &pruned.mask, architecture)?;
        let certificate = match &dense.points {
            None => None,
            Some(points) => {
                let (images, others) = (points.images.clone(), points.held_out.clone());
                let certifier = Certifier::new(dense.network.clone(), images, others, trust)?;
                Some(certifier.certify(&network, pruned.draws.as_deref())?)
            }
        };
        let table = table::table(architecture, &pruned.mask, certificate.as_ref());
        let lost = pruned.constants.as_ref().map_or_else(String::new, lost);
        let error = pruned.allocated_error.map_or_else(String::new, |error| {
            format!("budget shared by one relative error of all layers: ε = {error:.3}\n")
        });
        let weights = self.out.display();
        Ok(format!("{table}{error}{lost}weights in {weights}, masks in {}\n", masks.display()))
    }
}

/// A line about constants that could not be folded, if there are any.
fn lost(constants: &Constants) -> String {
    match constants.lost.first() {
        None => String::new(),
        Some(Unfolded { layer, unit, reader }) => format!(
            "{} pruned channels sent a constant that cannot be folded (padding, or neither bias nor norm) and \
             is lost; the first: {layer}, unit {unit}, read by {reader}\n",
            constants.lost_channels()
        ),
    }
}
