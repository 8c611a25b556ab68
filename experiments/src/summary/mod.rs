//! What the rows say: a table of means, and a sentence for each method on the ticket claim.

mod ticket;

use std::fmt::Write;

use comfy_table::presets::UTF8_BORDERS_ONLY;
use comfy_table::{CellAlignment, Table};

use crate::records::{CurveRow, method_label};
use crate::statistics::Sample;

/// The table and the sentences, as text for a terminal.
///
/// Everything is computed from the rows alone.
pub fn summary(rows: &[CurveRow]) -> String {
    let mut text = String::new();
    let Some(first) = rows.first() else { return "no rows\n".to_owned() };
    let seeds = distinct(rows, |row| row.seed).len();
    let _ = writeln!(
        text,
        "{} on {}: test accuracy in %, mean ± sample standard deviation over {seeds} seed{}",
        first.network,
        first.dataset,
        if seeds == 1 { "" } else { "s" }
    );
    let _ = writeln!(text, "{}", table(rows));
    let diverged = rows.iter().filter(|row| row.status != "ok").count();
    if diverged > 0 {
        let _ =
            writeln!(text, "{diverged} rows have no result (column status of curves.csv says why)");
    }
    for sentence in ticket::sentences(rows) {
        let _ = writeln!(text, "\n{sentence}");
    }
    text
}

/// What a curve is about: schedule, method with scope and options, retraining.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Curve {
    schedule: String,
    method: String,
    scope: String,
    options: String,
    retraining: String,
}

impl Curve {
    fn of(row: &CurveRow) -> Self {
        let CurveRow { schedule, method, scope, options, retraining, .. } = row.clone();
        Self { schedule, method, scope, options, retraining }
    }

    fn with_retraining(&self, retraining: &str) -> Self {
        Self { retraining: retraining.to_owned(), ..self.clone() }
    }

    /// `magnitude`, or `magnitude (per-layer)` where something is not the usual.
    fn name(&self) -> String {
        method_label(&self.method, &self.scope, &self.options)
    }

    /// Test accuracies in percent at a density, one a seed.
    fn at(&self, rows: &[CurveRow], density: f64) -> Sample {
        let here = rows.iter().filter(|row| row.density_asked == density && Self::of(row) == *self);
        Sample::new(here.filter_map(|row| Some((row.seed, 100.0 * row.test_accuracy?))))
    }
}

fn table(rows: &[CurveRow]) -> Table {
    let mut densities =
        distinct(rows.iter().filter(|row| row.method != "dense"), |row| row.density_asked);
    densities.sort_by(|a, b| b.total_cmp(a));
    let mut table = Table::new();
    table.load_style(UTF8_BORDERS_ONLY);
    let labels = ["schedule", "method", "retraining"].map(str::to_owned);
    table.set_header(labels.into_iter().chain(densities.iter().map(|density| percent(*density))));
    for curve in distinct(rows, Curve::of) {
        let cells = if curve.method == "dense" {
            let dense = curve.at(rows, 1.0).to_string();
            vec![dense]
        } else {
            densities.iter().map(|&density| curve.at(rows, density).to_string()).collect()
        };
        let labels = [curve.schedule.clone(), curve.name(), curve.retraining.clone()];
        table.add_row(labels.into_iter().chain(cells));
    }
    table
        .column_iter_mut()
        .skip(3)
        .for_each(|column| column.set_cell_alignment(CellAlignment::Right));
    table
}

/// A density in percent, as short as it can be told.
fn percent(density: f64) -> String {
    let rounded = (density * 1e6).round() / 1e4;
    format!("{} %", if rounded >= 1.0 { (rounded * 100.0).round() / 100.0 } else { rounded })
}

/// Values in order of their first appearance, each once.
fn distinct<'a, T: PartialEq>(
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
