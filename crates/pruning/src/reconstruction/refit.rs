use burn::tensor::Tensor;
use models::Network;
use rayon::prelude::*;

use super::chunks;
use super::least_squares::Form;
use super::moments::Moments;
use super::products::dot;
use crate::error::PruneError;
use crate::mask::Mask;

/// The weights' new values under a mask, `[units, fan_in]` row by row for each layer, fitted one layer
/// after the other, so that each makes up for the errors of those in front of it too.
///
/// With b, what a layer gets in the network fitted so far, and a, what it gets in the whole one, a
/// unit's weights v minimise the mean of (vᵀb − wᵀa)² + λ |v − w|² over those that stay: the closest
/// ones, by H = mean of b bᵀ plus λ, to u = w + H⁻¹ · mean of b (a − b)ᵀ · w. λ is chosen as in
/// [`Reconstruction::new`](super::Reconstruction::new). A weight that is zero stays zero.
///
/// Where many weights stay it gives what [`values`](super::Reconstruction::values) gives, but for
/// rounding and chance; where few do it is better, given enough points (more than the largest
/// fan-in, to be safe). It takes all points through both networks once for each layer.
///
/// # Errors
/// When there are no points, or a weight or an input of a layer is not finite.
pub(crate) fn refit(
    network: &Network,
    images: &Tensor<4>,
    mask: &Mask,
    damping: f64,
    chunk: usize,
) -> Result<Vec<Vec<f32>>, PruneError> {
    let architecture = network.architecture();
    let mut fitted = network.clone();
    let mut values: Vec<Vec<f32>> = Vec::new();
    for (index, spec) in architecture.layers().iter().enumerate() {
        let (mut own, mut cross) = (Moments::new(spec), Moments::new(spec));
        for images in chunks(images, chunk)? {
            let a = input(network, images.clone(), index);
            let b = input(&fitted, images, index);
            own.take(b.clone());
            cross.take_pair(b, a);
        }
        let (own, mut shift) = (own.finish()?, cross.finish()?);
        shift.iter_mut().zip(&own).for_each(|(cross, own)| *cross -= own);
        let form = Form::damped(&own, spec.fan_in(), damping);
        let weights = network.weight_values(index);
        values.push(fit(&form, &shift, &weights, &mask.layers()[index].keep));
        fitted = with(network, &values);
    }
    Ok(values)
}

/// What a layer gets in a network.
fn input(network: &Network, images: Tensor<4>, index: usize) -> Tensor<4> {
    let mut found = None;
    network.forward_watched(images, |layer, input| {
        if layer == index {
            found = Some(input.clone());
        }
    });
    found.expect("every layer is watched")
}

/// One layer's new values; `shift` is the mean of b (a − b)ᵀ.
fn fit(form: &Form, shift: &[f64], weights: &[f32], keep: &[bool]) -> Vec<f32> {
    let size = form.size;
    let rows = weights.par_chunks_exact(size).zip(keep.par_chunks_exact(size));
    let rows = rows.flat_map_iter(|(weights, keep)| {
        let keep: Vec<bool> = keep.iter().zip(weights).map(|(&k, &w)| k && w != 0.0).collect();
        let weights: Vec<f64> = weights.iter().map(|&w| f64::from(w)).collect();
        let missing = times(&form.inverse, &times(shift, &weights));
        let u: Vec<f64> = weights.iter().zip(missing).map(|(w, missing)| w + missing).collect();
        form.closest(&u, &keep).into_iter().map(|value| value as f32)
    });
    rows.collect()
}

/// A square matrix times a vector.
fn times(matrix: &[f64], vector: &[f64]) -> Vec<f64> {
    matrix.chunks_exact(vector.len()).map(|row| dot(row, vector)).collect()
}

/// The network with other weights in its first layers.
pub(super) fn with(network: &Network, values: &[Vec<f32>]) -> Network {
    let layers = 0..network.architecture().layers().len();
    let weights = layers.map(|layer| match values.get(layer) {
        Some(values) => values.clone(),
        None => network.weight_values(layer),
    });
    network.with_weights(&weights.collect::<Vec<_>>())
}

#[cfg(test)]
mod tests {
    use super::super::Reconstruction;
    use super::super::tests::{images, mask, network};
    use super::*;

    #[test]
    fn nothing_changes_where_everything_stays() {
        let network = network();
        let all = Mask::full(network.architecture());
        let values = refit(&network, &images(9), &all, 0.01, 4).unwrap();
        assert_eq!(values, [network.weight_values(0), network.weight_values(1)]);
    }

    #[test]
    fn later_layers_make_up_for_earlier_ones() {
        let (network, images) = (network(), images(200));
        let reconstruction = Reconstruction::new(&network, &images, 0.01, 64).unwrap();
        let scores = reconstruction.scores();
        let dense = network.forward(images.clone());
        for kept in [20, 60, 120] {
            let mask = mask(&network, &scores, kept);
            let refitted = refit(&network, &images, &mask, 0.01, 64).unwrap();
            let apart = reconstruction.values(&mask);
            for (values, mask) in refitted.iter().zip(mask.layers()) {
                let dropped = values.iter().zip(&mask.keep).filter(|(_, keep)| !**keep);
                assert!(dropped.into_iter().all(|(&value, _)| value == 0.0));
            }
            // In front of the first layer nothing has changed.
            assert_eq!(refitted[0], apart[0]);
            let change = |values: &[Vec<f32>]| {
                let change = with(&network, values).forward(images.clone()) - dense.clone();
                change.square().mean().into_scalar::<f32>()
            };
            let (refitted, apart) = (change(&refitted), change(&apart));
            assert!(refitted < apart, "{kept}: {refitted} {apart}");
        }
    }
}
