//! Each invariant of a training, kept and broken.

use super::masking::Masked;
use super::*;

fn violation(outcome: Result<impl std::fmt::Debug, Stop>) -> String {
    match outcome {
        Err(Stop::Violated(violation)) => violation.to_string(),
        other => panic!("expected a violation, found {other:?}"),
    }
}

#[test]
fn a_masked_training_keeps_them() {
    let (data, network) = (data(), network());
    let factors = factors(&network, 3);
    for optimiser in [SGD, ADAM, ADAM_W] {
        let recipe = recipe(optimiser);
        let training = training(&data, &recipe, Masking::Fixed(&factors));
        let trained = train(factors.scale(network.clone()), training, || true).unwrap();
        assert_eq!(trained.looks.len(), 4);
        assert!(factors.escaped(&trained.network).into_scalar::<f32>() == 0.0);
    }
}

#[test]
fn pruned_weights_that_are_not_zero_are_caught() {
    let (data, network) = (data(), network());
    let factors = factors(&network, 3);
    let recipe = recipe(SGD);
    let outcome = train(network, training(&data, &recipe, Masking::Fixed(&factors)), || true);
    let message = violation(outcome);
    assert!(message.starts_with("invariant pruned-are-zero: layer \"fc1\": "), "{message}");
    assert!(message.contains("pruned weights are not zero, such as"), "{message}");
    assert!(message.ends_with("(at iteration 10)"), "{message}");
}

/// A mask that begins in the middle of a training finds moments that are not zero.
#[test]
fn moments_that_are_not_zero_are_caught() {
    let (data, network) = (data(), network());
    let factors = factors(&network, 3);
    for (optimiser, field) in
        [(SGD, "momentum.velocity"), (ADAM, "momentum.moment_1"), (ADAM_W, "momentum.moment_1")]
    {
        let recipe = recipe(optimiser);
        let training = training(&data, &recipe, Masking::None);
        let mut state = State::new(network.clone(), training).unwrap();
        for iteration in 0..5 {
            state = state.step(iteration);
        }
        state.network = factors.scale(state.network);
        state.mask = Some(Masked::new(factors.clone(), &state.network));
        let message = violation(state.look(5));
        let expected = format!("invariant moments-are-zero: layer \"fc1\": {field} of ");
        assert!(message.starts_with(&expected), "{message}");
    }
}

/// Infinity times zero is no number: what overflows has diverged, and its mask is not to blame.
#[test]
fn an_overflow_is_no_violation() {
    let (data, network) = (data(), network());
    let factors = factors(&network, 3);
    for learning_rate in [1e10, 1e30, 1e38] {
        let recipe = Recipe { learning_rate, ..recipe(SGD) };
        let training = training(&data, &recipe, Masking::Fixed(&factors));
        let outcome = train(factors.scale(network.clone()), training, || true);
        assert!(!matches!(outcome, Err(Stop::Violated(_))), "{outcome:?}");
    }
    // The same where no loss tells of it.
    let mask = Masked::new(factors.clone(), &network);
    let overflown = no_number(factors.scale(network));
    let outcome = mask.check(&overflown, &super::optimiser::build(&SGD, &device()), 7);
    assert!(matches!(outcome, Err(Stop::Diverged { iteration: 7 })), "{outcome:?}");
}

/// The network with a NaN in the place of each weight that is zero.
fn no_number(network: Network) -> Network {
    let count = network.architecture().layers().len();
    let weights = (0..count).map(|layer| network.weight_values(layer));
    let factor = |weight: f32| if weight == 0.0 { f32::NAN } else { 1.0 };
    let factors: Vec<Vec<f32>> =
        weights.map(|layer| layer.into_iter().map(factor).collect()).collect();
    let factors = factors.iter().map(Vec::as_slice);
    PerWeight::new(network.architecture(), factors, &device()).scale(network)
}

#[test]
fn nothing_is_chosen_by_test_images() {
    let data = data();
    let wrong = Data { validation: data.test.clone(), ..data };
    let recipe = recipe(SGD);
    let message = violation(train(network(), training(&wrong, &recipe, Masking::None), || true));
    assert!(message.starts_with("invariant test-untouched: "), "{message}");
    assert!(wrong.points(16, 1).is_err() && wrong.held_out_points(16, 1, 2).is_err());
    let wrong = Data { images: wrong.test.clone(), ..wrong };
    assert!(wrong.images.to_select().is_err());
}
