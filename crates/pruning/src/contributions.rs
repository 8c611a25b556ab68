//! What input channels contribute to outputs of a layer.

use burn::tensor::Tensor;
use chacha20::ChaCha8Rng;
use models::{LayerSpec, Network};
use rand::RngExt;

use crate::channels::Channels;
use crate::criterion::generator;
use crate::error::PruneError;
use crate::patches::patches;

/// The products of what a layer's input channels contribute to its outputs, summed over drawn outputs.
#[derive(Debug, Clone)]
pub(crate) struct Contributions {
    /// Σ c_j c_k, `[channels, channels]` row by row.
    pub(crate) products: Vec<f64>,
}

impl Contributions {
    /// Σ z², since z is the sum of all contributions.
    pub(crate) fn total(&self) -> f64 {
        self.products.iter().sum()
    }
}

/// Draws so many outputs of each layer for each point, a unit and a position each, and takes apart what
/// the input channels contribute to them. Biases do not take part.
///
/// # Errors
/// When there are no points.
pub(crate) fn contributions(
    network: &Network,
    channels: &Channels,
    images: &Tensor<4>,
    samples: usize,
    chunk: usize,
    rng: &mut ChaCha8Rng,
) -> Result<Vec<Contributions>, PruneError> {
    let points = images.dims()[0];
    if points == 0 {
        return Err(PruneError::NoPoints);
    }
    // One generator a layer: what is drawn does not depend on the chunks.
    let layers = channels.layers().iter().enumerate();
    let mut layers: Vec<Sampler<'_>> = layers
        .map(|(index, spec)| Sampler {
            spec,
            block: channels.block(index),
            weights: network.weight_values(index),
            rng: generator(rng.random()),
            products: vec![0.0; (spec.fan_in() / channels.block(index)).pow(2)],
        })
        .collect();
    for start in (0..points).step_by(chunk) {
        let images = images.clone().narrow(0, start, chunk.min(points - start));
        network.forward_watched(images, |layer, input| layers[layer].take(input.clone(), samples));
    }
    Ok(layers.into_iter().map(|layer| Contributions { products: layer.products }).collect())
}

/// Draws outputs of one layer.
struct Sampler<'a> {
    spec: &'a LayerSpec,
    /// Weights that a unit has for each channel.
    block: usize,
    /// `[units, fan_in]`, row by row.
    weights: Vec<f32>,
    rng: ChaCha8Rng,
    products: Vec<f64>,
}

impl Sampler<'_> {
    fn take(&mut self, input: Tensor<4>, samples: usize) {
        let patches = patches(self.spec, input);
        let [points, fan_in, positions] = patches.dims();
        let patches: Vec<f32> = patches.into_data().try_into_vec().expect("computed in f32");
        for patches in patches.chunks_exact(fan_in * positions).take(points) {
            for _ in 0..samples {
                let unit = self.rng.random_range(0..self.spec.units);
                let position = self.rng.random_range(0..positions);
                let weights = &self.weights[unit * fan_in..][..fan_in];
                let inputs = patches.iter().skip(position).step_by(positions);
                let products = weights.iter().zip(inputs);
                let products: Vec<f64> =
                    products.map(|(&w, &a)| f64::from(w) * f64::from(a)).collect();
                let shares = products.chunks_exact(self.block).map(|block| block.iter().sum());
                self.add(&shares.collect::<Vec<f64>>());
            }
        }
    }

    fn add(&mut self, shares: &[f64]) {
        let rows = self.products.chunks_exact_mut(shares.len()).zip(shares);
        for (row, &own) in rows.filter(|(_, own)| **own != 0.0) {
            row.iter_mut().zip(shares).for_each(|(sum, other)| *sum += own * other);
        }
    }
}
