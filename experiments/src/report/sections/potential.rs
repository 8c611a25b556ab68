//! How much may go?

use super::super::folder::Results;
use super::super::model::{Block, Cell, Section, Table};
use crate::curve::retraining_name;
use crate::records::{PotentialRow, method_label};

const WHAT: &str = "For each loss of test accuracy that is put up with (in points, in the head of the column) the \
    smallest network of each seed that is at most so far behind its parent: the share of all parameters, and of the \
    multiply-adds, that is gone, the mean over seeds. A seed without such a network counts as not pruned. No test: \
    what was seen.";

const CORRUPTED: &str = "The same under corruptions of the test images, beside the parent under the same one; all: the \
    mean over them.";

pub(super) fn section(results: &Results) -> Option<Section> {
    let (corrupted, plain): (Vec<&PotentialRow>, Vec<&PotentialRow>) =
        results.potentials.iter().partition(|row| !row.corruption.is_empty());
    let parameters: Ratio = |row| row.prune_ratio;
    let multiply_adds: Ratio = |row| row.multiply_add_ratio;
    let mut blocks = vec![
        Block::text(WHAT),
        Block::Table(table("Parameters that may go, in %", &plain, parameters)?),
        Block::Table(table("Multiply-adds that may go, in %", &plain, multiply_adds)?),
    ];
    let under = table("Parameters that may go under corruptions, in %", &corrupted, parameters);
    if let Some(under) = under {
        blocks.extend([Block::text(CORRUPTED), Block::Table(under.folded())]);
    }
    Some(Section::new("potential", "How much may go?", blocks))
}

/// What is told of a row.
type Ratio = fn(&PotentialRow) -> f64;

/// A row for each curve, and for each corruption where there are some; a column for each loss.
fn table(caption: &str, rows: &[&PotentialRow], ratio: Ratio) -> Option<Table> {
    let is_same = |a: &&PotentialRow, b: &&PotentialRow| label(a) == label(b);
    let curves: Vec<&[&PotentialRow]> = rows.chunk_by(is_same).collect();
    let deltas: Vec<f64> = curves.first()?.iter().map(|row| row.delta).collect();
    let line = |curve: &&[&PotentialRow]| {
        let labels = label(curve[0]).into_iter().map(Cell::text);
        let cells = curve.iter().map(|row| {
            let gone = 100.0 * ratio(row);
            let remark = if row.seeds_without > 0 { "*" } else { "" };
            Cell::number(gone, format!("{remark}{gone:.1}"))
        });
        labels.chain(cells).collect()
    };
    let heads = ["method", "schedule", "retraining", "corruption", "severities"].map(str::to_owned);
    let columns = heads.into_iter().chain(deltas.iter().map(|delta| format!("Δ = {delta}")));
    let table = Table::new(caption, columns, curves.iter().map(line));
    Some(table.with_note("*: some seeds have no network within this loss.").without_empty_columns())
}

fn label(row: &PotentialRow) -> [String; 5] {
    let method = method_label(&row.method, &row.scope, &row.options);
    let retraining = retraining_name(&row.retraining, Some(row.rewind_to));
    [method, row.schedule.clone(), retraining, row.corruption.clone(), row.severities.clone()]
}
