//! Every invariant, broken on purpose.

use std::collections::BTreeMap;

use burn::tensor::{Device, Tensor};
use models::tensors::{HostTensor, write};
use models::{Initialisation, Network, PerWeight, zoo};
use pruning::methods::Magnitude;
use pruning::{Budget, Mask, Ranked, Scope, Subject, generator, prune};

use super::*;

fn network(seed: u64) -> Network {
    let architecture = zoo::architecture(&zoo::Request::named("lenet-5")).unwrap();
    Network::new(architecture, Initialisation::KaimingUniform, seed, &Device::flex())
}

fn mask(network: &Network, budget: usize) -> Mask {
    let images = Tensor::zeros([1, 1, 32, 32], &Device::flex());
    let subject = Subject::new(network, &images);
    let everything = Mask::full(network.architecture());
    let (budget, rng) = (Budget(budget), &mut generator(0));
    prune(&Ranked(Magnitude), subject, Scope::PerLayer, &everything, budget, rng).unwrap().mask
}

/// The network with some of its tensors changed.
fn changed(network: &Network, change: impl FnOnce(&mut BTreeMap<String, HostTensor>)) -> Network {
    let mut tensors = network.tensors();
    change(&mut tensors);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("changed.safetensors");
    write(&path, &tensors).unwrap();
    Network::load(network.architecture().clone(), &path, &network.device()).unwrap()
}

fn message(outcome: Result<(), Violation>) -> String {
    outcome.unwrap_err().to_string()
}

fn masked(network: &Network, mask: &Mask) -> Network {
    mask.factors(network.architecture(), &network.device()).scale(network.clone())
}

#[test]
fn a_violation_has_its_name_its_layer_and_its_run() {
    let violation = Violation::of_layer("nested", "fc1", "1 of 2".to_owned()).at(7);
    assert_eq!(violation.to_string(), "invariant nested: layer \"fc1\": 1 of 2 (at iteration 7)");
    assert_eq!(
        Violation::of_all("budget", "3".to_owned()).in_run("run").to_string(),
        "run: invariant budget: 3"
    );
}

#[test]
fn pruned_weights_must_be_zero() {
    let network = network(1);
    let mask = mask(&network, 40_479);
    let factors = mask.factors(network.architecture(), &network.device());
    pruned_are_zero(&masked(&network, &mask), &factors).unwrap();
    let message = message(pruned_are_zero(&network, &factors));
    assert!(message.contains("layer \"conv1\": 27 pruned weights"), "{message}");
    // One weight, however small, or no number at all.
    let layer = &mask.layers()[2];
    let pruned = layer.keep.iter().position(|keep| !keep).unwrap();
    let one = changed(&masked(&network, &mask), |tensors| {
        tensors.get_mut(&format!("{}.weight", layer.name)).unwrap().values[pruned] = 1e-45;
    });
    let mut no_number: Vec<Vec<f32>> =
        mask.layers().iter().map(|layer| vec![1.0; layer.keep.len()]).collect();
    no_number[2][pruned] = f32::NAN;
    let no_number = no_number.iter().map(Vec::as_slice);
    let no_number = PerWeight::new(network.architecture(), no_number, &network.device())
        .scale(masked(&network, &mask));
    for (network, finite) in [(one, true), (no_number, false)] {
        let message = self::message(pruned_are_zero(&network, &factors));
        let expected = format!("layer \"{}\": 1 pruned weights are not zero", layer.name);
        assert!(message.contains(&expected), "{message}");
        assert_eq!(all_finite(&network), finite);
    }
}

#[test]
fn budgets_must_be_met() {
    let mask = mask(&network(1), 40_479);
    budget_is_met(&mask, 40_479, true).unwrap();
    let message = message(budget_is_met(&mask, 40_480, true));
    assert!(message.contains("keeps 40479 weights; asked for 40480"), "{message}");
    budget_is_met(&mask, 40_600, false).unwrap();
    assert!(budget_is_met(&mask, 40_900, false).is_err());
}

#[test]
fn masks_must_be_nested() {
    let network = network(1);
    let (large, small) = (mask(&network, 40_000), mask(&network, 20_000));
    nested(&small, &large).unwrap();
    nested(&small, &small).unwrap();
    let message = message(nested(&large, &small));
    assert!(message.starts_with("invariant nested: layer \"conv1\": "), "{message}");
}

#[test]
fn rewound_survivors_must_have_the_saved_bits() {
    let saved = network(1);
    let mask = mask(&saved, 20_000);
    let start = masked(&saved, &mask);
    rewound(&start, &saved, &mask).unwrap();

    let kept = mask.layers()[1].keep.iter().position(|keep| *keep).unwrap();
    let name = format!("{}.weight", mask.layers()[1].name);
    let one_ulp = changed(&start, |tensors| {
        let value = &mut tensors.get_mut(&name).unwrap().values[kept];
        *value = f32::from_bits(value.to_bits() ^ 1);
    });
    let message = message(rewound(&one_ulp, &saved, &mask));
    let expected = format!("invariant rewound: layer \"{}\": 1 of ", mask.layers()[1].name);
    assert!(message.starts_with(&expected) && message.contains("SHA-256"), "{message}");

    let bias = changed(&start, |tensors| tensors.get_mut("fc1.bias").unwrap().values[0] += 0.5);
    let message = self::message(rewound(&bias, &saved, &mask));
    assert!(message.contains("layer \"fc1\"") && message.contains("fc1.bias"), "{message}");
}

#[test]
fn redrawn_weights_must_not_be_the_saved_ones() {
    let saved = network(1);
    let mask = mask(&saved, 20_000);
    redrawn(&masked(&network(2), &mask), &saved, &mask).unwrap();
    let message = message(redrawn(&masked(&saved, &mask), &saved, &mask));
    assert!(message.starts_with("invariant reinit: layer \"conv1\": "), "{message}");

    // One layer that was forgotten.
    let forgotten = changed(&masked(&network(2), &mask), |tensors| {
        tensors.insert("fc2.weight".to_owned(), saved.tensors()["fc2.weight"].clone());
    });
    assert!(self::message(redrawn(&forgotten, &saved, &mask)).contains("layer \"fc2\""));
}
