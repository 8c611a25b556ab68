use models::Architecture;

use super::SensitivityPruner;
use crate::sampling::{ErrorForm, Pool, Share};
use crate::sensitivity::Sensitivities;

/// One side of one unit: its weights of one sign that have a sensitivity.
#[derive(Debug, Clone)]
pub(super) struct Side {
    /// Its weights with their sensitivities.
    pub(super) pool: Pool,
    /// Unit of the layer; units + unit for the negative side.
    pub(super) row: usize,
    /// b of its error for S = 1, C = 1.
    unit_coefficient: f64,
    /// C.
    constant: f64,
    importance: f64,
    form: ErrorForm,
}

/// Both sides of every unit of every layer, without those that have no signal.
pub(super) fn sides(
    pruner: &SensitivityPruner,
    architecture: &Architecture,
    weights: &[Vec<f32>],
    found: &Sensitivities,
) -> Vec<Side> {
    let events = found.events(architecture);
    let mut sides = Vec::new();
    for (layer, spec) in architecture.layers().iter().enumerate() {
        let unit_coefficient =
            pruner.error_form.coefficient(spec, pruner.failure_probability, events);
        let fan_in = spec.fan_in();
        let (weights, values) = (&weights[layer], &found.layers[layer].values);
        for row in 0..2 * spec.units {
            let (unit, negative) = (row % spec.units, row >= spec.units);
            let mut indices: Vec<usize> = (unit * fan_in..(unit + 1) * fan_in)
                .filter(|&index| values[index] > 0.0 && (weights[index] < 0.0) == negative)
                .collect();
            if indices.is_empty() {
                continue;
            }
            indices.sort_by(|&i, &j| values[j].total_cmp(&values[i]).then(i.cmp(&j)));
            let weights = indices.iter().map(|&index| values[index]).collect();
            sides.push(Side {
                pool: Pool { layer, indices, weights },
                row,
                unit_coefficient,
                constant: pruner.constant,
                importance: 1.0 / spec.units as f64,
                form: pruner.error_form,
            });
        }
    }
    sides
}

impl Side {
    /// The side without the weights that are pruned already; `None` if nothing is left of it.
    pub(super) fn within(&self, keep: &[bool]) -> Option<Self> {
        Some(Self { pool: self.pool.within(keep)?, ..self.clone() })
    }

    /// S.
    fn total(&self) -> f64 {
        self.pool.weights.iter().map(|&s| f64::from(s)).sum()
    }

    fn coefficient(&self) -> f64 {
        self.unit_coefficient * self.constant * self.total()
    }

    /// The side as the allocation sees it.
    pub(super) fn share(&self) -> Share {
        Share {
            coefficient: self.coefficient(),
            importance: self.importance,
            most: self.pool.indices.len(),
        }
    }

    /// Whether drawing has a smaller error than keeping the `target` largest sensitivities.
    ///
    /// The published form takes the number of different weights for the number of draws, as the
    /// authors' code does; Bernstein's bound takes the draws.
    pub(super) fn prefers_drawing(&self, target: usize, draws: u64) -> bool {
        let dropped: f64 = self.pool.weights[target..].iter().map(|&s| f64::from(s)).sum();
        let (cut, count) = match self.form {
            ErrorForm::Published => (self.constant * dropped, target.max(1) as f64),
            ErrorForm::Bernstein => ((self.constant * dropped).min(1.0), draws as f64),
        };
        cut > self.form.error(self.coefficient(), count)
    }
}
