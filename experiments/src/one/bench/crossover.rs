//! From which density on the weights that are left alone are faster than a dense layer or network.

use std::time::Duration;

use burn::tensor::Tensor;
use models::{LayerSpec, Network};
use rand::RngExt;
use sparse::{Pattern, Predictor};

use super::layers::{DenseLayer, SparseLayer};
use crate::one::timing::{Rounds, in_turn};

/// Densities that are measured, falling; between them times are interpolated.
const LADDER: [f64; 6] = [1.0, 0.5, 0.25, 0.125, 0.0625, 0.03125];
/// The dense one takes turns with them.
const WORKS: usize = LADDER.len() + 1;

/// Crossover densities of a batch: 1 where the weights that are left alone are faster at all densities, 0 where
/// at none that was measured.
#[derive(Debug, Clone)]
pub(super) struct Crossovers {
    /// Of the network, the same density in all layers.
    pub(super) network: f64,
    /// Of each layer.
    pub(super) layers: Vec<f64>,
}

impl Crossovers {
    /// Measured with random patterns: `time` for the network, and as long for all layers together.
    pub(super) fn measure(
        network: &Network,
        images: &Tensor<4>,
        time: Duration,
        rng: &mut impl RngExt,
    ) -> Self {
        let specs = network.architecture().layers();
        let mut predictors = LADDER.map(|density| {
            let patterns = specs.iter().map(|spec| pattern(spec, density, rng));
            Predictor::with_patterns(network, patterns.collect())
        });
        let dense = || drop(network.forward(images.clone()).into_data());
        let of_network = at(&rounds(time, dense, &mut predictors, |predictor| {
            drop(predictor.forward(images.clone()));
        }));
        let layers = DenseLayer::all(network, images).into_iter().map(|dense| {
            let spec = &specs[dense.index];
            let mut layers =
                LADDER.map(|density| SparseLayer::new(&dense, pattern(spec, density, rng)));
            let share = time / specs.len() as u32;
            at(&rounds(share, || dense.pass(), &mut layers, SparseLayer::pass))
        });
        Self { network: of_network, layers: layers.collect() }
    }
}

/// Each weight with this probability.
fn pattern(spec: &LayerSpec, density: f64, rng: &mut impl RngExt) -> Pattern {
    Pattern::new(spec.fan_in(), (0..spec.weights()).map(|_| rng.random_bool(density)))
}

fn rounds<T>(
    time: Duration,
    mut dense: impl FnMut(),
    sparse: &mut [T; LADDER.len()],
    pass: impl Fn(&mut T),
) -> Rounds<WORKS> {
    let [a, b, c, d, e, f] = sparse;
    let works: [&mut dyn FnMut(); WORKS] = [
        &mut dense,
        &mut || pass(a),
        &mut || pass(b),
        &mut || pass(c),
        &mut || pass(d),
        &mut || pass(e),
        &mut || pass(f),
    ];
    in_turn(time, works)
}

/// The crossover of rounds of the dense work and those of the ladder.
fn at(rounds: &Rounds<WORKS>) -> f64 {
    let shares: Vec<f64> = (1..WORKS).map(|work| rounds.ratio(work, 0).median).collect();
    crossing(&LADDER, &shares)
}

/// Where the time of the dense work is reached, from the shares of it that are taken at falling densities: the
/// time of a sparse layer is what it takes without weights, and so much for each.
fn crossing(densities: &[f64], shares: &[f64]) -> f64 {
    match shares.iter().position(|&share| share <= 1.0) {
        None => 0.0,
        Some(0) => 1.0,
        Some(index) => {
            let [above, below] = [shares[index - 1], shares[index]];
            let [high, low] = [densities[index - 1], densities[index]];
            low + (high - low) * (1.0 - below) / (above - below)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn crossings_by_hand() {
        let densities = [1.0, 0.5, 0.25];
        assert_eq!(crossing(&densities, &[0.9, 0.5, 0.3]), 1.0);
        assert_eq!(crossing(&densities, &[4.0, 2.0, 1.5]), 0.0);
        // Half a dense pass without weights and two for all of them.
        assert_eq!(crossing(&densities, &[2.5, 1.5, 1.0]), 0.25);
        assert_eq!(crossing(&densities, &[3.0, 1.5, 0.5]), 0.375);
    }
}
