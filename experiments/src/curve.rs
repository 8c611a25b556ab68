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
    /// Iteration that they, or the ticket whose masks they train, went back to; 0 for initial values, and where
    /// nothing goes back.
    pub rewind_to: usize,
}

impl Curve {
    /// The curve that a row is a point of.
    pub fn of(row: &CurveRow) -> Self {
        let CurveRow { schedule, method, scope, options, retraining, .. } = row.clone();
        let rewind_to = row.rewind_to.unwrap_or(0);
        Self { schedule, method, scope, options, retraining, rewind_to }
    }

    /// The same pruning with another retraining. Fresh initial values go back to no moment; under the iterative
    /// schedule their masks are those of a ticket that does.
    pub fn with_retraining(&self, retraining: &str) -> Self {
        let is_of_none = retraining == "reinit" && self.schedule != "iterative";
        let rewind_to = if is_of_none { 0 } else { self.rewind_to };
        Self { retraining: retraining.to_owned(), rewind_to, ..self.clone() }
    }

    /// `rewind`, or `rewind (500)` where survivors go back to an iteration after the first.
    pub fn retraining_name(&self) -> String {
        retraining_name(&self.retraining, Some(self.rewind_to))
    }

    /// `magnitude`, or `magnitude (per-layer)` where something is not the usual.
    pub fn name(&self) -> String {
        method_label(&self.method, &self.scope, &self.options)
    }

    /// The method, and the iteration that its ticket goes back to where that is not the first.
    pub fn ticket_name(&self) -> String {
        match self.rewind_to {
            0 => self.name(),
            moment => format!("{}, rewound to {moment}", self.name()),
        }
    }

    /// Its rows, in their order.
    pub fn rows<'a>(&self, rows: &'a [CurveRow]) -> impl Iterator<Item = &'a CurveRow> {
        rows.iter().filter(move |row| {
            row.retraining == self.retraining
                && row.rewind_to.unwrap_or(0) == self.rewind_to
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

/// A retraining with the iteration that survivors go back to, where that is not the first.
pub fn retraining_name(retraining: &str, rewind_to: Option<usize>) -> String {
    match rewind_to {
        None | Some(0) => retraining.to_owned(),
        Some(moment) => format!("{retraining} ({moment})"),
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
