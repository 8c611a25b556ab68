use statrs::statistics::Statistics;

use crate::curve::{Curve, distinct};
use crate::records::{CurveRow, MeanRow};
use crate::statistics::Sample;

/// A column of `curves.csv`.
type Column = (&'static str, fn(&CurveRow) -> Option<f64>);

/// What is summed up: how well networks end and where they stop.
const QUANTITIES: [Column; 5] = [
    ("test_accuracy", |row| row.test_accuracy),
    ("test_accuracy_at_best_validation", |row| row.test_accuracy_at_best_validation),
    ("best_validation_iteration", |row| row.best_validation_iteration.map(|value| value as f64)),
    ("training_accuracy", |row| row.training_accuracy),
    ("training_accuracy_at_best_validation", |row| row.training_accuracy_at_best_validation),
];

/// Means and extremes of every curve at every density, as they stand in `means.csv`.
pub fn means(rows: &[CurveRow]) -> Vec<MeanRow> {
    let points = distinct(rows, Curve::of).into_iter().flat_map(|curve| {
        let densities = curve.densities(rows);
        densities.into_iter().map(move |density| (curve.clone(), density))
    });
    points
        .flat_map(|(curve, density)| {
            QUANTITIES.iter().filter_map(move |column| of(rows, &curve, density, *column))
        })
        .collect()
}

/// `None` where no row has a value.
fn of(
    rows: &[CurveRow],
    curve: &Curve,
    density: f64,
    (quantity, value): Column,
) -> Option<MeanRow> {
    let trials: Vec<(u64, f64)> =
        curve.rows_at(rows, density).filter_map(|row| Some((row.seed, value(row)?))).collect();
    let sample = Sample::new(trials.iter().copied());
    let interval = sample.interval();
    let values = || trials.iter().map(|(_, value)| value);
    let first = curve.rows_at(rows, density).next()?;
    let Curve { schedule, method, scope, options, retraining, rewind_to } = curve.clone();
    Some(MeanRow {
        dataset: first.dataset.clone(),
        network: first.network.clone(),
        schedule,
        method,
        scope,
        options,
        retraining,
        rewind_to,
        density_asked: density,
        quantity: quantity.to_owned(),
        seeds: sample.seeds(),
        trials: trials.len(),
        mean: sample.mean()?,
        deviation: sample.deviation(),
        low: interval.map(|interval| interval.low),
        high: interval.map(|interval| interval.high),
        least: Statistics::min(values()),
        greatest: Statistics::max(values()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn repeats_are_averaged_for_means_and_kept_for_extremes() {
        let row = |seed, repeat, accuracy, iteration| CurveRow {
            method: "magnitude".to_owned(),
            retraining: "reinit".to_owned(),
            density_asked: 0.5,
            test_accuracy: Some(accuracy),
            best_validation_iteration: Some(iteration),
            seed,
            repeat,
            ..CurveRow::default()
        };
        let lost = CurveRow { test_accuracy: None, ..row(3, 1, 0.0, 500) };
        let rows = [row(1, 1, 0.9, 100), row(1, 2, 0.8, 300), row(2, 1, 0.95, 400), lost];
        let means = means(&rows);
        let names: Vec<&str> = means.iter().map(|row| row.quantity.as_str()).collect();
        assert_eq!(names, ["test_accuracy", "best_validation_iteration"]);
        let accuracy = &means[0];
        assert_eq!((accuracy.seeds, accuracy.trials), (2, 3));
        assert!((accuracy.mean - 0.9).abs() < 1e-12);
        assert!((accuracy.deviation.unwrap() - 0.05 * 2_f64.sqrt()).abs() < 1e-12);
        assert_eq!((accuracy.least, accuracy.greatest), (0.8, 0.95));
        assert_eq!((means[1].seeds, means[1].greatest), (3, 500.0));
        assert!((means[1].mean - 1100.0 / 3.0).abs() < 1e-9);
    }
}
