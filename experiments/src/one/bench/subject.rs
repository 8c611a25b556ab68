use std::time::Duration;

use burn::tensor::Tensor;
use datasets::Batch;
use models::zoo;
use pruning::{Density, Pruned};

use super::crossover::Crossovers;
use super::layers;
use super::measure::{Networks, Speeds};
use super::rows;
use crate::error::Error;
use crate::one::dense::Dense;
use crate::one::images;
use crate::records::{SpeedLayerRow, SpeedRow};

/// A dense network and all that its prunings are measured with.
pub(super) struct Subject {
    pub(super) dense: Dense,
    /// What it was built from.
    pub(super) request: zoo::Request,
    /// What all rows share.
    pub(super) about: SpeedRow,
    /// Logits are compared on these.
    pub(super) images: Tensor<4>,
    pub(super) batch: Batch,
    /// For forward passes, and for training steps.
    pub(super) time: Duration,
}

/// What was measured of a pruning.
pub(super) struct Measured {
    row: SpeedRow,
    layers: Vec<SpeedLayerRow>,
    speeds: Speeds,
}

impl Subject {
    /// Where the weights that are left alone become faster than dense arithmetic.
    pub(super) fn crossovers(&self) -> Crossovers {
        let mut rng = pruning::generator(self.about.seed);
        Crossovers::measure(&self.dense.network, &self.batch.images, self.time, &mut rng)
    }

    /// One pruning.
    pub(super) fn measure(
        &self,
        density: Density,
        pruned: &Pruned,
        crossovers: &Crossovers,
    ) -> Result<Measured, Error> {
        let dense = &self.dense.network;
        let masked = pruned.apply(dense);
        let small = masked.shrink().network;
        let networks = Networks { dense, masked: &masked, mask: &pruned.mask, small: &small };
        let speeds = networks.measure(&self.batch, self.time);
        let about = SpeedRow {
            density_asked: density.value(),
            crossover_density: Some(crossovers.network),
            ..self.about.clone()
        };
        let (mask, images, time) = (&pruned.mask, &self.batch.images, self.time);
        let layers = layers::measure(&about, &masked, mask, images, time, crossovers);
        let difference = images::difference(&masked, &small, &self.images);
        let row = rows::pruned(about, &networks, difference, &speeds);
        let row = rows::in_files(row, &masked, &self.request)?;
        Ok(Measured { row, layers, speeds })
    }

    /// The dense network's row and those of its prunings, and those of their layers.
    pub(super) fn rows(&self, measured: Vec<Measured>) -> (Vec<SpeedRow>, Vec<SpeedLayerRow>) {
        let (mut pruned, mut layers, mut speeds) = (Vec::new(), Vec::new(), Vec::new());
        for one in measured {
            pruned.push(one.row);
            layers.extend(one.layers);
            speeds.push(one.speeds);
        }
        let dense = rows::dense(self.about.clone(), &self.dense.network, &speeds);
        (std::iter::once(dense).chain(pruned).collect(), layers)
    }
}
