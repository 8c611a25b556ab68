//! Curves as points: all seeds of a curve at one density.

use super::super::model::Cell;
use super::super::words::{brief, large, percent};
use crate::curve::{self, Curve, distinct};
use crate::records::CurveRow;
use crate::statistics::Sample;

/// All seeds of a curve at one density.
pub(super) struct Point<'a> {
    pub(super) curve: Curve,
    pub(super) density: f64,
    rows: Vec<&'a CurveRow>,
}

/// Every point, the dense network first.
pub(super) fn points(rows: &[CurveRow]) -> Vec<Point<'_>> {
    let curves = distinct(rows, Curve::of).into_iter();
    let of_curve = |curve: Curve| {
        let point = |density| Point {
            curve: curve.clone(),
            density,
            rows: curve.rows_at(rows, density).collect(),
        };
        curve.densities(rows).into_iter().map(point).collect::<Vec<_>>()
    };
    curves.flat_map(of_curve).collect()
}

/// A column of the table of points.
pub(super) type Column = (&'static str, fn(&Point<'_>) -> Cell);

/// The columns of the table of points: names as in `curves.csv`, where there are such.
pub(super) const COLUMNS: [Column; 27] = [
    ("method", |point| Cell::text(point.curve.name())),
    ("schedule", |point| Cell::text(point.curve.schedule.clone())),
    ("retraining", |point| Cell::text(point.curve.retraining_name())),
    ("density asked", |point| Cell::number(point.density, curve::percent(point.density))),
    ("achieved", |point| point.mean(|row| Some(row.density), |value| percent(value, 2))),
    ("effective", |point| point.mean(|row| row.effective_density, |value| percent(value, 2))),
    ("n", |point| {
        let seeds = point.accuracy().seeds();
        Cell::number(seeds as f64, seeds.to_string())
    }),
    ("trials", |point| {
        let (trials, seeds) = (point.trials(), point.accuracy().seeds());
        Cell::maybe((trials > seeds).then_some(trials as f64), large)
    }),
    ("accuracy", |point| accuracy(point.accuracy().mean())),
    ("low", |point| accuracy(point.accuracy().interval().map(|interval| interval.low))),
    ("high", |point| accuracy(point.accuracy().interval().map(|interval| interval.high))),
    ("deviation", |point| accuracy(point.accuracy().deviation())),
    ("before retraining", |point| point.mean(|row| row.test_accuracy_before, share)),
    ("at early stop", |point| point.mean(|row| row.test_accuracy_at_best_validation, share)),
    ("early-stopping iteration", |point| {
        point.mean(|row| row.best_validation_iteration.map(|iteration| iteration as f64), large)
    }),
    ("on training images", |point| point.mean(|row| row.training_accuracy, share)),
    ("NLL", |point| point.mean(|row| row.test_loss, |value| format!("{value:.4}"))),
    ("Brier", |point| point.mean(|row| row.test_brier, |value| format!("{value:.4}"))),
    ("ECE", |point| point.mean(|row| row.test_ece, |value| format!("{value:.4}"))),
    ("top-5", |point| point.mean(|row| row.test_top5_accuracy, share)),
    ("barrier", |point| point.mean(|row| row.barrier, share)),
    ("churn", |point| point.mean(|row| row.churn, share)),
    ("compression", |point| point.mean(|row| Some(row.compression), brief)),
    ("speed-up", |point| point.mean(|row| Some(row.speed_up), brief)),
    ("multiply-adds", |point| point.mean(|row| Some(row.multiply_adds as f64), large)),
    ("small: parameters", |point| {
        point.mean(|row| row.shrunk_parameters.map(|count| count as f64), large)
    }),
    ("small: multiply-adds", |point| {
        point.mean(|row| row.shrunk_multiply_adds.map(|count| count as f64), large)
    }),
];

/// What the columns mean.
pub(super) const NOTE: &str = "accuracy: test accuracy in %, the mean over n seeds; low, high: Student's 95 % \
    interval of that mean; deviation: sample standard deviation. trials: repeats of a control, which are averaged \
    within a seed first. at early stop: test accuracy at the iteration of \
    the least validation loss. NLL: mean cross-entropy on the test set; Brier: Σ (pₖ − yₖ)² over the classes; ECE: \
    expected calibration error over 15 bins; churn: share of test images on which network and parent predict \
    different classes; barrier: of test error, in points, between two copies trained in different orders of batches. small: the dense network that is left when units without inputs or outputs are taken out.";

impl Point<'_> {
    /// Test accuracies in percent, one a seed.
    pub(super) fn accuracy(&self) -> Sample {
        self.sample(|row| row.test_accuracy.map(|share| 100.0 * share))
    }

    fn trials(&self) -> usize {
        self.rows.iter().filter(|row| row.test_accuracy.is_some()).count()
    }

    fn sample(&self, value: impl Fn(&CurveRow) -> Option<f64>) -> Sample {
        Sample::new(self.rows.iter().filter_map(|row| Some((row.seed, value(row)?))))
    }

    fn mean(&self, value: fn(&CurveRow) -> Option<f64>, shown: impl Fn(f64) -> String) -> Cell {
        // Of the rows with a result: a row without one may be without a mask.
        let with_result = |row: &CurveRow| value(row).filter(|_| row.test_accuracy.is_some());
        Cell::maybe(self.sample(with_result).mean(), shown)
    }
}

fn accuracy(percents: Option<f64>) -> Cell {
    Cell::maybe(percents, |value| format!("{value:.2}"))
}

fn share(share: f64) -> String {
    format!("{:.2}", 100.0 * share)
}
