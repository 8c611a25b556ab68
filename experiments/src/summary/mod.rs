//! What the rows say: a table of means, and a sentence for each method on the ticket claim.

mod means;
mod ticket;

pub use means::means;

use std::fmt::Write;

use comfy_table::presets::UTF8_BORDERS_ONLY;
use comfy_table::{CellAlignment, Table};

use crate::curve::{Curve, distinct, percent};
use crate::records::CurveRow;

/// The table and the sentences, as text for a terminal.
///
/// Everything is computed from the rows alone. `margin` is in points of test accuracy.
pub fn summary(rows: &[CurveRow], margin: f64) -> String {
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
    if rows.iter().any(|row| row.repeat > 1) {
        let _ = writeln!(text, "repeats of controls are averaged for each seed first");
    }
    let diverged = rows.iter().filter(|row| row.status != "ok").count();
    if diverged > 0 {
        let _ =
            writeln!(text, "{diverged} rows have no result (column status of curves.csv says why)");
    }
    for sentence in ticket::sentences(rows, margin) {
        let _ = writeln!(text, "\n{sentence}");
    }
    text
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
        let labels = [curve.schedule.clone(), curve.name(), curve.retraining_name()];
        table.add_row(labels.into_iter().chain(cells));
    }
    table
        .column_iter_mut()
        .skip(3)
        .for_each(|column| column.set_cell_alignment(CellAlignment::Right));
    table
}
