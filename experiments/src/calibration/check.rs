use std::fmt::Write;
use std::time::Duration;

use burn::tensor::Tensor;
use models::PerWeight;

use super::measure::{Subject, factors, on_one_thread, stored};
use super::{Calibration, computed, least};
use crate::config::Precision;
use crate::curve::percent;
use crate::processor;
use crate::records::StepRow;
use crate::train::{Compressed, Learner, Steps};

/// Shares of weights that stay.
const DENSITIES: [f64; 11] = [1.0, 0.8, 0.6, 0.5, 0.4, 0.3, 0.2, 0.1, 0.05, 0.02, 0.01];
const ROUNDS: usize = 3;
const TIME: Duration = Duration::from_millis(500);

/// Kinds of masks, by their names in tables.
const MASKS: [&str; 2] = ["alike", "global"];

impl Subject<'_> {
    /// Predictions beside measurements, at several densities: of masks with the same share of each layer, and of
    /// those of global magnitude pruning of the network, which leave small layers fuller.
    pub fn check(&self, costs: &Calibration) -> Vec<StepRow> {
        let row = |(mask, density): (&str, f64)| {
            let factors = match mask {
                "alike" => factors(self.network, density),
                _ => self.global(density),
            };
            let stored = stored(self.network.architecture(), &factors);
            let filled = costs.filled(&stored);
            let [dense, sparse] = on_one_thread(|| self.both(&factors, &filled));
            StepRow {
                network: costs.network.clone(),
                batch_size: costs.batch_size,
                optimizer: costs.optimizer.clone(),
                backend: costs.backend.clone(),
                cpu: processor::kind(),
                mask: mask.to_owned(),
                density,
                kept_weights: stored.iter().sum(),
                dense_microseconds: dense,
                sparse_microseconds: sparse,
                predicted_microseconds: costs.sparse(&stored),
                chosen: costs.choose(&stored).to_string(),
            }
        };
        MASKS
            .into_iter()
            .flat_map(|mask| DENSITIES.map(|density| (mask, density)))
            .map(row)
            .collect()
    }

    /// Microseconds of a dense step and of a sparse one in which these layers compute with all their weights.
    fn both(&self, factors: &PerWeight, filled: &[usize]) -> [f64; 2] {
        let batch = self.batch();
        let network = factors.scale(self.network.clone());
        let mut learner =
            Some(Learner::new(&network, self.optimiser, Some(factors.clone()), Precision::Full));
        let mut compressed = Compressed::masked(&network, factors, self.optimiser).filled(filled);
        let mut dense = || {
            learner = learner.take().map(|learner| learner.step(&batch, 0.0));
            learner.iter().for_each(Learner::wait);
        };
        let mut sparse = || drop::<Tensor<1>>(compressed.step(batch.clone(), 0.0));
        least(computed, (ROUNDS, TIME), &mut [&mut dense, &mut sparse]).map(|seconds| 1e6 * seconds)
    }

    /// The largest weights of the network.
    fn global(&self, density: f64) -> PerWeight {
        let layers = 0..self.network.architecture().layers().len();
        let weights: Vec<Vec<f32>> =
            layers.map(|layer| self.network.weight_values(layer)).collect();
        let mut sizes: Vec<f32> = weights.iter().flatten().map(|weight| weight.abs()).collect();
        sizes.sort_by(|a, b| b.total_cmp(a));
        let least = sizes[((sizes.len() as f64 * density) as usize).min(sizes.len() - 1)];
        let stays = |weight: &f32| f32::from(u8::from(weight.abs() > least));
        let factors: Vec<Vec<f32>> =
            weights.iter().map(|layer| layer.iter().map(stays).collect()).collect();
        let device = self.network.device();
        PerWeight::new(self.network.architecture(), factors.iter().map(Vec::as_slice), &device)
    }
}

/// Such rows as a table.
pub fn table(rows: &[StepRow]) -> String {
    let mut text = format!(
        "\n{:<8}{:>9}{:>12}{:>11}{:>9}{:>11}{:>20}{:>16}\n",
        "mask", "density", "predicted", "measured", "error", "dense", "chosen", "chosen / dense"
    );
    for row in rows {
        let (predicted, sparse) = (row.predicted_microseconds, row.sparse_microseconds);
        let _ = writeln!(
            text,
            "{:<8}{:>9}{predicted:>12.1}{sparse:>11.1}{:>7.1} %{:>11.1}{:>20}{:>16.2}",
            row.mask,
            percent(row.density),
            100.0 * (predicted / sparse - 1.0),
            row.dense_microseconds,
            in_short(&row.chosen),
            row.chosen_over_dense()
        );
    }
    let slowest = rows.iter().map(StepRow::chosen_over_dense).fold(0.0, f64::max);
    let _ = writeln!(
        text,
        "\nmicroseconds of a step; what was chosen took up to {slowest:.2} of a dense step"
    );
    text
}

/// What was chosen, with the number of filled layers in place of their names.
fn in_short(chosen: &str) -> String {
    match Steps::named(chosen) {
        Some(Steps::Sparse { filled }) if !filled.is_empty() => {
            format!("sparse, {} filled", filled.len())
        }
        _ => chosen.to_owned(),
    }
}
