use std::fmt::Write;
use std::time::Duration;

use burn::tensor::Tensor;
use models::PerWeight;

use super::measure::{Subject, factors, on_one_thread, stored};
use super::{Calibration, computed, least};
use crate::config::Precision;
use crate::curve::percent;
use crate::train::{Compressed, Learner, Steps};

/// Shares of weights that stay.
const DENSITIES: [f64; 10] = [0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.8];
const ROUNDS: usize = 3;
const TIME: Duration = Duration::from_millis(500);

impl Subject<'_> {
    /// Predictions beside measurements, as a table: of masks with the same share of each layer, and of those of
    /// global magnitude pruning of the untrained network, which leave small layers fuller.
    pub(crate) fn check(&self, costs: &Calibration) -> String {
        let mut text = format!(
            "\n{:<9}{:>9}{:>12}{:>11}{:>8}{:>10}{:>9}{:>15}\n",
            "mask",
            "density",
            "predicted",
            "measured",
            "error",
            "dense",
            "chosen",
            "chosen / dense"
        );
        let (mut misses, mut slowest) = (0, 0f64);
        for (kind, uneven) in [("alike", false), ("global", true)] {
            for density in DENSITIES {
                let factors = match uneven {
                    false => factors(self.network, density),
                    true => self.global(density),
                };
                let stored = stored(self.network.architecture(), &factors);
                let (predicted, chosen) = (costs.sparse(&stored), costs.choose(&stored));
                let [dense, sparse] = on_one_thread(|| self.both(&factors));
                let time = if chosen == Steps::Sparse { sparse } else { dense };
                misses += usize::from(time > 1.03 * dense);
                slowest = slowest.max(time / dense);
                let _ = writeln!(
                    text,
                    "{kind:<9}{:>9}{predicted:>12.1}{sparse:>11.1}{:>7.1} %{dense:>10.1}{chosen:>9}{:>15.2}",
                    percent(density),
                    100.0 * (predicted / sparse - 1.0),
                    time / dense
                );
            }
        }
        let _ = writeln!(
            text,
            "\nmicroseconds; chosen steps took up to {slowest:.2} of a dense step, more than 1.03 of it in {misses} cases"
        );
        text
    }

    /// Microseconds of a dense and of a sparse step.
    fn both(&self, factors: &PerWeight) -> [f64; 2] {
        let batch = self.batch();
        let network = factors.scale(self.network.clone());
        let mut learner =
            Some(Learner::new(&network, self.optimiser, Some(factors.clone()), Precision::Full));
        let mut compressed = Compressed::masked(&network, factors, self.optimiser);
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
