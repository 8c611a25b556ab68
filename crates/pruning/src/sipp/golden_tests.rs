//! Allocation and the hybrid's choices against what the SiPP authors' code computed.

#[path = "../../tests/common/mod.rs"]
mod common;

use common::{Golden, NETWORKS};

use super::*;
use crate::sampling::{allocate, round_to_budget};
use crate::{Allocation, Mask, Scope};

/// (negative for a side that is drawn by the hybrid, weights of the side), for each layer: positive
/// sides of all units, then the negative ones.
fn targets(golden: &Golden, strategy: Strategy, budget: usize) -> Vec<(Vec<i64>, Vec<f64>)> {
    let published = Options { error_form: Some(ErrorForm::Published), ..Options::default() };
    let pruner = SensitivityPruner::new(strategy, &published);
    assert_eq!((pruner.failure_probability, pruner.constant), (1e-16, 3.0));
    let found =
        sensitivities(&golden.network, &golden.images, Reduction::Max, pruner.chunk).unwrap();
    let architecture = golden.network.architecture();
    let layers = architecture.layers();
    let weights: Vec<Vec<f32>> =
        (0..layers.len()).map(|l| golden.network.weight_values(l)).collect();
    let sides = side::sides(&pruner, architecture, &weights, &found);
    let shares: Vec<_> = sides.iter().map(Side::share).collect();
    let allocation = allocate(ErrorForm::Published, &shares, budget);
    // The authors' code rounds up.
    let mut result: Vec<(Vec<i64>, Vec<f64>)> =
        layers.iter().map(|l| (vec![0; 2 * l.units], vec![0.0; 2 * l.units])).collect();
    for (side, x) in sides.iter().zip(&allocation) {
        let target = x.ceil() as usize;
        let drawn = strategy == Strategy::Hybrid && side.prefers_drawing(target, 0);
        let sign = if drawn { -1 } else { 1 };
        result[side.pool.layer].0[side.row] = sign * target as i64;
        result[side.pool.layer].1[side.row] =
            pruner.error_form.error(side.share().coefficient, target as f64);
    }
    let whole = round_to_budget(&allocation, &shares, budget);
    assert_eq!(whole.iter().sum::<usize>(), budget);
    result
}

fn rows<T: serde::de::DeserializeOwned>(
    case: &serde_json::Value,
    key: &str,
    layer: &str,
) -> Vec<T> {
    serde_json::from_value::<Vec<Vec<T>>>(case[key][layer].clone())
        .unwrap()
        .into_iter()
        .flatten()
        .collect()
}

#[test]
fn allocation_agrees() {
    for name in NETWORKS {
        let golden = Golden::of(name);
        for (ratio, budget, case) in golden.cases("sipp_rand") {
            let ours = targets(&golden, Strategy::Sampled, budget);
            for (layer, (ours, errors)) in golden.network.architecture().layers().iter().zip(ours) {
                let theirs: Vec<i64> = rows(&case, "unique_target_per_side", &layer.name);
                let off = ours.iter().zip(&theirs).map(|(a, b)| a.abs_diff(*b)).max().unwrap();
                assert!(off <= 1, "{name} {ratio} {}: {ours:?} {theirs:?}", layer.name);
                let theirs_errors: Vec<f64> = rows(&case, "epsilon_per_side", &layer.name);
                for (i, (a, b)) in errors.iter().zip(&theirs_errors).enumerate() {
                    let same = ours[i] == theirs[i];
                    assert!(!same || (a - b).abs() < 2e-3 * b.abs(), "{name} {ratio} {a} {b}");
                }
            }
        }
    }
}

#[test]
fn hybrid_choices_agree() {
    for name in NETWORKS {
        let golden = Golden::of(name);
        for (ratio, budget, case) in golden.cases("sipp_hybrid") {
            let ours = targets(&golden, Strategy::Hybrid, budget);
            for (layer, (ours, _)) in golden.network.architecture().layers().iter().zip(ours) {
                let theirs: Vec<i64> = rows(&case, "signed_target_per_side", &layer.name);
                let differ = ours.iter().zip(&theirs).filter(|(a, b)| (**a < 0) != (**b < 0));
                assert_eq!(differ.count(), 0, "{name} {ratio} {}: {ours:?} {theirs:?}", layer.name);
            }
        }
    }
}

#[test]
fn budgets_are_met_within_half_a_percent() {
    for name in NETWORKS {
        let golden = Golden::of(name);
        let subject = Subject::new(&golden.network, &golden.images);
        let everything = Mask::full(golden.network.architecture());
        for strategy in [Strategy::Sampled, Strategy::Hybrid] {
            let pruner = SensitivityPruner::new(strategy, &Options::default());
            let examined = pruner.examine(subject, &mut crate::generator(0)).unwrap();
            for &scope in Scope::ALL {
                let rates = match scope {
                    Scope::Rates => vec![0.2; golden.network.architecture().layers().len()],
                    _ => Vec::new(),
                };
                let allocation = Allocation { rates, ..scope.into() };
                for density in [1.0, 0.9, 0.5, 0.2, 0.1, 0.05, 0.02, 0.01] {
                    let total = everything.total();
                    let budget = crate::Density::new(density).unwrap().budget(total);
                    let mut rng = crate::generator(5);
                    let architecture = golden.network.architecture();
                    let pruned = allocation
                        .prune(architecture, &*examined, &everything, budget, &mut rng)
                        .unwrap();
                    let miss = pruned.mask.kept().abs_diff(budget.0) as f64 / budget.0 as f64;
                    assert!(miss <= 0.005, "{name} {strategy:?} {scope} {density}: {miss}");
                }
            }
        }
    }
}

#[test]
fn weights_that_are_pruned_already_never_come_back() {
    let golden = Golden::of("lenet-5");
    let subject = Subject::new(&golden.network, &golden.images);
    let everything = Mask::full(golden.network.architecture());
    let first = crate::Ranked(crate::methods::Magnitude);
    let budget = crate::Budget(20_000);
    let mut rng = crate::generator(1);
    let within =
        crate::prune(&first, subject, Scope::Global, &everything, budget, &mut rng).unwrap().mask;
    let pruner = SensitivityPruner::new(Strategy::Sampled, &Options::default());
    let examined = pruner.examine(subject, &mut rng).unwrap();
    let architecture = golden.network.architecture();
    for scope in [Scope::Global, Scope::PerLayer, Scope::PerUnit] {
        let mut prune = |budget| {
            let budget = crate::Budget(budget);
            Allocation::from(scope).prune(architecture, &*examined, &within, budget, &mut rng)
        };
        for budget in [20_000, 8_000, 500] {
            let pruned = prune(budget).unwrap();
            assert!(pruned.mask.is_within(&within));
            assert!(pruned.mask.kept().abs_diff(budget) <= budget / 200);
        }
        let more = prune(20_001).unwrap_err();
        assert_eq!(more, PruneError::Budget { asked: 20_001, survivors: 20_000 });
    }
}
