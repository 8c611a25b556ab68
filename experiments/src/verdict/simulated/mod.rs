//! Verdicts on 1,000 made-up experiments of a known truth: how often is each verdict wrong?
//!
//! A share that is p in truth varies over 1,000 experiments with a deviation of √(p (1 − p) / 1000): 0.5
//! points for 2.5 %. Bounds here are three of them away.

mod ships;
mod tickets;

use chacha20::ChaCha8Rng;
use rand::RngExt;
use statrs::distribution::{ContinuousCDF, Normal};

use crate::records::CurveRow;

const EXPERIMENTS: u64 = 1000;

/// What chance may make of a share of 2.5 %.
const NOMINAL: std::ops::RangeInclusive<f64> = 0.010..=0.040;

/// The share of the experiments for which something holds; each has its own draws.
fn share(holds: impl Fn(&mut ChaCha8Rng) -> bool) -> f64 {
    let count = (0..EXPERIMENTS).filter(|&seed| holds(&mut pruning::generator(seed))).count();
    count as f64 / EXPERIMENTS as f64
}

/// A normal draw.
fn normal(rng: &mut ChaCha8Rng, mean: f64, deviation: f64) -> f64 {
    let uniform: f64 = rng.random_range(1e-12..1.0);
    Normal::new(mean, deviation).unwrap().inverse_cdf(uniform)
}

/// How many of `trials` succeed.
fn binomial(rng: &mut ChaCha8Rng, trials: usize, p: f64) -> usize {
    (0..trials).filter(|_| rng.random_bool(p)).count()
}

/// A row with a result.
fn row(method: &str, retraining: &str, seed: u64, density: f64, accuracy: f64) -> CurveRow {
    CurveRow {
        method: method.to_owned(),
        retraining: retraining.to_owned(),
        seed,
        density_asked: density,
        parameter_ratio: density,
        compression: 1.0 / density,
        speed_up: 1.0 / density,
        test_accuracy: Some(accuracy),
        status: "ok".to_owned(),
        ..CurveRow::default()
    }
}
