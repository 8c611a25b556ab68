//! Which rows belong together.

use crate::records::{CurveRow, method_label};
use crate::statistics::Sample;

/// What a curve is about: schedule, method with scope and options, retraining.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Curve {
    /// `one-shot`, `iterative` or `gradual`; empty for the parent.
    pub schedule: String,
    /// `dense` for the parent, else the pruning method.
    pub method: String,
    /// Where its weights compete.
    pub scope: String,
    /// What was set of it.
    pub options: String,
    /// What happened to the survivors; `train` for the parent.
    pub retraining: String,
}

impl Curve {
    /// The curve that a row is a point of.
    pub fn of(row: &CurveRow) -> Self {
        let CurveRow { schedule, method, scope, options, retraining, .. } = row.clone();
        Self { schedule, method, scope, options, retraining }
    }

    /// The same pruning with another retraining.
    pub fn with_retraining(&self, retraining: &str) -> Self {
        Self { retraining: retraining.to_owned(), ..self.clone() }
    }

    /// `magnitude`, or `magnitude (per-layer)` where something is not the usual.
    pub fn name(&self) -> String {
        method_label(&self.method, &self.scope, &self.options)
    }

    /// Its rows, in their order.
    pub fn rows<'a>(&self, rows: &'a [CurveRow]) -> impl Iterator<Item = &'a CurveRow> {
        rows.iter().filter(move |row| {
            row.retraining == self.retraining
                && row.method == self.method
                && row.schedule == self.schedule
                && row.scope == self.scope
                && row.options == self.options
        })
    }

    /// Its rows at a density: one for each seed and repeat.
    pub fn rows_at<'a>(
        &self,
        rows: &'a [CurveRow],
        density: f64,
    ) -> impl Iterator<Item = &'a CurveRow> {
        self.rows(rows).filter(move |row| row.density_asked == density)
    }

    /// Its densities, falling.
    pub fn densities(&self, rows: &[CurveRow]) -> Vec<f64> {
        let mut densities = distinct(self.rows(rows), |row| row.density_asked);
        densities.sort_by(|a, b| b.total_cmp(a));
        densities
    }

    /// Test accuracies in percent at a density, one a seed: repeats are averaged.
    pub fn at(&self, rows: &[CurveRow], density: f64) -> Sample {
        percents(self.rows_at(rows, density))
    }
}

/// Test accuracies of the dense networks in percent, one a seed.
pub fn dense(rows: &[CurveRow]) -> Sample {
    percents(rows.iter().filter(|row| row.method == "dense"))
}

fn percents<'a>(rows: impl Iterator<Item = &'a CurveRow>) -> Sample {
    Sample::new(rows.filter_map(|row| Some((row.seed, 100.0 * row.test_accuracy?))))
}

/// A density in percent, as short as it can be told.
pub fn percent(density: f64) -> String {
    let rounded = (density * 1e6).round() / 1e4;
    format!("{} %", if rounded >= 1.0 { (rounded * 100.0).round() / 100.0 } else { rounded })
}

/// Values in order of their first appearance, each once.
pub fn distinct<'a, T: PartialEq>(
    rows: impl IntoIterator<Item = &'a CurveRow>,
    value: impl Fn(&CurveRow) -> T,
) -> Vec<T> {
    let mut seen = Vec::new();
    for row in rows {
        let value = value(row);
        if !seen.contains(&value) {
            seen.push(value);
        }
    }
    seen
}
