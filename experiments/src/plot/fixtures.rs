//! Rows for tests.

use crate::records::{CurveRow, SpeedRow, StabilityRow};

/// A row of a pruned network.
pub(super) fn row(
    method: &str,
    retraining: &str,
    seed: u64,
    density: f64,
    accuracy: f64,
) -> CurveRow {
    CurveRow {
        run: format!("{method}-{retraining}-{seed}"),
        experiment: "test".to_owned(),
        dataset: "digits".to_owned(),
        network: "lenet-300-100".to_owned(),
        method: method.to_owned(),
        scope: "global".to_owned(),
        schedule: "one-shot".to_owned(),
        retraining: retraining.to_owned(),
        seed,
        density_asked: density,
        density,
        kept_weights: 1,
        total_weights: 1,
        parameter_ratio: density,
        compression: 1.0,
        multiply_adds: 1,
        speed_up: 1.0,
        test_accuracy: Some(accuracy),
        status: "ok".to_owned(),
        ..CurveRow::default()
    }
}

/// A row with a certificate: the bound on the change of a logit, and the change.
pub(super) fn certified(
    method: &str,
    retraining: &str,
    seed: u64,
    density: f64,
    (bound, change): (f64, f64),
) -> CurveRow {
    CurveRow {
        logit_bound_median: Some(bound),
        logit_change_median: Some(change),
        ..row(method, retraining, seed, density, 0.9)
    }
}

/// A row of a run that diverged; its density is that of a full mask.
pub(super) fn lost(method: &str, retraining: &str, seed: u64, density: f64) -> CurveRow {
    CurveRow {
        density: 1.0,
        test_accuracy: None,
        status: "diverged".to_owned(),
        ..row(method, retraining, seed, density, 0.0)
    }
}

/// A row of a dense parent.
pub(super) fn parent(seed: u64, accuracy: f64) -> CurveRow {
    CurveRow {
        scope: String::new(),
        schedule: String::new(),
        ..row("dense", "train", seed, 1.0, accuracy)
    }
}

/// Rows as an experiment leaves them: 3 seeds, 3 methods and one of them with both scopes, 5
/// retrainings, 8 densities, values near 98 %, a collapse to 10 %, and two runs that diverged.
pub(super) fn experiment() -> Vec<CurveRow> {
    let densities = [0.8, 0.5, 0.3, 0.2, 0.1, 0.05, 0.02, 0.01];
    let mut rows: Vec<CurveRow> =
        (1..=3).map(|seed| parent(seed, 0.978 + noise(seed) * 0.002)).collect();
    for (m, (method, scope, strength)) in METHODS.into_iter().enumerate() {
        for (r, (retraining, peak, half)) in RETRAININGS.into_iter().enumerate() {
            for (k, &density) in densities.iter().enumerate() {
                for seed in 1..=3 {
                    let draw = noise(seed + 10 * k as u64 + 100 * m as u64 + 1000 * r as u64);
                    let error = (1.0 - peak)
                        * (1.0 + (half / strength / density).powi(2))
                        * (1.0 + 0.12 * draw);
                    let accuracy = (1.0 - error).max(0.1 + 0.002 * draw);
                    rows.push(CurveRow {
                        scope: scope.to_owned(),
                        ..row(method, retraining, seed, density, accuracy)
                    });
                }
            }
        }
    }
    let diverges = |row: &CurveRow| {
        row.method == "random" && row.retraining == "reinit" && row.density_asked < 0.03
    };
    for row in rows.iter_mut().filter(|row| diverges(row) && row.seed > 1) {
        *row = lost("random", "reinit", row.seed, row.density_asked);
    }
    rows
}

/// Certificates as an experiment leaves them: 3 seeds, 6 densities, and a method that changes
/// nothing at the first of them.
pub(super) fn certificates() -> Vec<CurveRow> {
    let mut rows = Vec::new();
    for (m, method) in
        ["magnitude", "random", "sipp", "sipp-rand", "sipp-hybrid"].iter().enumerate()
    {
        for (k, density) in [0.5, 0.2, 0.1, 0.05, 0.02, 0.01].into_iter().enumerate() {
            for seed in 1..=3 {
                let draw = noise(seed + 10 * k as u64 + 100 * m as u64);
                let change = 0.4 * (m as f64 + 1.0) * 2_f64.powi(k as i32) * (1.0 + 0.2 * draw);
                let change = if m + k == 0 { 0.0 } else { change };
                let bound = 20.0 * 4_f64.powf(m as f64 / 2.0 + k as f64 / 1.5) * (1.0 + 0.3 * draw);
                rows.push(certified(method, "none", seed, density, (bound, change)));
            }
        }
    }
    rows
}

const METHODS: [(&str, &str, f64); 4] = [
    ("magnitude", "global", 3.0),
    ("magnitude", "per-layer", 2.0),
    ("sipp", "global", 4.0),
    ("random", "global", 0.4),
];
/// Retraining, accuracy without pruning, density at which the error doubles.
const RETRAININGS: [(&str, f64, f64); 5] = [
    ("none", 0.978, 0.9),
    ("fine-tune", 0.9815, 0.12),
    ("rewind", 0.983, 0.1),
    ("reinit", 0.977, 0.15),
    ("random-mask", 0.976, 0.25),
];

/// A number in [-1, 1] that looks like chance and is not.
fn noise(k: u64) -> f64 {
    2.0 * ((k as f64 * 12.9898).sin() * 43_758.547).rem_euclid(1.0) - 1.0
}

/// Two networks, each with a dense row and two small ones.
pub(super) fn speeds() -> Vec<SpeedRow> {
    let rows = ["lenet-300-100", "resnet-20"].map(|network| {
        let row = |method: &str, theory: f64| SpeedRow {
            network: network.to_owned(),
            method: method.to_owned(),
            batch: 64,
            threads: 1,
            backend: "flex".to_owned(),
            theoretical_speed_up: theory,
            forward_speed_up: 0.8 * theory,
            forward_speed_up_q1: 0.7 * theory,
            forward_speed_up_q3: 0.9 * theory,
            step_speed_up: 0.5 * theory,
            step_speed_up_q1: 0.4 * theory,
            step_speed_up_q3: 0.6 * theory,
            ..SpeedRow::default()
        };
        [row("dense", 1.0), row("magnitude", 2.0), row("magnitude", 12.5)]
    });
    rows.into_iter().flatten().collect()
}

/// Barriers of a dense network and a pruned one at two moments, with three seeds each.
pub(super) fn barriers() -> Vec<StabilityRow> {
    let each = |method: &'static str, rewind_to: usize| {
        (1..=3).map(move |seed| StabilityRow {
            method: method.to_owned(),
            schedule: if method == "dense" { "" } else { "one-shot" }.to_owned(),
            retraining: if method == "dense" { "train" } else { "rewind" }.to_owned(),
            seed,
            density_asked: if method == "dense" { 1.0 } else { 0.05 },
            rewind_to,
            barrier: Some(0.1 * seed as f64 / (rewind_to + 100) as f64),
            ..StabilityRow::default()
        })
    };
    let methods = ["dense", "magnitude"].into_iter();
    methods.flat_map(|method| each(method, 0).chain(each(method, 500))).collect()
}
