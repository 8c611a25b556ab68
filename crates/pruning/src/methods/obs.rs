use burn::tensor::Tensor;
use chacha20::ChaCha8Rng;
use models::Network;

use super::{Build, Entry, Needs};
use crate::budget::Quota;
use crate::mask::Mask;
use crate::pruner::{Examined, Pruned, Pruner, Scored};
use crate::reconstruction::{Reconstruction, refit};
use crate::select::select;
use crate::{PruneError, Scope, Scores, Subject};

pub(super) const ENTRY: Entry = Entry {
    name: "obs",
    summary: "optimal brain surgeon: the weights that stay make up for those that go, layer by layer",
    source: "Hassibi & Stork 1993; Frantar & Alistarh 2022, arXiv 2208.11580",
    needs: Needs::POINTS,
    exact: true,
    scope: Scope::Global,
    options: &["damping"],
    build: Build::Pruner(|options| {
        Box::new(Surgeon {
            damping: options.damping.unwrap_or(Surgeon::default().damping),
            ..Surgeon::default()
        })
    }),
};

/// Optimal brain surgeon on the outputs of each layer (Hassibi & Stork 1993; greedy and exact for each
/// unit as in Frantar & Alistarh 2022, arXiv 2208.11580; damped as in SparseGPT, arXiv 2301.00774).
///
/// A unit with the weights w reads inputs a (patches of all points at all positions). With
/// H = mean of a aᵀ + λ I, λ = damping · mean diagonal, the weight p costs
///
/// ```text
/// w_p² / [H⁻¹]_pp        and the others become        w − w_p / [H⁻¹]_pp · H⁻¹ e_p
/// ```
///
/// Within a unit weights go one after the other, always the cheapest, H⁻¹ losing its row and column
/// each time. The score of a weight is its cost when its turn comes, in shares of the layer's mean
/// squared output and never less than that of the weight before, so that units and layers compete.
///
/// The weights that stay get new values, one layer after the other: those that bring the unit's output
/// in the pruned network closest to its output in the dense one, by least squares. The mask is worth
/// little without them. It takes points: about as many as the largest fan-in.
///
/// The time is about fan_in³ / 6 multiply-adds for each unit: seconds for LeNets and CIFAR's residual
/// networks, too long for layers with thousands of inputs and hundreds of units.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Surgeon {
    /// λ in shares of the mean diagonal of the Hessian, above 0.
    pub damping: f64,
    /// Points taken through the network at a time; it bounds the memory and changes only rounding.
    pub chunk: usize,
}

impl Default for Surgeon {
    fn default() -> Self {
        Self { damping: 0.01, chunk: 64 }
    }
}

impl Pruner for Surgeon {
    fn examine(
        &self,
        subject: Subject<'_>,
        _: &mut ChaCha8Rng,
    ) -> Result<Box<dyn Examined>, PruneError> {
        let Subject { network, images, .. } = subject;
        let layers = Reconstruction::new(network, images, self.damping, self.chunk)?;
        let scores = Scores::new(network, layers.scores())?;
        let (network, images) = (network.clone(), images.clone());
        Ok(Box::new(Operated { surgeon: *self, network, images, scores }))
    }
}

/// A network on the table.
struct Operated {
    surgeon: Surgeon,
    network: Network,
    images: Tensor<4>,
    scores: Scores,
}

impl Examined for Operated {
    fn scores(&self) -> Scored<'_> {
        Scored::Weights(&self.scores)
    }

    fn prune(
        &self,
        within: &Mask,
        quota: &Quota,
        _: &mut ChaCha8Rng,
    ) -> Result<Pruned, PruneError> {
        let mask = select(&self.scores, within, quota)?;
        let Surgeon { damping, chunk } = self.surgeon;
        let values = refit(&self.network, &self.images, &mask, damping, chunk)?;
        Ok(Pruned { values: values.into_iter().map(Some).collect(), ..Pruned::unchanged(mask) })
    }
}
