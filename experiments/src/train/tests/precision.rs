//! Steps in numbers of 16 bits. burn-flex computes in them too, only not faster.

use burn::module::Module;
use burn::optim::GradientsParams;
use burn::tensor::{Int, Tensor};
use models::Half;

use super::super::arithmetic::{Arithmetic, Scale};
use super::*;

const HALVES: [(Half, f32); 2] = [(Half::BF16, 0.05), (Half::F16, 0.01)];

fn trained(precision: Precision, optimiser: Optimiser) -> Trained {
    let data = data();
    let recipe = Recipe { precision, ..recipe(optimiser) };
    train(network(), training(&data, &recipe, Masking::None), || true).unwrap()
}

#[test]
fn a_training_ends_near_the_one_in_full_precision() {
    for optimiser in [SGD, ADAM] {
        let full = trained(Precision::Full, optimiser).looks.pop().unwrap();
        for (half, _) in HALVES {
            let mixed = trained(Precision::Mixed(half), optimiser);
            let last = mixed.looks.last().unwrap();
            let difference = (last.train_loss - full.train_loss).abs() / full.train_loss;
            assert!(difference < 0.02, "{half:?}: {} and {}", last.train_loss, full.train_loss);
            assert_ne!(last.train_loss, full.train_loss, "{half:?} computes in other numbers");
        }
    }
}

/// A step's gradients of all parameters, one after the other.
fn gradients(network: &Network, arithmetic: &mut Arithmetic) -> Vec<f32> {
    let network = network.clone().train();
    let data = data();
    let batch = data.images.to_select().unwrap().select(&(0..32).collect::<Vec<_>>());
    let logits = arithmetic.forward(&network, Tensor::from_inner(batch.images));
    let labels = Tensor::<1, Int>::from_inner(batch.labels);
    let loss = pruning::cross_entropy(logits, labels);
    let mut found = GradientsParams::from_grads(arithmetic.scaled(loss).backward(), &network);
    arithmetic.unscale(&network, &mut found);
    let layers = network.weight_ids().into_iter();
    let layers = layers.map(|id| found.get::<2>(id).unwrap().into_data());
    layers.flat_map(|data| data.try_into_vec::<f32>().unwrap()).collect()
}

#[test]
fn gradients_differ_by_the_rounding_of_16_bits() {
    let network = network();
    let full = gradients(&network, &mut Arithmetic::new(Precision::Full, &device()));
    let largest = full.iter().fold(0.0, |largest: f32, value| largest.max(value.abs()));
    for (half, allowed) in HALVES {
        let mut arithmetic = Arithmetic::new(Precision::Mixed(half), &device());
        let mixed = gradients(&network, &mut arithmetic);
        let differences = mixed.iter().zip(&full).map(|(a, b)| (a - b).abs() / largest);
        let worst = differences.fold(0.0, f32::max);
        assert!(worst > 0.0 && worst < allowed, "{half:?}: {worst}");
    }
}

#[test]
fn an_overflow_makes_no_step_and_halves_the_scale() {
    let network = network();
    let mut arithmetic = Arithmetic::Float(Box::new(Scale::at(1e30, &device())));
    assert!(gradients(&network, &mut arithmetic).iter().all(|&gradient| gradient == 0.0));
    let Arithmetic::Float(scale) = &arithmetic else { unreachable!() };
    assert_eq!(scale.value(), 2f32.powi(24), "half of it, and no more than the largest");
}

#[test]
fn pruned_weights_stay_at_zero() {
    let factors = factors(&network(), 3);
    for (half, _) in HALVES {
        let data = data();
        let recipe = Recipe { precision: Precision::Mixed(half), ..recipe(SGD) };
        let network = factors.scale(network());
        // The invariants are checked at every look.
        let training = training(&data, &recipe, Masking::Fixed(&factors));
        assert!(train(network, training, || true).is_ok(), "{half:?}");
    }
}
