//! When sparse steps are faster than dense ones: measured once on a machine for a network, kept, and told.
//!
//! A dense step takes the same time whatever the mask. A sparse one takes, beside what no layer does, what each
//! layer takes for as many weights as it stores: measured at a few densities in steps of the whole network, and
//! straight lines between; or, where it takes less with all its weights than with those that are left, what it takes
//! then. So each layer of a sparse step has the arithmetic that is quicker for it. `auto` takes sparse steps where
//! their predicted time is [`SAFE`] of a dense one's or less.
//!
//! Times differ from machine to machine and from day to day, and bits with what is chosen. So a results folder
//! keeps the calibration that its first training was chosen by, and whoever shares or resumes it takes that one.

mod check;
mod kept;
mod layer;
mod measure;
mod paired;
mod text;

use serde::{Deserialize, Serialize};

use crate::config::Optimiser;
use crate::train::Steps;
pub use check::table;
pub use kept::{forget, in_folder, of_machine};
pub use layer::LayerCost;
pub use measure::Subject;
pub(crate) use measure::stored;
pub(crate) use paired::{computed, gone_by, least};

/// Which share of a dense step's time a sparse step may be predicted to take: near the crossover predictions were
/// mostly off by less than 7 %, once by 16 %, on a busy machine (`experiments calibrate --check`).
pub const SAFE: f64 = 0.9;

/// Raised when costs are told otherwise, or steps do other work: then machines measure again.
const VERSION: u32 = 4;

/// What steps of a network cost, in microseconds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Calibration {
    /// Of this model of costs.
    pub version: u32,
    /// Processor that it was measured on, with the widest vectors that it has.
    pub processor: String,
    /// Backend of the dense steps.
    pub backend: String,
    /// Name of the network.
    pub network: String,
    /// A hash of all its shapes.
    pub shapes: String,
    /// Images in a batch.
    pub batch_size: usize,
    /// What the optimiser does for each weight.
    pub optimizer: String,
    /// Seconds that the measuring took.
    pub seconds: f64,
    /// A dense step under a mask: forward, backward, update.
    pub dense: f64,
    /// What a sparse step takes besides its layers: taking images in, norms, pools, loss.
    pub rest: f64,
    /// What each layer takes in a sparse step.
    pub layers: Vec<LayerCost>,
}

impl Calibration {
    /// Which layers of a sparse step compute with all their weights where they store so many.
    pub fn filled(&self, stored: &[usize]) -> Vec<usize> {
        let layers = self.layers.iter().zip(stored).enumerate();
        let filled = layers.filter(|(_, (layer, stored))| layer.is_filled(**stored));
        filled.map(|(index, _)| index).collect()
    }

    /// Microseconds of a sparse step with so many weights stored in each layer.
    pub fn sparse(&self, stored: &[usize]) -> f64 {
        let layers = self.layers.iter().zip(stored);
        self.rest + layers.map(|(layer, &stored)| layer.at(stored)).sum::<f64>()
    }

    /// Which steps to take with so many weights stored in each layer.
    pub fn choose(&self, stored: &[usize]) -> Steps {
        match self.sparse(stored) <= SAFE * self.dense {
            true => Steps::Sparse { filled: self.filled(stored) },
            false => Steps::Dense,
        }
    }

    /// The share of weights up to which `auto` is sparse, if each layer stores the same share; `None` where even
    /// a network without weights is not worth it.
    pub fn crossover(&self) -> Option<f64> {
        const PARTS: usize = 1000;
        let stored = |part: usize| -> Vec<usize> {
            self.layers.iter().map(|layer| layer.weights * part / PARTS).collect()
        };
        let is_sparse = |&part: &usize| self.choose(&stored(part)).are_sparse();
        (0..=PARTS).take_while(is_sparse).last().map(|part| part as f64 / PARTS as f64)
    }

    /// What numbers cannot be, if they come from a file.
    fn problem(&self) -> Option<String> {
        let is_time = |time: &f64| time.is_finite() && *time >= 0.0;
        let times = [self.dense, self.rest, self.seconds];
        if self.version != VERSION {
            return Some(format!("version {}; expected {VERSION}", self.version));
        }
        if !times.iter().all(is_time) || self.layers.iter().any(|layer| !layer.is_sound()) {
            return Some("not times and growing numbers of weights".to_owned());
        }
        None
    }
}

