use burn::tensor::Tensor;
use chacha20::ChaCha8Rng;

use super::{Build, Entry, Needs};
use crate::{ChannelCriterion, ChannelScores, Channels, PruneError, Scope, Subject};

pub(super) const ABSOLUTE: Entry = Entry {
    name: "filter-threshold",
    summary: "mean |w| of a channel's filters (ℓ1)",
    source: "Li et al. 2017, arXiv 1608.08710",
    needs: Needs::NOTHING,
    exact: true,
    scope: Scope::Uniform,
    options: &[],
    build: Build::Filters(|_| Box::new(FilterNorm::Absolute)),
};

pub(super) const EUCLIDEAN: Entry = Entry {
    name: "filter-norm",
    summary: "root mean square of the weights of a channel's filters (ℓ2)",
    source: "He et al. 2018, arXiv 1808.06866",
    build: Build::Filters(|_| Box::new(FilterNorm::Euclidean)),
    ..ABSOLUTE
};

pub(super) const SOFT: Entry = Entry {
    name: "soft-filter",
    summary: "as filter-norm; what is pruned trains on, and the choice is renewed in each epoch",
    build: Build::SoftFilters(|_| Box::new(FilterNorm::Euclidean)),
    ..EUCLIDEAN
};

/// The norm of a channel's filters, the units of all layers that write it:
///
/// ```text
/// Σ |w| / n   or   √(Σ w² / n)       over their n weights
/// ```
///
/// Dividing by n changes no rank within a layer, and makes layers comparable where they compete.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FilterNorm {
    /// ℓ1 (Li et al. 2017, arXiv 1608.08710).
    Absolute,
    /// ℓ2 (He et al. 2018, arXiv 1808.06866).
    Euclidean,
}

impl ChannelCriterion for FilterNorm {
    fn scores(
        &self,
        subject: Subject<'_>,
        channels: &Channels,
        _: &mut ChaCha8Rng,
    ) -> Result<ChannelScores, PruneError> {
        let network = subject.network;
        let sums = channels.sum_over_units(|layer| {
            let weight = network.weight(layer);
            let size = match self {
                Self::Absolute => weight.abs(),
                Self::Euclidean => weight.square(),
            };
            size.sum_dim(1).squeeze_dim(1)
        });
        let counts = channels.sum_over_units(|layer| {
            let [units, fan_in] = network.weight(layer).dims();
            Tensor::full([units], fan_in as f32, &network.device())
        });
        let means = sums.into_iter().zip(counts).map(|(sum, count)| {
            let mean = sum / count.max(1.0);
            if *self == Self::Euclidean { mean.sqrt() } else { mean }
        });
        ChannelScores::new(channels, means.collect())
    }
}
