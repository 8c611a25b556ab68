use burn::tensor::Device;
use models::{Builder, Initialisation, Network};

use super::*;
use crate::methods::testing::{images, linear};
use crate::{Budget, generator, prune};

const ALL: [UnitSampling; 4] =
    [UnitSampling::Uniform, UnitSampling::Absolute, UnitSampling::Square, UnitSampling::Mixed];

fn examined(network: &Network, sampling: UnitSampling) -> Box<dyn Examined> {
    let none = images(&[], [0, 1, 1, 1]);
    sampling.examine(Subject::new(network, &none), &mut generator(0)).unwrap()
}

/// Layers of 30 x 60 and 40 x 30 weights.
fn network() -> Network {
    let mut net = Builder::new("toy", [60, 1, 1]);
    let x = net.linear(net.input(), "fc1", 30);
    let x = net.linear(x, "fc2", 40);
    Network::new(net.build(x).unwrap(), Initialisation::KaimingUniform, 4, &Device::flex())
}

#[test]
fn probabilities_by_hand() {
    let network = linear(&[1.0, -3.0, 0.0, 2.0, 2.0, 0.0], 2, 3);
    for (sampling, expected) in [
        (UnitSampling::Uniform, [0.5, 0.5, 0.0, 0.5, 0.5, 0.0]),
        (UnitSampling::Absolute, [0.25, 0.75, 0.0, 0.5, 0.5, 0.0]),
        (UnitSampling::Square, [0.1, 0.9, 0.0, 0.5, 0.5, 0.0]),
        // (1 + 1) : (3 + 9).
        (UnitSampling::Mixed, [1.0 / 7.0, 6.0 / 7.0, 0.0, 0.5, 0.5, 0.0]),
    ] {
        let found = examined(&network, sampling).scores().weights().unwrap().layers()[0].clone();
        let close = found.iter().zip(expected).all(|(a, b): (&f32, f32)| (a - b).abs() < 1e-6);
        assert!(close, "{sampling:?}: {found:?}");
    }
    // Squares that no f32 can hold are small, not none.
    let tiny = examined(&linear(&[1e-30, 1.0], 1, 2), UnitSampling::Square);
    assert!(tiny.scores().weights().unwrap().layers()[0][0] > 0.0);
}

/// The mean of each unit's sum over many draws is the sum of its weights.
#[test]
fn sums_keep_their_expectation() {
    let network = network();
    let everything = Mask::full(network.architecture());
    let weights = network.weight_values(0);
    let sums = |values: &[f32]| -> Vec<f64> {
        values.chunks(60).map(|unit| unit.iter().map(|&v| f64::from(v)).sum()).collect()
    };
    let expected = sums(&weights);
    const DRAWS: usize = 1000;
    for sampling in ALL {
        let examined = examined(&network, sampling);
        let mut moments = vec![(0.0, 0.0); 30];
        let rng = &mut generator(7);
        for _ in 0..DRAWS {
            let pruned = examined.prune(&everything, &Quota::Units(vec![600, 400]), rng).unwrap();
            let found = sums(pruned.values[0].as_ref().unwrap());
            for ((sum, squares), (found, expected)) in
                moments.iter_mut().zip(found.iter().zip(&expected))
            {
                *sum += found - expected;
                *squares += (found - expected).powi(2);
            }
        }
        for (unit, (sum, squares)) in moments.into_iter().enumerate() {
            let mean = sum / DRAWS as f64;
            let error = (squares / DRAWS as f64 - mean * mean).sqrt() / (DRAWS as f64).sqrt();
            assert!(error > 0.0 && mean.abs() < 4.0 * error, "{sampling:?} {unit}: {mean} {error}");
        }
    }
}

#[test]
fn budgets_are_met_within_half_a_percent() {
    let network = network();
    let none = images(&[], [0, 1, 1, 1]);
    let subject = Subject::new(&network, &none);
    for sampling in ALL {
        let mut within = Mask::full(network.architecture());
        for budget in [2400, 1500, 600, 200] {
            for scope in [Scope::PerUnit, Scope::PerLayer, Scope::Global, Scope::Erk] {
                let rng = &mut generator(3);
                let pruned = prune(&sampling, subject, scope, &within, Budget(budget), rng);
                let pruned = pruned.unwrap();
                let miss = pruned.mask.kept().abs_diff(budget);
                assert!(miss <= budget / 200, "{sampling:?} {scope} {budget}: {miss}");
                assert!(pruned.mask.is_within(&within) && pruned.draws.is_none());
                if scope == Scope::Erk {
                    within = pruned.mask;
                }
            }
        }
    }
}

#[test]
fn units_that_keep_all_their_weights_keep_them_as_they_are() {
    let network = linear(&[1.0, -3.0, 0.0, 2.0, 2.0, 0.0], 2, 3);
    let everything = Mask::full(network.architecture());
    let rng = &mut generator(0);
    for sampling in ALL {
        let examined = examined(&network, sampling);
        for (places, keep) in [
            (4, [true, true, false, true, true, false]),
            // More places than weights that can be drawn.
            (5, [true, true, true, true, true, false]),
        ] {
            let pruned = examined.prune(&everything, &Quota::Units(vec![places]), rng).unwrap();
            assert_eq!(pruned.mask.layers()[0].keep, keep);
            assert_eq!(pruned.values[0].as_ref().unwrap(), &[1.0, -3.0, 0.0, 2.0, 2.0, 0.0]);
        }
        let error = examined.prune(&everything, &Quota::Network(7), rng).unwrap_err();
        assert_eq!(error, PruneError::Budget { asked: 7, survivors: 6 });
    }
}

/// Two layers of 6 and 2 weights left: 4 places are 3 and 1; then units by what they have left.
#[test]
fn places_are_shared_in_proportion_to_what_is_left() {
    let mut net = Builder::new("toy", [4, 1, 1]);
    let x = net.linear(net.input(), "fc1", 2);
    let x = net.linear(x, "fc2", 1);
    let architecture = net.build(x).unwrap();
    let keep = vec![vec![true, true, true, true, false, true, false, true], vec![true; 2]];
    let within = Mask::new(&architecture, keep);
    for (quota, expected) in [
        (Quota::Network(4), [vec![2, 1], vec![1]]),
        (Quota::Layers(vec![3, 2]), [vec![2, 1], vec![2]]),
        (Quota::Units(vec![4, 0]), [vec![2, 2], vec![0]]),
    ] {
        assert_eq!(places(&within, &quota), expected);
    }
}