/// What an optimiser does for each weight, in words.
fn work_of(optimiser: &Optimiser) -> String {
    let (mut name, decay) = match *optimiser {
        Optimiser::Sgd { momentum, nesterov, weight_decay } => {
            let momentum = match (momentum > 0.0, nesterov) {
                (false, _) => "",
                (true, false) => ", momentum",
                (true, true) => ", Nesterov's momentum",
            };
            (format!("sgd{momentum}"), weight_decay)
        }
        Optimiser::Adam { weight_decay } => ("adam".to_owned(), weight_decay),
        Optimiser::AdamW { weight_decay } => ("adamw".to_owned(), weight_decay),
    };
    if decay > 0.0 {
        name.push_str(", weight decay");
    }
    name
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two layers of 1,000 and 100 weights; a weight of the second one costs ten times as much.
    pub(super) fn made_up(dense: f64) -> Calibration {
        let layer = |name: &str, weights: usize, each: f64| LayerCost {
            name: name.to_owned(),
            kind: "linear".to_owned(),
            weights,
            positions: 1,
            stored: vec![weights / 10, weights / 2],
            sparse: vec![each * (weights / 10) as f64 + 1.0, each * (weights / 2) as f64 + 1.0],
            filled: 1e9,
        };
        Calibration {
            version: VERSION,
            processor: "made up".to_owned(),
            backend: "flex".to_owned(),
            network: "mlp".to_owned(),
            shapes: "0".to_owned(),
            batch_size: 64,
            optimizer: "sgd".to_owned(),
            seconds: 0.5,
            dense,
            rest: 8.0,
            layers: vec![layer("a", 1000, 0.1), layer("b", 100, 1.0)],
        }
    }

    #[test]
    fn costs_add_up_and_the_cheaper_steps_are_taken_on_the_safe_side() {
        let costs = made_up(100.0);
        // 8 + (1 + 0.1 stored) + (1 + stored).
        assert!((costs.sparse(&[500, 50]) - 110.0).abs() < 1e-9);
        assert!((costs.sparse(&[0, 0]) - 10.0).abs() < 1e-9);
        assert!((costs.sparse(&[1000, 100]) - 210.0).abs() < 1e-9);
        assert_eq!(costs.choose(&[390, 40]), Steps::sparse());
        // 92 of 100 would be faster, if it were sure.
        assert_eq!(costs.choose(&[400, 42]), Steps::Dense);
        // The same number of weights, elsewhere.
        assert_eq!(costs.choose(&[342, 100]), Steps::Dense);
        assert_eq!(costs.choose(&[442, 0]), Steps::sparse());
        assert_eq!(costs.crossover(), Some(0.4));
        assert_eq!(made_up(10.5).crossover(), None);
        assert_eq!(made_up(1000.0).crossover(), Some(1.0));
    }

    #[test]
    fn each_layer_has_the_arithmetic_that_is_cheaper_for_it() {
        let mut costs = made_up(300.0);
        costs.layers[1].filled = 40.0;
        // 8 + (1 + 0.1 stored) + 40.
        assert!((costs.sparse(&[500, 50]) - 99.0).abs() < 1e-9);
        assert_eq!(costs.choose(&[500, 50]), Steps::Sparse { filled: vec![1] });
        assert_eq!(costs.choose(&[500, 30]), Steps::sparse());
        // In dense steps there is nothing to choose.
        costs.dense = 50.0;
        assert_eq!(costs.choose(&[500, 50]), Steps::Dense);
    }

    #[test]
    fn optimisers_are_told_apart_by_what_they_cost() {
        let sgd = |momentum, nesterov, weight_decay| {
            work_of(&Optimiser::Sgd { momentum, nesterov, weight_decay })
        };
        assert_eq!(sgd(0.0, false, 0.0), "sgd");
        assert_eq!(sgd(0.9, true, 1e-4), "sgd, Nesterov's momentum, weight decay");
        assert_eq!(sgd(0.9, false, 0.0), sgd(0.5, false, 0.0));
        assert_eq!(work_of(&Optimiser::Adam { weight_decay: 0.0 }), "adam");
    }
}
