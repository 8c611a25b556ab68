//! How much may go?

use super::super::folder::Results;
use super::super::model::{Block, Cell, Section, Table};
use crate::curve::retraining_name;
use crate::records::{PotentialRow, method_label};

const WHAT: &str = "For each loss of test accuracy that is put up with (in points, in the head of the column) the \
    smallest network of each seed that is at most so far behind its parent: the share of all parameters, and of the \
    multiply-adds, that is gone, the mean over seeds. A seed without such a network counts as not pruned. No test: \
    what was seen.";

pub(super) fn section(results: &Results) -> Option<Section> {
    let is_same = |a: &PotentialRow, b: &PotentialRow| label(a) == label(b);
    let clean = results.potentials.iter().filter(|row| row.corruption.is_empty());
    let clean: Vec<PotentialRow> = clean.cloned().collect();
    let curves: Vec<&[PotentialRow]> = clean.chunk_by(is_same).collect();
    let deltas: Vec<f64> = curves.first()?.iter().map(|row| row.delta).collect();
    let table = |caption: &str, ratio: fn(&PotentialRow) -> f64| {
        let line = |curve: &&[PotentialRow]| {
            let labels = label(&curve[0]).into_iter().map(Cell::text);
            let cells = curve.iter().map(|row| {
                let gone = 100.0 * ratio(row);
                let remark = if row.seeds_without > 0 { "*" } else { "" };
                Cell::number(gone, format!("{remark}{gone:.1}"))
            });
            labels.chain(cells).collect()
        };
        let heads = ["method", "schedule", "retraining"].map(str::to_owned);
        let columns = heads.into_iter().chain(deltas.iter().map(|delta| format!("Δ = {delta}")));
        Table::new(caption, columns, curves.iter().map(line))
            .with_note("*: some seeds have no network within this loss.")
    };
    let blocks = vec![
        Block::text(WHAT),
        Block::Table(table("Parameters that may go, in %", |row| row.prune_ratio)),
        Block::Table(table("Multiply-adds that may go, in %", |row| row.multiply_add_ratio)),
    ];
    Some(Section::new("potential", "How much may go?", blocks))
}

fn label(row: &PotentialRow) -> [String; 3] {
    let method = method_label(&row.method, &row.scope, &row.options);
    [method, row.schedule.clone(), retraining_name(&row.retraining, Some(row.rewind_to))]
}
