//! What was watched while it ran.

use pruning::{Grain, methods};

use super::super::folder::Results;
use super::super::model::{Block, Cell, Section, Table};
use super::super::words::many;
use crate::curve::Curve;
use crate::records::CurveRow;

/// An invariant, what holds, and which rows it is checked for.
type Invariant = (&'static str, &'static str, fn(&CurveRow) -> bool);

const INVARIANTS: [Invariant; 9] = [
    (
        "pruned-are-zero",
        "pruned weights are exactly zero at every evaluation, before, during and after retraining",
        |_| true,
    ),
    ("moments-are-zero", "and so is all that the optimiser remembers of them", |row| {
        row.iterations > 0
    }),
    (
        "budget",
        "the mask keeps as many weights as were asked for; of whole channels as close as half of the largest one",
        |_| true,
    ),
    (
        "whole-channels",
        "a mask of channels keeps all weights between channels that stay",
        takes_channels,
    ),
    ("nested", "along an iterative or gradual run what was pruned stays pruned", |row| {
        row.schedule != "one-shot"
    }),
    ("rewound", "rewound survivors are, by hash, the saved values bit for bit", |row| {
        ["rewind", "random-mask"].contains(&row.retraining.as_str())
    }),
    ("reinit", "redrawn survivors are not", |row| row.retraining == "reinit"),
    ("test-untouched", "nothing is chosen by test images", |_| true),
    ("bound", "no certificate is exceeded on its own points", |row| {
        row.error_bound_median.is_some()
    }),
];

fn takes_channels(row: &CurveRow) -> bool {
    methods::entry(&row.method).is_ok_and(|entry| entry.grain() == Grain::Channels)
}

/// How the status of a row begins that violates an invariant.
const VIOLATED: &str = "invariant ";

fn violations(results: &Results) -> impl Iterator<Item = &CurveRow> {
    results.curves.iter().filter(|row| row.status.starts_with(VIOLATED))
}

/// Whether all is well, in a sentence.
pub(super) fn sentence(results: &Results) -> String {
    let violated = violations(results).count();
    let lost = results.curves.iter().filter(|row| row.status != "ok").count() - violated;
    let rows = many(results.curves.len(), "row");
    let held = match violated {
        0 => format!("No invariant was violated in {rows}"),
        _ => {
            format!("Invariants are violated in {violated} of {rows}: nothing here can be trusted")
        }
    };
    let lost = match lost {
        0 => "; every row has a result.".to_owned(),
        _ => format!("; {} without a result.", many(lost, "row")),
    };
    held + &lost
}

pub(super) fn section(results: &Results) -> Section {
    let line = |(name, holds, applies): &Invariant| {
        let rows = results.pruned().filter(|row| applies(row)).count();
        let violated = violations(results)
            .filter(|row| row.status[VIOLATED.len()..].starts_with(&format!("{name}:")))
            .count();
        let checked =
            if rows > 0 { Cell::number(rows as f64, rows.to_string()) } else { Cell::text("") };
        let found = if rows > 0 {
            Cell::number(violated as f64, violated.to_string())
        } else {
            Cell::text("")
        };
        vec![Cell::text(*name), Cell::text(*holds), checked, found]
    };
    let columns = ["invariant", "what holds", "rows that it applies to", "violations"];
    let table = Table::new("What was checked", columns, INVARIANTS.iter().map(line)).with_note(
        "Checked in every run while it goes on; none can be turned off. A violation ends the experiment, and stands \
         in the row's status.",
    );
    let bad: Vec<Vec<Cell>> =
        results.curves.iter().filter(|row| row.status != "ok").map(lost).collect();
    let mut blocks = vec![Block::text(sentence(results)), Block::Table(table)];
    if !bad.is_empty() {
        let columns = ["run", "method", "schedule", "retraining", "seed", "density", "status"];
        let table = Table::new("Rows without a result", columns, bad);
        blocks.push(Block::Table(table));
    }
    Section::new("invariants", "Invariants", blocks)
}

fn lost(row: &CurveRow) -> Vec<Cell> {
    let curve = Curve::of(row);
    vec![
        Cell::text(row.run.clone()),
        Cell::text(curve.name()),
        Cell::text(curve.schedule.clone()),
        Cell::text(curve.retraining_name()),
        Cell::number(row.seed as f64, row.seed.to_string()),
        Cell::number(row.density_asked, crate::curve::percent(row.density_asked)),
        Cell::text(row.status.clone()),
    ]
}
