use std::time::Duration;

use burn::tensor::Tensor;
use datasets::Batch;
use pruning::{Density, Pruned};

use super::measure::{Networks, Speeds};
use super::rows;
use crate::one::dense::Dense;
use crate::one::images;
use crate::records::SpeedRow;

/// A dense network and all that its prunings are measured with.
pub(super) struct Subject {
    pub(super) dense: Dense,
    /// What all rows share.
    pub(super) about: SpeedRow,
    /// Logits are compared on these.
    pub(super) images: Tensor<4>,
    pub(super) batch: Batch,
    /// For forward passes, and for training steps.
    pub(super) time: Duration,
}

impl Subject {
    /// One pruning.
    pub(super) fn measure(&self, density: Density, pruned: &Pruned) -> (SpeedRow, Speeds) {
        let dense = &self.dense.network;
        let masked = pruned.apply(dense);
        let small = masked.shrink().network;
        let networks = Networks { dense, masked: &masked, mask: &pruned.mask, small: &small };
        let speeds = networks.measure(&self.batch, self.time);
        let about = SpeedRow { density_asked: density.value(), ..self.about.clone() };
        let difference = images::difference(&masked, &small, &self.images);
        (rows::pruned(about, &networks, difference, &speeds), speeds)
    }

    /// The dense network's row and those of its prunings.
    pub(super) fn rows(&self, measured: Vec<(SpeedRow, Speeds)>) -> Vec<SpeedRow> {
        let (pruned, speeds): (Vec<SpeedRow>, Vec<Speeds>) = measured.into_iter().unzip();
        let dense = rows::dense(self.about.clone(), &self.dense.network, &speeds);
        std::iter::once(dense).chain(pruned).collect()
    }
}
