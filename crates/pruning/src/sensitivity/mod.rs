//! SiPP's empirical sensitivities.

mod layer;
mod max_product;

use burn::tensor::Tensor;
use models::{Architecture, LayerSpec, Network};

use crate::error::PruneError;
use crate::named::named;
pub(crate) use layer::Running;

/// Sums below this give no relative importance (the f32 epsilon, as in the authors' code).
pub(crate) const SMALLEST_SUM: f32 = f32::EPSILON;

/// How relative importance is reduced over the positions of a convolution. For a linear layer, which
/// has one position, both are the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Reduction {
    /// Mean over positions: what the authors' code ranks by in its deterministic method.
    Mean,
    /// Maximum over positions: the paper's definition, which the error bounds need.
    Max,
}

impl Reduction {
    /// Every reduction.
    pub const ALL: &[Self] = &[Self::Mean, Self::Max];

    /// Its name in configuration files.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Mean => "mean",
            Self::Max => "max",
        }
    }
}

named!(Reduction, "reduction");

/// How much each weight contributes, at its strongest, to the output of its unit.
#[derive(Debug, Clone, PartialEq)]
pub struct Sensitivities {
    /// One for each prunable layer, in its order.
    pub layers: Vec<LayerSensitivities>,
    /// Points they were taken over.
    pub points: usize,
    /// How positions were reduced.
    pub reduction: Reduction,
}

impl Sensitivities {
    /// How many sums a bound speaks of at once: units, sides, signs of the input, positions and
    /// points, over all layers. A failure probability is shared among them.
    pub fn events(&self, architecture: &Architecture) -> f64 {
        let layers = architecture.layers().iter().zip(&self.layers);
        let sums = layers.map(|(spec, layer)| {
            let signs = if layer.signed { 2 } else { 1 };
            (spec.units * 2 * signs * spec.positions()) as f64
        });
        sums.sum::<f64>() * self.points as f64
    }
}

/// The sensitivities of one layer.
#[derive(Debug, Clone, PartialEq)]
pub struct LayerSensitivities {
    /// One for each weight, in [0, 1]: `[units, fan_in]` row by row.
    pub values: Vec<f32>,
    /// Whether the layer's input had negative entries on some point.
    pub signed: bool,
}

/// Computes SiPP's empirical sensitivities (arXiv 1910.05422; `s_ij` there).
///
/// Take one unit and the weights v ≥ 0 of one of its sides (the positive weights, or the absolute
/// values of the negative ones), and the input patch a_p(x) ≥ 0 of the point x at position p. The
/// weight's relative importance is
///
/// ```text
/// g_j(x, p) = v_j a_pj(x) / Σ_k v_k a_pk(x)        (0 where the sum is below 1.19e-7)
/// s_j       = max over points x of the mean, or maximum, over positions p of g_j(x, p)
/// ```
///
/// Inputs with negative entries are split into a⁺ and a⁻ first, and s_j is the larger of both.
/// Biases do not take part. Because v_j is the same at every position,
/// s_j = v_j · max_x red_p (a_pj / z_p) with z_p = ⟨v, a_p⟩: the mean is a matrix product for each
/// image (the gradient of a convolution's weight for the output gradient 1 / (P z)), the maximum a
/// (max, ×) matrix product.
///
/// `images` is `[points, channels, height, width]`, taken `chunk` points at a time, or as many as have
/// 2²⁴ numbers in the patches of the largest layer: that bounds the memory and changes only rounding.
/// The time is linear in the number of points.
///
/// # Errors
/// When there are no points, or a weight or an activation is not finite.
pub fn sensitivities(
    network: &Network,
    images: &Tensor<4>,
    reduction: Reduction,
    chunk: usize,
) -> Result<Sensitivities, PruneError> {
    let points = images.dims()[0];
    if points == 0 {
        return Err(PruneError::NoPoints);
    }
    let specs = network.architecture().layers();
    let chunk = chunk.clamp(1, largest_chunk(specs));
    let mut running: Vec<Running> = specs
        .iter()
        .enumerate()
        .map(|(l, spec)| Running::new(spec, network.weight(l), reduction))
        .collect();
    for start in (0..points).step_by(chunk) {
        let end = (start + chunk).min(points);
        network.forward_watched(images.clone().narrow(0, start, end - start), |layer, input| {
            running[layer].take(input.clone());
        });
    }
    let layers = running.into_iter().map(Running::finish).collect::<Result<_, _>>()?;
    Ok(Sensitivities { layers, points, reduction })
}

/// As many points as have 2²⁴ numbers, 64 MiB, in the patches of the largest layer.
fn largest_chunk(layers: &[LayerSpec]) -> usize {
    const NUMBERS: usize = 1 << 24;
    let largest = layers.iter().map(|layer| layer.fan_in() * layer.positions()).max();
    (NUMBERS / largest.unwrap_or(1)).max(1)
}

#[cfg(test)]
mod tests;
