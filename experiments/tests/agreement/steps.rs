//! What a training step makes of every tensor of a network, running statistics included.

use std::collections::BTreeMap;

use experiments::config::{Optimiser, Precision};
use experiments::train::Learner;

use crate::case::{Case, SGD};
use crate::tolerance::{Tolerance, hold, larger, relative};

const RATE: f64 = 0.02;
const ADAM: Optimiser = Optimiser::Adam { weight_decay: 5e-4 };

/// One step, and two: in the second one the momentum counts.
pub(crate) fn sgd(flex: &Case, other: &Case) {
    let Tolerance { step, second_step, .. } = other.tolerance;
    for (steps, what, allowed) in [(1, "a step of SGD", step), (2, "two steps of SGD", second_step)]
    {
        let (found, expected) = (changes(other, &SGD, steps), changes(flex, &SGD, steps));
        let worst = expected.iter().map(|(name, expected)| relative(&found[name], expected));
        let worst = worst.fold(0.0, larger);
        hold(&other.name, &format!("{what}, the worst tensor"), worst, allowed);
    }
}

pub(crate) fn adam(flex: &Case, other: &Case) {
    let (found, expected) = (changes(other, &ADAM, 1), changes(flex, &ADAM, 1));
    let (mut turned, mut all) = (0, 0);
    for (name, expected) in &expected {
        // What a step changes is the rate at the most, or twice that where a sign turns; running statistics have
        // their own size.
        let size = match name.contains("running") {
            true => expected.iter().fold(0.0, |largest: f32, change| largest.max(change.abs())),
            false => RATE as f32,
        };
        for (a, b) in found[name].iter().zip(expected) {
            let difference = (a - b).abs() / size;
            assert!(difference <= 2.01, "{}: {name}: {a} and {b}", other.name);
            turned += usize::from(difference > other.tolerance.step as f32);
            all += 1;
        }
    }
    let share = turned as f64 / all as f64;
    hold(&other.name, "a step of Adam, share of changes that differ", share, other.tolerance.signs);
}

/// What the steps change of each tensor.
fn changes(case: &Case, optimiser: &Optimiser, steps: usize) -> BTreeMap<String, Vec<f32>> {
    let before = case.network.tensors();
    let learner = Learner::new(&case.network.detached(), optimiser, None, Precision::Full);
    let learner = (0..steps).fold(learner, |learner, _| learner.step(&case.batch, RATE));
    let after = learner.network().tensors();
    let change = |(name, after): (String, models::tensors::HostTensor)| {
        let pairs = after.values.iter().zip(&before[&name].values);
        let change = pairs.map(|(after, before)| after - before).collect();
        (name, change)
    };
    after.into_iter().map(change).collect()
}
