use std::cmp::Ordering;

use serde::{Deserialize, Serialize};

use super::method_label;

/// `speed.csv`: a pruned network made small, beside the dense one it comes from.
///
/// Times are medians of rounds in which all networks took turns; a speed-up is the median of the
/// rounds' ratios, `_q1` and `_q3` are their quartiles.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct SpeedRow {
    /// Network.
    pub network: String,
    /// `dense` for the network before pruning, else the method.
    pub method: String,
    /// Where weights competed; empty for the dense network.
    pub scope: String,
    /// What was set of the method, as `name=value`; empty where nothing was.
    pub options: String,
    /// Seed of all draws.
    pub seed: u64,
    /// `file`, or `initial` where the network had its initial values.
    pub weights: String,
    /// Images in a batch.
    pub batch: usize,
    /// Threads that computed it.
    pub threads: usize,
    /// Backend that computed it.
    pub backend: String,
    /// Graphics adapter that computed it, and its driver; empty for a CPU backend.
    #[serde(default)]
    pub adapter: String,
    /// Name of the processor, where the system tells it.
    pub cpu: String,
    /// Version of the program.
    pub version: String,
    /// Density that was asked for.
    pub density_asked: f64,
    /// Kept over total prunable weights, by the mask.
    pub density: f64,
    /// Prunable weights that the mask keeps.
    pub kept_weights: usize,
    /// Multiply-adds per image, if arithmetic with pruned weights were skipped.
    pub kept_multiply_adds: usize,
    /// Parameters of the small network.
    pub parameters: usize,
    /// Its prunable weights.
    pub prunable_weights: usize,
    /// Its multiply-adds per image.
    pub multiply_adds: usize,
    /// Size of its safetensors file.
    pub bytes: usize,
    /// Multiply-adds of the dense network over those of the small one.
    pub theoretical_speed_up: f64,
    /// Largest difference of a logit between the masked and the small network.
    pub logit_change: f64,
    /// Largest logit of the masked network.
    pub largest_logit: f64,
    /// Rounds of forward passes.
    pub forward_rounds: usize,
    /// Forward pass of the dense network.
    pub forward_seconds_dense: f64,
    /// Forward pass of the small network.
    pub forward_seconds: f64,
    /// How many times as fast as the dense network it is.
    pub forward_speed_up: f64,
    /// Lower quartile.
    pub forward_speed_up_q1: f64,
    /// Upper quartile.
    pub forward_speed_up_q3: f64,
    /// Rounds of training steps: forward, backward, update by SGD with momentum.
    pub step_rounds: usize,
    /// Training step of the dense network.
    pub step_seconds_dense: f64,
    /// Training step of the network with the mask, at full width; empty for the dense network.
    pub step_seconds_masked: Option<f64>,
    /// Training step of the small network.
    pub step_seconds: f64,
    /// How many times as fast as the dense network the small one trains.
    pub step_speed_up: f64,
    /// Lower quartile.
    pub step_speed_up_q1: f64,
    /// Upper quartile.
    pub step_speed_up_q3: f64,
    /// How many times as fast as the dense network the masked one trains.
    pub masked_step_speed_up: Option<f64>,
    /// Lower quartile.
    pub masked_step_speed_up_q1: Option<f64>,
    /// Upper quartile.
    pub masked_step_speed_up_q3: Option<f64>,
    /// Forward pass with the weights that are left alone, at full width; empty for the dense network,
    /// and for rows that were measured before there was one.
    #[serde(default)]
    pub forward_seconds_sparse: Option<f64>,
    /// How many times as fast as the dense network's it is.
    #[serde(default)]
    pub sparse_forward_speed_up: Option<f64>,
    /// Lower quartile.
    #[serde(default)]
    pub sparse_forward_speed_up_q1: Option<f64>,
    /// Upper quartile.
    #[serde(default)]
    pub sparse_forward_speed_up_q3: Option<f64>,
    /// Training step with the weights that are left alone, at full width.
    #[serde(default)]
    pub step_seconds_sparse: Option<f64>,
    /// How many times as fast as the dense network's it is.
    #[serde(default)]
    pub sparse_step_speed_up: Option<f64>,
    /// Lower quartile.
    #[serde(default)]
    pub sparse_step_speed_up_q1: Option<f64>,
    /// Upper quartile.
    #[serde(default)]
    pub sparse_step_speed_up_q3: Option<f64>,
    /// Rounds of forward passes of one image.
    #[serde(default)]
    pub latency_rounds: Option<usize>,
    /// Forward pass of one image through the dense network.
    #[serde(default)]
    pub latency_seconds_dense: Option<f64>,
    /// The same with the weights that are left alone.
    #[serde(default)]
    pub latency_seconds_sparse: Option<f64>,
    /// How many times as fast as the dense network's it is.
    #[serde(default)]
    pub sparse_latency_speed_up: Option<f64>,
    /// Lower quartile.
    #[serde(default)]
    pub sparse_latency_speed_up_q1: Option<f64>,
    /// Upper quartile.
    #[serde(default)]
    pub sparse_latency_speed_up_q3: Option<f64>,
    /// Size of the small network's safetensors file, compressed by gzip.
    #[serde(default)]
    pub bytes_gzipped: Option<usize>,
    /// Size of the safetensors file with the pruned network's zeros.
    #[serde(default)]
    pub bytes_masked: Option<usize>,
    /// The same, compressed by gzip.
    #[serde(default)]
    pub bytes_masked_gzipped: Option<usize>,
    /// Size of the file of compressed rows.
    #[serde(default)]
    pub bytes_sparse: Option<usize>,
    /// The same, compressed by gzip.
    #[serde(default)]
    pub bytes_sparse_gzipped: Option<usize>,
    /// The density below which a forward pass with the weights that are left alone is faster than the dense one,
    /// the same density in all layers: 1 where it is at all, 0 where it is at none that was measured.
    #[serde(default)]
    pub crossover_density: Option<f64>,
}

