use serde::{Deserialize, Serialize};

/// `speed-layers.csv`: a layer of a pruned network, dense and with the weights that are left alone.
///
/// Times are medians of rounds in which both took turns; a speed-up is the median of the rounds' ratios,
/// `_q1` and `_q3` are their quartiles.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct SpeedLayerRow {
    /// Network.
    pub network: String,
    /// Method, or `given` for a network that came pruned.
    pub method: String,
    /// Where weights competed.
    pub scope: String,
    /// What was set of the method, as `name=value`; empty where nothing was.
    pub options: String,
    /// Images in a batch.
    pub batch: usize,
    /// Threads that computed the dense layer.
    pub threads: usize,
    /// Backend that computed the dense layer.
    pub backend: String,
    /// Name of the processor, where the system tells it.
    pub cpu: String,
    /// Version of the program.
    pub version: String,
    /// Density of the network that was asked for.
    pub density_asked: f64,
    /// Layer.
    pub layer: String,
    /// Weights of it that stay.
    pub kept_weights: usize,
    /// All of its weights.
    pub total_weights: usize,
    /// These over those.
    pub density: f64,
    /// Rounds of one image.
    pub latency_rounds: usize,
    /// The dense layer, for one image.
    pub latency_seconds_dense: f64,
    /// With the weights that are left alone, for one image.
    pub latency_seconds_sparse: f64,
    /// How many times as fast as the dense layer that is.
    pub latency_speed_up: f64,
    /// Lower quartile.
    pub latency_speed_up_q1: f64,
    /// Upper quartile.
    pub latency_speed_up_q3: f64,
    /// Rounds of a batch.
    pub forward_rounds: usize,
    /// The dense layer, for a batch.
    pub forward_seconds_dense: f64,
    /// With the weights that are left alone, for a batch.
    pub forward_seconds_sparse: f64,
    /// How many times as fast as the dense layer that is.
    pub forward_speed_up: f64,
    /// Lower quartile.
    pub forward_speed_up_q1: f64,
    /// Upper quartile.
    pub forward_speed_up_q3: f64,
    /// Bytes of weight and bias, zeros included.
    pub bytes_masked: usize,
    /// The same, compressed by gzip.
    pub bytes_masked_gzipped: usize,
    /// Bytes of weight and bias as compressed rows.
    pub bytes_sparse: usize,
    /// The same, compressed by gzip.
    pub bytes_sparse_gzipped: usize,
    /// The density below which the layer is faster with the weights that are left alone, for a batch: 1
    /// where it is at all, 0 where it is at none that was measured.
    pub crossover_density: f64,
}

impl SpeedLayerRow {
    /// Rows of the same network and method as new ones give way to them.
    pub fn merged(earlier: Vec<Self>, new: Vec<Self>) -> Vec<Self> {
        let key =
            |row: &Self| [&row.network, &row.method, &row.scope, &row.options].map(String::clone);
        let is_renewed = |row: &Self| new.iter().any(|new| key(new) == key(row));
        let others: Vec<Self> = earlier.into_iter().filter(|row| !is_renewed(row)).collect();
        let mut rows = [others, new].concat();
        // Layers of one network and density stay in the order of computation.
        rows.sort_by(|a, b| {
            key(a).cmp(&key(b)).then_with(|| b.density_asked.total_cmp(&a.density_asked))
        });
        rows
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn new_rows_take_the_place_of_their_network_and_method() {
        let row = |network: &str, density_asked: f64, layer: &str, batch| SpeedLayerRow {
            network: network.to_owned(),
            density_asked,
            layer: layer.to_owned(),
            batch,
            ..SpeedLayerRow::default()
        };
        let first = vec![row("b", 0.5, "fc1", 1), row("b", 0.1, "fc1", 1)];
        let other = vec![row("a", 0.5, "z", 2), row("a", 0.5, "c", 2)];
        let again = vec![row("b", 0.2, "fc1", 3)];
        let rows = [other, again].into_iter().fold(first, SpeedLayerRow::merged);
        let seen: Vec<_> = rows.iter().map(|row| (&*row.network, &*row.layer, row.batch)).collect();
        assert_eq!(seen, [("a", "z", 2), ("a", "c", 2), ("b", "fc1", 3)]);
    }
}
