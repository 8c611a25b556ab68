//! Verdicts as text for a terminal.

mod potentials;
mod ships;
mod tickets;

use std::fmt::Write;
use std::ops::Range;

use comfy_table::presets::UTF8_BORDERS_ONLY;
use comfy_table::{CellAlignment, Table};

use super::Verdicts;
use crate::statistics::Sample;

impl Verdicts {
    /// The tables and sentences; empty where the rows allow no verdict.
    pub fn text(&self) -> String {
        let parts = [
            tickets::text(&self.tickets, self.margin),
            ships::text(&self.ships, self.margin),
            potentials::text(&self.potentials),
            potentials::corrupted_text(&self.potentials),
        ];
        parts.into_iter().flatten().fold(String::new(), |mut text, part| {
            let _ = writeln!(text, "\n{part}");
            text
        })
    }
}

/// A table in which the columns `numbers` are aligned to the right.
fn table(
    header: &[&str],
    numbers: Range<usize>,
    lines: impl IntoIterator<Item = Vec<String>>,
) -> Table {
    let mut table = Table::new();
    table.load_style(UTF8_BORDERS_ONLY);
    table.set_header(header);
    lines.into_iter().for_each(|line| {
        table.add_row(line);
    });
    let numbers = table.column_iter_mut().skip(numbers.start).take(numbers.len());
    numbers.for_each(|column| column.set_cell_alignment(CellAlignment::Right));
    table
}

/// `-0.12 [-0.40, +0.16]`, or what there is of it.
fn points(difference: &Sample) -> String {
    match (difference.interval(), difference.mean()) {
        (Some(all), _) => format!("{:+.2} [{:+.2}, {:+.2}]", all.mean, all.low, all.high),
        (None, Some(mean)) => format!("{mean:+.2}"),
        (None, None) => "-".to_owned(),
    }
}

/// What would decide it, if it is undecided, and what had to be done without.
fn remark(undecided: bool, more_seeds: Option<usize>, missing: &[String]) -> String {
    let seeds = undecided.then(|| match more_seeds {
        Some(1) => "needs 1 more seed".to_owned(),
        Some(more) => format!("needs {more} more seeds"),
        None => "seeds alone would not do".to_owned(),
    });
    let without = (!missing.is_empty()).then(|| format!("without {}", missing.join(", ")));
    seeds.into_iter().chain(without).collect::<Vec<_>>().join("; ")
}
