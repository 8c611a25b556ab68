use models::{Network, NormValues};

use super::norm::Statistics;
use super::optimiser::{Optimiser, Parameter};
use crate::pattern::Pattern;

/// A layer's stored weights, and its biases where it has any.
#[derive(Debug, Clone)]
pub(super) struct LayerParameters {
    pub(super) weight: Parameter,
    pub(super) bias: Option<Parameter>,
}

/// What a norm holds, one value a channel.
#[derive(Debug, Clone)]
pub(super) struct NormParameters {
    pub(super) scale: Parameter,
    pub(super) shift: Parameter,
    /// Running mean.
    pub(super) mean: Vec<f32>,
    /// Running variance.
    pub(super) variance: Vec<f32>,
    pub(super) epsilon: f32,
    /// Of the batch that went through last.
    pub(super) batch: Vec<Statistics>,
}

/// All that is trained.
#[derive(Debug, Clone)]
pub(super) struct Parameters {
    pub(super) layers: Vec<LayerParameters>,
    pub(super) norms: Vec<NormParameters>,
}

impl Parameters {
    /// The network's, with nothing remembered.
    pub(super) fn new<'a>(
        network: &Network,
        patterns: impl IntoIterator<Item = &'a Pattern>,
        optimiser: Optimiser,
    ) -> Self {
        let new = |values| Parameter::new(values, optimiser);
        let layers = patterns.into_iter().enumerate().map(|(index, pattern)| LayerParameters {
            weight: new(pattern.compress(&network.weight_values(index))),
            bias: network.bias_values(index).map(new),
        });
        let specs = network.architecture().norms().iter().enumerate();
        let norms = specs.map(|(index, spec)| {
            let NormValues { scale, shift, mean, variance } = network.norm_values(index);
            NormParameters {
                scale: new(scale),
                shift: new(shift),
                mean,
                variance,
                epsilon: spec.epsilon as f32,
                batch: vec![Statistics::default(); spec.channels],
            }
        });
        Self { layers: layers.collect(), norms: norms.collect() }
    }
}

impl LayerParameters {
    /// Each of them.
    pub(super) fn iter_mut(&mut self) -> impl Iterator<Item = &mut Parameter> {
        [&mut self.weight].into_iter().chain(&mut self.bias)
    }
}

impl NormParameters {
    /// Those that are trained.
    pub(super) fn iter_mut(&mut self) -> impl Iterator<Item = &mut Parameter> {
        [&mut self.scale, &mut self.shift].into_iter()
    }
}