impl SpeedRow {
    /// The method of dense networks.
    pub const DENSE: &str = "dense";
    /// The method of networks that came pruned.
    pub const GIVEN: &str = "given";

    /// Whether it is about the network before pruning.
    pub fn is_dense(&self) -> bool {
        self.method == Self::DENSE
    }

    /// The method, and what is unusual about it.
    pub fn method_label(&self) -> String {
        method_label(&self.method, &self.scope, &self.options)
    }

    /// Rows of the same network and method as new ones give way to them; all are put in order.
    pub fn merged(earlier: Vec<Self>, new: Vec<Self>) -> Vec<Self> {
        let is_renewed = |row: &Self| new.iter().any(|new| new.key() == row.key());
        let others: Vec<Self> = earlier.into_iter().filter(|row| !is_renewed(row)).collect();
        let mut rows = [others, new].concat();
        rows.sort_by(Self::order);
        rows
    }

    fn key(&self) -> [&str; 4] {
        [&self.network, &self.method, &self.scope, &self.options]
    }

    /// By network, the dense one first, then by method and falling density.
    fn order(&self, other: &Self) -> Ordering {
        let place = |row: &Self| (row.network.clone(), !row.is_dense());
        let by_name = place(self).cmp(&place(other)).then_with(|| self.key().cmp(&other.key()));
        by_name.then_with(|| other.density_asked.total_cmp(&self.density_asked))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(network: &str, method: &str, density_asked: f64, seed: u64) -> SpeedRow {
        let (network, method) = (network.to_owned(), method.to_owned());
        SpeedRow { network, method, density_asked, seed, ..SpeedRow::default() }
    }

    #[test]
    fn new_rows_take_the_place_of_their_network_and_method() {
        let first =
            vec![row("b", "dense", 1.0, 1), row("b", "sipp", 0.5, 1), row("b", "sipp", 0.1, 1)];
        let other = vec![row("a", "sipp", 0.5, 2), row("a", "dense", 1.0, 2)];
        let again = vec![row("b", "sipp", 0.2, 3), row("b", "dense", 1.0, 3)];
        let method = vec![row("b", "magnitude", 0.2, 4), row("b", "dense", 1.0, 4)];
        let rows = [other, again, method].into_iter().fold(first, SpeedRow::merged);
        let seen: Vec<_> = rows
            .iter()
            .map(|row| (&*row.network, &*row.method, row.density_asked, row.seed))
            .collect();
        let expected = [
            ("a", "dense", 1.0, 2),
            ("a", "sipp", 0.5, 2),
            ("b", "dense", 1.0, 4),
            ("b", "magnitude", 0.2, 4),
            ("b", "sipp", 0.2, 3),
        ];
        assert_eq!(seen, expected);
    }
}
