use models::LayerSpec;
use rayon::prelude::*;

use super::greedy::{Greedy, Hessian};
use super::least_squares::Form;
use super::products::dot;
use crate::error::PruneError;

/// One layer's weights and the form its error is measured by.
pub(super) struct Layer {
    /// `[units, fan_in]` row by row.
    weights: Vec<f32>,
    form: Form,
    /// The mean squared output, summed over the units; without bias and without damping.
    output: f64,
}

impl Layer {
    /// From the weights and the mean products of inputs.
    ///
    /// # Errors
    /// When a weight is not finite.
    pub(super) fn new(
        spec: &LayerSpec,
        weights: Vec<f32>,
        moments: &[f64],
        damping: f64,
    ) -> Result<Self, PruneError> {
        if let Some(index) = weights.iter().position(|weight| !weight.is_finite()) {
            let (layer, score) = (spec.name.clone(), weights[index]);
            return Err(PruneError::Score { layer, index, score });
        }
        let fan_in = spec.fan_in();
        let outputs = weights.par_chunks_exact(fan_in).map(|row| mean_square(moments, row));
        // Collected first: the order of a parallel sum depends on the threads.
        let output = outputs.collect::<Vec<_>>().iter().sum();
        Ok(Self { weights, form: Form::damped(moments, fan_in, damping), output })
    }

    /// See [`Reconstruction::scores`](super::Reconstruction::scores).
    pub(super) fn scores(&self) -> Vec<f32> {
        let size = self.form.size;
        let inverse: Vec<f32> = self.form.inverse.iter().map(|&x| x as f32).collect();
        let diagonal = self.form.matrix.iter().step_by(size + 1);
        let least: Vec<f32> = diagonal.map(|&x| (1.0 / x) as f32).collect();
        let hessian = Hessian { size, inverse: &inverse, least: &least };
        // A layer that gives nothing loses nothing.
        let scale = if self.output > 0.0 { 1.0 / self.output } else { 0.0 };

        let mut scores = vec![0.0; self.weights.len()];
        let rows = scores.par_chunks_exact_mut(size).zip(self.weights.par_chunks_exact(size));
        rows.for_each_init(
            || Greedy::new(size),
            |greedy, (scores, weights)| {
                let mut last = 0.0f32;
                greedy.remove_all(&hessian, weights, |index, cost| {
                    if weights[index] != 0.0 {
                        let share = (f64::from(cost) * scale).min(f64::from(f32::MAX)) as f32;
                        last = share.max(last.next_up());
                        scores[index] = last;
                    }
                });
            },
        );
        scores
    }

    /// See [`Reconstruction::values`](super::Reconstruction::values).
    #[cfg(test)]
    pub(super) fn values(&self, keep: &[bool]) -> Vec<f32> {
        let size = self.form.size;
        let rows = self.weights.par_chunks_exact(size).zip(keep.par_chunks_exact(size));
        let rows = rows.flat_map_iter(|(weights, keep)| {
            if keep.iter().all(|&keep| keep) {
                return weights.to_vec();
            }
            let weights: Vec<f64> = weights.iter().map(|&w| f64::from(w)).collect();
            let values = self.form.closest(&weights, keep);
            values.into_iter().map(|value| value as f32).collect()
        });
        rows.collect()
    }
}

/// wᵀ M w.
fn mean_square(moments: &[f64], weights: &[f32]) -> f64 {
    let weights: Vec<f64> = weights.iter().map(|&w| f64::from(w)).collect();
    let rows = moments.chunks_exact(weights.len());
    rows.zip(&weights).map(|(row, w)| w * dot(row, &weights)).sum()
}
