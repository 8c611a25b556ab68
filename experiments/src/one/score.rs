use std::collections::BTreeMap;
use std::path::PathBuf;

use clap::Args;
use models::LayerSpec;
use models::tensors::{self, HostTensor};
use pruning::{ChannelScores, Channels, Scored, Scores};

use super::dense::DenseArguments;
use crate::error::Error;

/// `experiments score`.
#[derive(Debug, Args)]
pub struct Score {
    #[command(flatten)]
    dense: DenseArguments,
    /// Where to write the scores: a tensor `<layer>` for each layer, in the weight's shape; of
    /// methods that prune channels one number for each unit
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
}

impl Score {
    /// Writes the scores; a line about them.
    pub(crate) fn run(&self) -> Result<String, Error> {
        let (pruner, dense) = self.dense.load()?;
        let mut rng = pruning::generator(self.dense.points.seed);
        let examined = pruner.examine(dense.subject(), &mut rng)?;
        let layers = dense.network.architecture().layers();
        let (tensors, what) = match examined.scores() {
            Scored::Weights(scores) => {
                let what = format!("{} weights", dense.network.architecture().prunable_weights());
                (of_weights(layers, scores), what)
            }
            Scored::Channels(channels, scores) => {
                let tensors = of_channels(channels, scores);
                let count: usize = tensors.values().map(|tensor| tensor.values.len()).sum();
                (tensors, format!("{count} filters"))
            }
        };
        tensors::write(&self.out, &tensors)?;
        Ok(format!(
            "{} scores of {what} over {} points in {}\n",
            self.dense.method.method,
            dense.images.dims()[0],
            self.out.display()
        ))
    }
}

fn of_weights(layers: &[LayerSpec], scores: &Scores) -> BTreeMap<String, HostTensor> {
    let pairs = layers.iter().zip(scores.layers());
    let tensors = pairs.map(|(layer, scores)| {
        let tensor = HostTensor { shape: layer.torch_shape(), values: scores.clone() };
        (layer.name.clone(), tensor)
    });
    tensors.collect()
}

/// One score for each unit, of the layers whose units can go.
fn of_channels(channels: &Channels, scores: &ChannelScores) -> BTreeMap<String, HostTensor> {
    let groups = channels.groups();
    let layers = channels.layers().iter().enumerate();
    let tensors = layers.filter_map(|(index, layer)| {
        let units = &groups.layer(index).units;
        let values: Vec<f32> = units.iter().map(|&group| scores.groups()[group]).collect();
        let can_go = units.iter().any(|&group| !groups.is_fixed(group));
        can_go.then(|| (layer.name.clone(), HostTensor { shape: vec![values.len()], values }))
    });
    tensors.collect()
}
