use super::*;
use crate::methods::testing::{images, two_layers};
use crate::{Allocation, Budget, Scope, generator};
use burn::tensor::Tensor;

/// c cᵀ of three channels for the samples (1, 1, 3), (1, −1, 2), (2, −1, 1):
/// sums of squares 6, 3, 14; products −2 of the first two, 7 of the outer ones, 0 of the last two.
const PRODUCTS: [f64; 9] = [6.0, -2.0, 7.0, -2.0, 3.0, 0.0, 7.0, 0.0, 14.0];

#[test]
fn what_is_lost_least_goes_first() {
    // 3 for the second alone; with the first 3 + 6 − 4 = 5, with the third 17; then all: 33.
    assert_eq!(greedy(&PRODUCTS, 3), [5.0, 3.0, 33.0]);
}

#[test]
fn losses_never_fall() {
    // Two channels that cancel: the second one brings the loss from 1 to 0, and goes later all the same.
    let losses = greedy(&[1.0, -1.0, -1.0, 1.0], 2);
    assert!(losses[0] == 1.0 && losses[1] > 1.0);
}

fn network() -> Network {
    let first: Vec<f32> = (0..5 * 8).map(|i| (i as f32 * 0.9).sin()).collect();
    let second: Vec<f32> = (0..4 * 8).map(|i| (i as f32 * 0.7).cos()).collect();
    two_layers((&first, 8), (&second, 4))
}

fn points(count: usize) -> Tensor<4> {
    let pixels: Vec<f32> = (0..count * 5).map(|i| (i as f32 * 1.3).sin()).collect();
    images(&pixels, [count, 5, 1, 1])
}

/// What is drawn does not depend on how many points are taken at a time, and covers the outputs: with
/// many samples it is the mean over all of them.
#[test]
fn contributions_are_those_of_drawn_outputs() {
    let (network, images) = (network(), points(6));
    let channels = Channels::of(network.architecture());
    let found = |samples, chunk| {
        contributions(&network, &channels, &images, samples, chunk, &mut generator(1)).unwrap()
    };
    let (one, all) = (found(10, 1), found(10, 100));
    assert!(one.iter().zip(&all).all(|(one, all)| one.products == all.products));
    let mut outputs = None;
    network.forward_watched(images.clone(), |layer, input| {
        if layer == 1 {
            outputs = Some(channels.layers()[1].product(network.weight(1), input.clone()));
        }
    });
    let square = outputs.unwrap().square().mean().into_scalar::<f32>();
    let drawn = found(2000, 100)[1].total() / (6.0 * 2000.0);
    assert!((drawn / f64::from(square) - 1.0).abs() < 0.05, "{drawn} {square}");
}

/// The channels that stay are scaled so that the drawn outputs change less than by cutting alone, and
/// less than by the ranking turned round.
#[test]
fn what_stays_makes_up_for_what_goes() {
    let (network, images) = (network(), points(40));
    let subject = Subject::new(&network, &images);
    let everything = Mask::full(network.architecture());
    let allocation = Allocation { scope: Scope::Uniform, ..Allocation::default() };
    let dense = network.forward(images.clone());
    let change = |pruned: &Pruned| {
        let change = pruned.apply(&network).forward(images.clone()) - dense.clone();
        change.square().mean().into_scalar::<f32>()
    };
    let prune = |pruner: &dyn Pruner| {
        let examined = pruner.examine(subject, &mut generator(3)).unwrap();
        let budget = Budget(36);
        let rng = &mut generator(0);
        allocation.prune(network.architecture(), &*examined, &everything, budget, rng).unwrap()
    };
    let fitted = prune(&ThiNet::default());
    assert_eq!(fitted.mask.kept(), 36);
    let cut = Pruned::unchanged(fitted.mask.clone());
    let wrong = prune(&crate::Inverted(ThiNet::default()));
    assert!(change(&fitted) < change(&cut), "{} {}", change(&fitted), change(&cut));
    assert!(change(&cut) < change(&wrong), "{} {}", change(&cut), change(&wrong));
}
