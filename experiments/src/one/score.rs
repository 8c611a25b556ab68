use std::collections::BTreeMap;
use std::path::PathBuf;

use clap::Args;
use models::tensors::{self, HostTensor};

use super::dense::DenseArguments;
use crate::error::Error;

/// `experiments score`.
#[derive(Debug, Args)]
pub struct Score {
    #[command(flatten)]
    dense: DenseArguments,
    /// Where to write the scores: a tensor `<layer>` for each layer, in the weight's shape
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
}

impl Score {
    /// Writes the scores; a line about them.
    pub(crate) fn run(&self) -> Result<String, Error> {
        let (pruner, dense) = self.dense.load()?;
        let mut rng = pruning::generator(self.dense.points.seed);
        let examined = pruner.examine(dense.subject(), &mut rng)?;
        let layers = dense.network.architecture().layers().iter().zip(examined.scores().layers());
        let tensors: BTreeMap<String, HostTensor> = layers
            .map(|(layer, scores)| {
                let tensor = HostTensor { shape: layer.torch_shape(), values: scores.clone() };
                (layer.name.clone(), tensor)
            })
            .collect();
        tensors::write(&self.out, &tensors)?;
        Ok(format!(
            "{} scores of {} weights over {} points in {}\n",
            self.dense.method.method,
            dense.network.architecture().prunable_weights(),
            dense.images.dims()[0],
            self.out.display()
        ))
    }
}
