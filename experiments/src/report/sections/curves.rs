//! Accuracy against density.

use super::super::folder::Results;
use super::super::model::{Block, Cell, Charts, Picture, Section, Table};
use super::super::words::mean_and_deviation;
use super::points::{COLUMNS, NOTE, points};
use crate::curve::{Curve, distinct, percent};
use crate::error::Error;
use crate::plot::{self, Bars};

/// Charts of one kind beyond these are shown only when they are asked for.
const SHOWN: usize = 8;
/// The same of rows.
const SHOWN_ROWS: usize = 40;

const READING: &str = "Accuracy is drawn on a logarithmic scale of the error, so that a collapse and half a point \
    near the top are seen in one picture and nothing is cropped. Bars and the grey band are Student's 95 % \
    intervals of the mean over seeds; one seed has none.";

pub(super) fn section(results: &Results) -> Result<Option<Section>, Error> {
    if results.pruned().next().is_none() {
        return Ok(None);
    }
    let charts = plot::charts(&results.curves, Bars::Interval)?;
    let of = |prefix: &str, title: &str| {
        let charts = charts.iter().filter(|chart| chart.name.starts_with(prefix)).cloned();
        group(title, pictures(results, charts))
    };
    let blocks = [
        Some(Block::text(READING)),
        of("accuracy-", "Methods side by side"),
        Some(Block::Table(pivot(results))),
        of("ticket-", "Retrainings and controls side by side, method by method"),
        of("stop-", "When they stop: the iteration of the least validation loss"),
        Some(Block::Table(all_points(results))),
    ];
    Ok(Some(Section::new(
        "curves",
        "Accuracy against density",
        blocks.into_iter().flatten().collect(),
    )))
}

/// Charts with the pictures that show the same beside the report.
pub(super) fn pictures(
    results: &Results,
    charts: impl Iterator<Item = plot::Chart>,
) -> Vec<Picture> {
    charts.map(|chart| Picture { file: results.picture(&chart.name), chart }).collect()
}

/// Charts under a heading, folded where they are many; `None` for none.
pub(super) fn group(title: &str, charts: Vec<Picture>) -> Option<Block> {
    let (title, folded) = (title.to_owned(), charts.len() > SHOWN);
    (!charts.is_empty()).then_some(Block::Charts(Charts { title, folded, charts }))
}

/// Mean and deviation: a row for each curve, a column for each density.
fn pivot(results: &Results) -> Table {
    let rows = &results.curves;
    let mut densities = distinct(results.pruned(), |row| row.density_asked);
    densities.sort_by(|a, b| b.total_cmp(a));
    let line = |curve: &Curve| {
        let labels = [curve.name(), curve.schedule.clone(), curve.retraining_name()];
        let dense = curve.method == "dense";
        // The dense network has one value, beside all densities.
        let cells = densities.iter().enumerate().map(|(k, &density)| {
            let sample = match dense {
                true if k > 0 => return Cell::text(""),
                true => curve.at(rows, 1.0),
                false => curve.at(rows, density),
            };
            Cell::maybe(sample.mean(), |_| mean_and_deviation(&sample))
        });
        labels.into_iter().map(Cell::text).chain(cells).collect()
    };
    let labels = ["method", "schedule", "retraining"].map(str::to_owned);
    let columns = labels.into_iter().chain(densities.iter().map(|&density| percent(density)));
    let curves = distinct(rows, Curve::of);
    Table::new("Test accuracy in % by density", columns, curves.iter().map(line)).with_note(
        "Mean ± sample standard deviation over seeds. The dense network stands in the first column of densities.",
    )
}

fn all_points(results: &Results) -> Table {
    let points = points(&results.curves);
    let rows = points.iter().map(|point| COLUMNS.iter().map(|(_, cell)| cell(point)).collect());
    let table = Table::new("Every point of every curve", COLUMNS.map(|(name, _)| name), rows)
        .with_note(NOTE)
        .without_empty_columns();
    if table.rows.len() > SHOWN_ROWS { table.folded() } else { table }
}
