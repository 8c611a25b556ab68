use serde::{Deserialize, Serialize};

/// `steps.csv`: what a training step of a network takes at a density, densely and sparsely.
///
/// Times are the least of many rounds in which both took turns, in microseconds that the computing thread took.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct StepRow {
    /// Network.
    pub network: String,
    /// Images in a batch.
    pub batch_size: usize,
    /// What the optimiser does for each weight.
    pub optimizer: String,
    /// Backend of the dense steps.
    pub backend: String,
    /// Processor, with the widest vectors that it has.
    pub cpu: String,
    /// `alike` where each layer keeps the same share, at random; `global` where the network's largest initial
    /// weights stay.
    pub mask: String,
    /// Density of the network that was asked for.
    pub density: f64,
    /// Weights that stay.
    pub kept_weights: usize,
    /// A dense step under the mask.
    pub dense_microseconds: f64,
    /// A sparse step, in which layers compute with all their weights where that is predicted to be quicker.
    pub sparse_microseconds: f64,
    /// What a sparse step was predicted to take.
    pub predicted_microseconds: f64,
    /// Which steps `auto` takes by that: `dense`, `sparse`, or `sparse filled` and the numbers of the layers that compute
    /// with all their weights.
    pub chosen: String,
}

impl StepRow {
    /// Earlier rows and new ones: new ones take the place of all that were there of their network and batch.
    pub fn merged(earlier: Vec<Self>, new: Vec<Self>) -> Vec<Self> {
        let key = |row: &Self| (row.network.clone(), row.batch_size);
        let is_renewed = |row: &Self| new.iter().any(|new| key(new) == key(row));
        let others: Vec<Self> = earlier.into_iter().filter(|row| !is_renewed(row)).collect();
        let mut rows = [others, new].concat();
        rows.sort_by_key(key);
        rows
    }

    /// What the chosen step takes, of a dense one.
    pub fn chosen_over_dense(&self) -> f64 {
        match self.chosen.starts_with("sparse") {
            true => self.sparse_microseconds / self.dense_microseconds,
            false => 1.0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn new_rows_take_the_place_of_their_network() {
        let row = |network: &str, batch_size, density| StepRow {
            network: network.to_owned(),
            batch_size,
            density,
            ..StepRow::default()
        };
        let old = vec![row("b", 64, 0.1), row("b", 64, 0.2), row("b", 32, 0.1)];
        let rows = StepRow::merged(old, vec![row("a", 64, 0.3), row("b", 64, 0.4)]);
        let expected = [row("a", 64, 0.3), row("b", 32, 0.1), row("b", 64, 0.4)];
        assert_eq!(rows, expected);
    }

    #[test]
    fn dense_steps_take_as_long_as_dense_steps() {
        let row = |chosen: &str| StepRow {
            dense_microseconds: 10.0,
            sparse_microseconds: 2.0,
            chosen: chosen.to_owned(),
            ..StepRow::default()
        };
        assert_eq!(row("sparse").chosen_over_dense(), 0.2);
        assert_eq!(row("sparse filled 1").chosen_over_dense(), 0.2);
        assert_eq!(row("dense").chosen_over_dense(), 1.0);
    }
}
