//! Optimal brain surgeon, layer by layer: which weights a layer loses at the least cost, and what the
//! ones that stay become to make up for it (Hassibi & Stork 1993; arXiv 2208.11580, where it is exact
//! and greedy for each unit).
//!
//! A unit with the weights w sees the inputs a: patches of all points at all positions. Replacing w by
//! v changes its output by a mean square of (v − w)ᵀ H (v − w) with H = mean of a aᵀ, plus λ on the
//! diagonal (damping, as in SparseGPT, arXiv 2301.00774), which draws v towards w in the directions
//! that the points say little about. Everything here is about that quadratic form; the bias stays.

mod cholesky;
mod greedy;
mod layer;
mod least_squares;
mod moments;
mod products;
mod refit;

use burn::tensor::Tensor;
use models::Network;

use crate::error::PruneError;
#[cfg(test)]
use crate::mask::Mask;
use layer::Layer;
use moments::Moments;

pub(crate) use least_squares::Form;
pub(crate) use refit::refit;

/// What reconstruction knows of a network's layers: the inverse Hessian of each layer's inputs.
pub(crate) struct Reconstruction {
    layers: Vec<Layer>,
}

impl Reconstruction {
    /// Takes `images` `[points, channels, height, width]` through the network, `chunk` at a time; it
    /// bounds the memory. λ is `damping` times the mean of the diagonal of mean a aᵀ, or as much more
    /// as it takes to invert the matrix.
    ///
    /// The time is that of the forward passes, of points · positions · fan_in² multiply-adds a layer
    /// for H, and of about 1.3 fan_in³ for its inverse.
    ///
    /// # Errors
    /// When there are no points, or a weight or an input of a layer is not finite.
    pub(crate) fn new(
        network: &Network,
        images: &Tensor<4>,
        damping: f64,
        chunk: usize,
    ) -> Result<Self, PruneError> {
        let specs = network.architecture().layers();
        let mut moments: Vec<Moments> = specs.iter().map(Moments::new).collect();
        for images in chunks(images, chunk)? {
            network.forward_watched(images, |layer, input| moments[layer].take(input.clone()));
        }
        let layers = moments.into_iter().enumerate().map(|(index, moments)| {
            Layer::new(moments.spec(), network.weight_values(index), &moments.finish()?, damping)
        });
        Ok(Self { layers: layers.collect::<Result<_, _>>()? })
    }

    /// A score for each weight, `[units, fan_in]` row by row for each layer: the larger, the later it
    /// is removed.
    ///
    /// Within a unit weights are removed one after the other, always the one that costs least with
    /// the others making up for it. The score is that cost, the increase of the unit's mean squared
    /// error, in shares of the layer's whole output (mean squares, summed over its units), so that
    /// layers can be compared; and at least a little more than the score of the weight before, so
    /// that scores keep the order of removal. Weights that are zero already score 0.
    ///
    /// About fan_in³ / 6 multiply-adds a unit.
    pub(crate) fn scores(&self) -> Vec<Vec<f32>> {
        self.layers.iter().map(Layer::scores).collect()
    }

    /// The weights' new values under a mask, `[units, fan_in]` row by row for each layer: those that
    /// stay minimise the unit's mean squared error (damped), the others are zero. A unit that keeps
    /// everything keeps its values. [`refit`] does better where little stays; this is what it is
    /// measured by.
    #[cfg(test)]
    pub(crate) fn values(&self, mask: &Mask) -> Vec<Vec<f32>> {
        let layers = self.layers.iter().zip(mask.layers());
        layers.map(|(layer, mask)| layer.values(&mask.keep)).collect()
    }
}

/// The images, `chunk` at a time.
fn chunks(images: &Tensor<4>, chunk: usize) -> Result<impl Iterator<Item = Tensor<4>>, PruneError> {
    let (points, chunk) = (images.dims()[0], chunk.max(1));
    if points == 0 {
        return Err(PruneError::NoPoints);
    }
    let starts = (0..points).step_by(chunk);
    Ok(starts.map(move |start| images.clone().narrow(0, start, chunk.min(points - start))))
}

#[cfg(test)]
mod tests;
