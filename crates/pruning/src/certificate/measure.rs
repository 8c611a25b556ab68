use burn::tensor::Tensor;
use models::{Architecture, LayerSpec, Network};

use super::matrices::{Layer, Matrices};
use super::{SideCertificate, rounding};
use crate::error::PruneError;
use crate::sensitivity::SMALLEST_SUM;
use crate::sides;

/// The largest relative errors of one layer's sides over points and positions.
#[derive(Debug)]
pub(super) struct Errors {
    /// Σ |w_j − ŵ_j| a_j / z for each side: what cannot be exceeded.
    pub(super) share: Vec<f32>,
    /// |ẑ − z| / z for each side, from the two sums.
    pub(super) observed: Vec<f32>,
}

/// Measures every side of every layer on the dense network's activations.
pub(super) fn errors(
    dense: &Network,
    matrices: &Matrices,
    images: &Tensor<4>,
    chunk: usize,
) -> Vec<Errors> {
    let specs = dense.architecture().layers();
    let mut running: Vec<Option<Tensor<2>>> = vec![None; specs.len()];
    let points = images.dims()[0];
    for start in (0..points).step_by(chunk) {
        let images = images.clone().narrow(0, start, chunk.min(points - start));
        dense.forward_watched(images, |layer, input| {
            let here = of_chunk(&specs[layer], &matrices.layers[layer], input.clone());
            running[layer] = Some(match running[layer].take() {
                Some(before) => before.max_pair(here),
                None => here,
            });
        });
    }
    let largest = running.into_iter().map(|largest| largest.expect("there are points"));
    largest
        .map(|largest| {
            let values: Vec<f32> = largest.into_data().try_into_vec().expect("computed in f32");
            let (share, observed) = values.split_at(values.len() / 2);
            Errors { share: share.to_vec(), observed: observed.to_vec() }
        })
        .collect()
}

/// `[2, 2 · units]`: the largest shares, then the largest observed errors.
fn of_chunk(spec: &LayerSpec, layer: &Layer, input: Tensor<4>) -> Tensor<2> {
    if !sides::is_signed(&input) {
        return of_part(spec, layer, input);
    }
    let plus = of_part(spec, layer, input.clone().clamp_min(0.0));
    plus.max_pair(of_part(spec, layer, input.neg().clamp_min(0.0)))
}

/// For an input without negative entries.
fn of_part(spec: &LayerSpec, layer: &Layer, input: Tensor<4>) -> Tensor<2> {
    let rows = layer.dense.dims()[0];
    let all =
        Tensor::cat(vec![layer.dense.clone(), layer.pruned.clone(), layer.difference.clone()], 0);
    let sums = spec.product(all, input);
    let part = |index: usize| sums.clone().narrow(1, index * rows, rows);
    let (dense, pruned, difference) = (part(0), part(1), part(2));
    let silent = dense.clone().lower_equal_elem(SMALLEST_SUM);
    let relative = |error: Tensor<4>| {
        let error = (error / dense.clone()).mask_fill(silent.clone(), 0.0);
        // Largest over points, height and width.
        error.swap_dims(0, 1).flatten::<2>(1, 3).max_dim(1).reshape([1, rows])
    };
    let observed = (dense.clone() - pruned).abs();
    Tensor::cat(vec![relative(difference), relative(observed)], 0)
}

/// No side may have been measured beyond its bound.
pub(super) fn check(
    architecture: &Architecture,
    sides: &[Vec<SideCertificate>],
) -> Result<(), PruneError> {
    for (spec, sides) in architecture.layers().iter().zip(sides) {
        let slack = rounding(spec.fan_in());
        let holds = |side: &&SideCertificate| {
            side.observed <= side.bound_points + slack * (1.0 + side.bound_points)
        };
        if let Some(side) = sides.iter().find(|side| !holds(side)) {
            let sign = if side.negative { "negative" } else { "positive" };
            let problem = format!(
                "the {sign} side of unit {} has a relative error of {} on the points, its bound is {}",
                side.unit, side.observed, side.bound_points
            );
            return Err(PruneError::BoundExceeded { layer: spec.name.clone(), problem });
        }
    }
    Ok(())
}
