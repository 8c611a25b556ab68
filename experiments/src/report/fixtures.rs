//! Results for tests, made up.

use super::folder::Results;
use super::sheet::Sheet;
use crate::records::{CurveRow, LayerRow, RunRow};

/// A row of a network with 1,000 prunable weights and 10 others.
pub(super) fn row(
    method: &str,
    retraining: &str,
    seed: u64,
    density: f64,
    accuracy: f64,
) -> CurveRow {
    let dense = method == "dense";
    let kept = (1000.0 * density) as usize;
    let left = (kept + 10) as f64;
    CurveRow {
        run: format!("{method}-{retraining}-{seed}"),
        experiment: "made-up".to_owned(),
        dataset: "digits".to_owned(),
        network: "mlp".to_owned(),
        method: method.to_owned(),
        scope: if dense { "" } else { "global" }.to_owned(),
        schedule: if dense { "" } else { "one-shot" }.to_owned(),
        retraining: retraining.to_owned(),
        seed,
        density_asked: density,
        density,
        kept_weights: kept,
        total_weights: 1000,
        parameter_ratio: left / 1010.0,
        compression: 1010.0 / left,
        multiply_adds: kept,
        speed_up: 1.0 / density,
        test_accuracy_before: Some(accuracy / 2.0),
        test_accuracy: Some(accuracy),
        iterations: if retraining == "none" { 0 } else { 100 },
        seconds_prune: 0.5,
        seconds_train: 3.0,
        status: "ok".to_owned(),
        ..CurveRow::default()
    }
}

/// Two methods and two controls, five densities, three seeds.
pub(super) fn curves() -> Vec<CurveRow> {
    let noise = |seed: u64| 0.001 * (seed as f64 - 2.0);
    let mut rows: Vec<CurveRow> =
        (1..=3).map(|seed| row("dense", "train", seed, 1.0, 0.98 + noise(seed))).collect();
    for (method, retraining, strength) in [
        ("magnitude", "fine-tune", 1.0),
        ("magnitude", "rewind", 1.1),
        ("magnitude", "reinit", 2.0),
        ("magnitude", "random-mask", 3.0),
        ("random", "fine-tune", 6.0),
    ] {
        for density in [0.5, 0.2, 0.1, 0.05, 0.02] {
            for seed in 1..=3 {
                // A seed more or less, so that differences are not all the same.
                let own = 0.0002 * ((seed * 7 + (1000.0 * density) as u64) % 5) as f64;
                let accuracy = 0.981 - strength * 0.0005 / density + noise(seed) - own;
                rows.push(row(method, retraining, seed, density, accuracy));
            }
        }
    }
    rows
}

/// A layer of a pruned network.
fn layer(of: &CurveRow, name: &str, total: usize, density: f64) -> LayerRow {
    let kept = (total as f64 * density).round() as usize;
    LayerRow {
        run: of.run.clone(),
        network: of.network.clone(),
        method: of.method.clone(),
        scope: of.scope.clone(),
        options: of.options.clone(),
        schedule: of.schedule.clone(),
        retraining: of.retraining.clone(),
        seed: of.seed,
        repeat: 1,
        density_asked: of.density_asked,
        layer: name.to_owned(),
        kept_weights: kept,
        total_weights: total,
        density: kept as f64 / total as f64,
        effective_weights: Some(kept.saturating_sub(1)),
    }
}

/// Two layers for each row of a pruned network.
pub(super) fn layers(rows: &[CurveRow]) -> Vec<LayerRow> {
    let pruned = rows.iter().filter(|row| row.method != "dense");
    let both = |row: &CurveRow| {
        [("fc1", 900, row.density * 0.9), ("fc2", 100, row.density * 1.9)]
            .map(|(name, total, density)| layer(row, name, total, density))
    };
    pruned.flat_map(both).collect()
}

/// A run for each curve and seed.
fn runs(rows: &[CurveRow]) -> Vec<RunRow> {
    let mut runs: Vec<RunRow> = Vec::new();
    for row in rows {
        if runs.iter().any(|run| run.run == row.run) {
            continue;
        }
        runs.push(RunRow {
            run: row.run.clone(),
            experiment: row.experiment.clone(),
            dataset: row.dataset.clone(),
            network: row.network.clone(),
            method: row.method.clone(),
            scope: row.scope.clone(),
            options: row.options.clone(),
            schedule: row.schedule.clone(),
            retraining: row.retraining.clone(),
            seed: row.seed,
            repeat: 1,
            rewind_to: None,
            split_seed: 0,
            init_seed: 15_118_633_334_744_233_468,
            order_seed: 2,
            second_order_seed: None,
            augmentation_seed: None,
            points_seed: 3,
            held_out_seed: None,
            prune_seed: 4,
            draw_seed: None,
            same_as_seed: None,
            mask_control_seed: None,
            random_mask_seed: None,
            reinit_seed: None,
            signs_seed: None,
            backend: "flex".to_owned(),
            adapter: String::new(),
            cpu: "a processor (avx2)".to_owned(),
            version: "0.1.0".to_owned(),
            status: "ok".to_owned(),
            seconds: 30.0,
        });
    }
    runs
}

/// Results of these curves, with all other tables that can be made of them.
pub(super) fn results_of(curves: Vec<CurveRow>) -> Results {
    let tables = Results { layers: layers(&curves), runs: runs(&curves), ..Results::default() };
    tables.judged(curves, 0.5)
}

/// The results of [`curves`].
pub(super) fn results() -> Results {
    results_of(curves())
}

/// A table with these columns and records.
pub(super) fn sheet(columns: &[&str], records: &[&[&str]]) -> Sheet {
    let owned = |fields: &[&str]| fields.iter().map(|&field| field.to_owned()).collect();
    Sheet { columns: owned(columns), records: records.iter().map(|record| owned(record)).collect() }
}
