use crate::layer::{LayerKind, LayerSpec};
use crate::network::Network;
use crate::norm::NormValues;

/// Everything that a network holds, on the host.
pub(super) struct Host {
    /// In the order of the architecture's layers.
    pub(super) layers: Vec<HostLayer>,
    /// In the order of the architecture's norms.
    pub(super) norms: Vec<NormValues>,
}

/// Weight `[units, fan_in]`, row by row, and bias.
pub(super) struct HostLayer {
    pub(super) weight: Vec<f32>,
    pub(super) bias: Option<Vec<f32>>,
}

impl Host {
    pub(super) fn of(network: &Network) -> Self {
        let layer = |index| HostLayer {
            weight: network.weight_values(index),
            bias: network.bias_values(index),
        };
        Self {
            layers: (0..network.architecture().layers().len()).map(layer).collect(),
            norms: network.norms().iter().map(NormValues::of).collect(),
        }
    }
}

impl HostLayer {
    /// The weights that a unit has for each of so many channels: a kernel, or the features that a
    /// map's channel was flattened into.
    pub(super) fn blocks(&self, spec: &LayerSpec, unit: usize, channels: usize) -> Blocks<'_> {
        let fan_in = spec.fan_in();
        self.weight[unit * fan_in..][..fan_in].chunks_exact(fan_in / channels)
    }
}

pub(super) type Blocks<'a> = std::slice::ChunksExact<'a, f32>;

/// Whether a unit does not hear the channel for which it has these weights.
pub(super) fn is_silent(block: &[f32]) -> bool {
    block.iter().all(|&weight| weight == 0.0)
}

/// Whether positions at the edge of the map read zeros in place of channels.
pub(super) fn is_padded(spec: &LayerSpec) -> bool {
    matches!(spec.kind, LayerKind::Convolution { padding, .. } if padding != [0, 0])
}
