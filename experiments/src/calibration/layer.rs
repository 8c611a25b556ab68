use serde::{Deserialize, Serialize};

/// What a layer takes in a sparse step, its passes in both directions and its update, by how many weights it
/// stores.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LayerCost {
    /// Its name.
    pub name: String,
    /// Its shape, in words.
    pub kind: String,
    /// Its weights.
    pub weights: usize,
    /// Positions of its kernel.
    pub positions: usize,
    /// Weights that were stored when it was measured, rising.
    pub stored: Vec<usize>,
    /// Microseconds that it took then.
    pub sparse: Vec<f64>,
    /// Microseconds that it takes with all its weights, pruned ones as zeros.
    pub filled: f64,
}

impl LayerCost {
    /// Of measured pairs of stored weights and microseconds. A layer that stores more is not taken to be faster:
    /// what looks so is chance.
    pub(super) fn measured(mut self, mut pairs: Vec<(usize, f64)>) -> Self {
        pairs.sort_by_key(|&(stored, _)| stored);
        pairs.dedup_by_key(|&mut (stored, _)| stored);
        let mut most = 0f64;
        for (stored, time) in pairs {
            most = most.max(time);
            self.stored.push(stored);
            self.sparse.push(most);
        }
        self
    }

    /// Microseconds with so many weights, all of them or the stored ones alone, as is quicker.
    pub fn at(&self, stored: usize) -> f64 {
        if self.is_filled(stored) { self.filled } else { self.sparse_at(stored) }
    }

    /// Whether it computes with all its weights where it stores so many.
    pub fn is_filled(&self, stored: usize) -> bool {
        self.filled < self.sparse_at(stored)
    }

    /// The density from which on it computes with all its weights, to a thousandth.
    pub fn filled_from(&self) -> Option<f64> {
        const PARTS: usize = 1000;
        let is_filled = |part: &usize| self.is_filled(self.weights * part / PARTS);
        (0..=PARTS).find(is_filled).map(|part| part as f64 / PARTS as f64)
    }

    /// Microseconds with so many weights and no others: on the line through the two measurements about it, or the two
    /// that are nearest.
    fn sparse_at(&self, stored: usize) -> f64 {
        let points = || self.stored.iter().zip(&self.sparse);
        let behind = self.stored.partition_point(|&measured| measured < stored);
        let last = self.stored.len().saturating_sub(2);
        let first = behind.saturating_sub(1).min(last);
        let mut pair = points().skip(first).map(|(&stored, &time)| (stored as f64, time));
        match (pair.next(), pair.next()) {
            (Some((x, time)), Some((next, later))) => {
                let slope = (later - time) / (next - x);
                (time + slope * (stored as f64 - x)).max(0.0)
            }
            (Some((_, time)), None) => time,
            _ => 0.0,
        }
    }

    /// Numbers that may have been measured.
    pub(super) fn is_sound(&self) -> bool {
        let rises = self.stored.windows(2).all(|pair| pair[0] < pair[1]);
        let are_times = self.sparse.iter().all(|time| time.is_finite() && *time >= 0.0);
        let are_times = are_times && self.filled.is_finite() && self.filled >= 0.0;
        !self.stored.is_empty() && self.stored.len() == self.sparse.len() && rises && are_times
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn layer(pairs: &[(usize, f64)]) -> LayerCost {
        let empty = LayerCost {
            name: "a".to_owned(),
            kind: "linear".to_owned(),
            weights: 100,
            positions: 1,
            stored: Vec::new(),
            sparse: Vec::new(),
            filled: 100.0,
        };
        empty.measured(pairs.to_vec())
    }

    #[test]
    fn straight_lines_between_measurements_and_beyond_them() {
        let layer = layer(&[(50, 9.0), (10, 2.0), (20, 3.0)]);
        let at = [0, 10, 15, 20, 40, 50, 100].map(|stored| layer.at(stored));
        assert_eq!(at, [1.0, 2.0, 2.5, 3.0, 7.0, 9.0, 19.0]);
        assert!(layer.is_sound());
    }

    #[test]
    fn nearly_full_layers_compute_with_all_their_weights() {
        let layer = LayerCost { filled: 8.0, ..layer(&[(10, 2.0), (20, 3.0), (50, 9.0)]) };
        assert_eq!([20, 45, 46, 100].map(|stored| layer.at(stored)), [3.0, 8.0, 8.0, 8.0]);
        assert_eq!([20, 45, 46].map(|stored| layer.is_filled(stored)), [false, false, true]);
        assert_eq!(layer.filled_from(), Some(0.46));
        assert_eq!(LayerCost { filled: 100.0, ..layer.clone() }.filled_from(), None);
        assert!(!LayerCost { filled: f64::NAN, ..layer }.is_sound());
    }

    #[test]
    fn chance_does_not_make_more_weights_faster() {
        let rising = layer(&[(10, 2.0), (20, 1.0), (40, 4.0)]);
        assert_eq!(rising.sparse, [2.0, 2.0, 4.0]);
        // A layer of a few weights, and one that was measured at 0 alone.
        assert_eq!(layer(&[(1, 2.0), (1, 3.0)]).at(5), 2.0);
        assert_eq!(layer(&[(10, 3.0), (20, 8.0)]).at(0), 0.0);
        assert!(!layer(&[]).is_sound());
        assert!(!LayerCost { stored: vec![3, 2], ..rising.clone() }.is_sound());
        assert!(!LayerCost { sparse: vec![f64::NAN, 1.0, 2.0], ..rising }.is_sound());
    }
}
