use models::{Architecture, Network, NormValues};

use super::norm::Statistics;
use super::optimiser::{Optimiser, Parameter};
use crate::layer::Layer;
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
#[derive(Debug, Clone, Default)]
pub(super) struct Parameters {
    pub(super) layers: Vec<LayerParameters>,
    pub(super) norms: Vec<NormParameters>,
}

impl Parameters {
    /// The network's, with nothing remembered.
    pub(super) fn new<'a>(
        network: &Network,
        layers: impl IntoIterator<Item = &'a Layer>,
        optimiser: Optimiser,
    ) -> Self {
        let layers = layers.into_iter().enumerate().map(|(index, layer)| {
            let weights = layer.pattern().compress(&network.weight_values(index));
            (layer.of_pattern(weights), network.bias_values(index))
        });
        let norms = (0..network.architecture().norms().len()).map(|norm| network.norm_values(norm));
        let new = |values| Parameter::new(values, optimiser);
        Self::of_values(network.architecture(), layers, norms, new)
    }

    /// From the values of each layer and norm; `new` makes a parameter of some of them.
    pub(super) fn of_values(
        architecture: &Architecture,
        layers: impl IntoIterator<Item = (Vec<f32>, Option<Vec<f32>>)>,
        norms: impl IntoIterator<Item = NormValues>,
        new: impl Fn(Vec<f32>) -> Parameter,
    ) -> Self {
        let layers = layers
            .into_iter()
            .map(|(weight, bias)| LayerParameters { weight: new(weight), bias: bias.map(&new) });
        let norms = architecture.norms().iter().zip(norms).map(|(spec, values)| {
            let NormValues { scale, shift, mean, variance } = values;
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

    /// The layer's weights and biases take a norm in that stands behind it, with its running statistics: of
    /// y = (w · x + b − mean) · f + shift, with f = scale / √(variance + ε), the weights are f · w and the bias
    /// (b − mean) · f + shift.
    pub(super) fn fold(&mut self, layer: usize, pattern: &Pattern, norm: usize) {
        let (layer, norm) = (&mut self.layers[layer], &self.norms[norm]);
        let zeros = || Parameter::fixed(vec![0.0; pattern.units()]);
        let bias = layer.bias.get_or_insert_with(zeros);
        for (unit, bias) in bias.values.iter_mut().enumerate() {
            let factor = norm.scale.values[unit] / (norm.variance[unit] + norm.epsilon).sqrt();
            let weights = &mut layer.weight.values[pattern.unit(unit)];
            weights.iter_mut().for_each(|weight| *weight *= factor);
            *bias = (*bias - norm.mean[unit]) * factor + norm.shift.values[unit];
        }
    }

    /// Weights and biases of these layers as networks take them: weights that are not stored at zero, and no biases
    /// where a layer has none.
    pub(super) fn expanded<'a>(
        &self,
        layers: impl IntoIterator<Item = &'a Layer>,
    ) -> impl Iterator<Item = (Vec<f32>, Vec<f32>)> {
        layers.into_iter().zip(&self.layers).map(|(layer, own)| {
            let bias = own.bias.as_ref().map_or_else(Vec::new, |bias| bias.values.clone());
            (layer.pattern().expand(&layer.to_pattern(&own.weight.values)), bias)
        })
    }

    /// What the norms hold.
    pub(super) fn norm_values(&self) -> impl Iterator<Item = NormValues> {
        self.norms.iter().map(|norm| NormValues {
            scale: norm.scale.values.clone(),
            shift: norm.shift.values.clone(),
            mean: norm.mean.clone(),
            variance: norm.variance.clone(),
        })
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
