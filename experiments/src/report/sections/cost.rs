//! What a ticket costs, and what it saves.

use super::super::folder::Results;
use super::super::model::{Block, Cell, Section, Table};
use super::super::words::{large, plain, time};
use crate::curve::{Curve, dense as dense_accuracies, percent, retraining_name};
use crate::records::{CostRow, method_label};

const FINDING: &str = "To find a mask, the dense network has to be trained (unless it is pruned before that), \
    and under the iterative schedule the survivors of every round before; then weights are scored and chosen. A \
    training's multiply-adds are those of its forward passes and twice as many for the backward ones: 3 × \
    iterations × batch size × multiply-adds per image. With dense arithmetic a masked network costs as much as \
    the dense one, and a small one, after filter pruning, what it has; steps whose compute is sparse or auto may \
    have done with fewer. Sparse: if arithmetic with pruned weights were skipped. Scoring and looks at the \
    validation set are in the seconds only; seconds are those of one thread.";

const SAVING: &str = "Once the mask is known, a training costs fewer multiply-adds than that of the dense \
    network, and so does every image. Retrainings that pay: the least n for which n trainings of the dense \
    network cost at least as much as finding the mask and n trainings with it. Predictions that pay: what \
    finding and training the network took more than the dense network's training, with dense arithmetic, over \
    what an image saves. Sparse: pruned weights are skipped; small: the dense network that is left without dead \
    units. These are counts and not times: a mask alone makes nothing faster, and experiments bench measures \
    what a small network gains.";

/// A column of a table of costs.
type Column = (&'static str, fn(&CostRow) -> Cell);

const LABELS: [Column; 4] = [
    ("method", |row| Cell::text(method_label(&row.method, &row.scope, &row.options))),
    ("schedule", |row| Cell::text(row.schedule.clone())),
    ("retraining", |row| Cell::text(retraining_name(&row.retraining, Some(row.rewind_to)))),
    ("density", |row| Cell::number(row.density_asked, percent(row.density_asked))),
];

const FOUND: [Column; 6] = [
    ("trainings", |row| Cell::number(row.find_trainings, plain(row.find_trainings))),
    ("iterations", |row| Cell::number(row.find_iterations, large(row.find_iterations))),
    ("multiply-adds, dense arithmetic", |row| Cell::maybe(row.find_multiply_adds, large)),
    ("multiply-adds, sparse", |row| Cell::maybe(row.find_multiply_adds_sparse, large)),
    ("time to train", |row| Cell::number(row.find_seconds_train, time(row.find_seconds_train))),
    ("time to score", |row| Cell::number(row.find_seconds_prune, time(row.find_seconds_prune))),
];

const SAVED: [Column; 9] = [
    ("a training: dense", |row| Cell::maybe(row.dense_multiply_adds, large)),
    ("a training: sparse", |row| Cell::maybe(row.retrain_multiply_adds_sparse, large)),
    ("a training: small", |row| Cell::maybe(row.retrain_multiply_adds_small, large)),
    ("retrainings that pay: sparse", |row| Cell::maybe(row.retrainings_sparse, large)),
    ("retrainings that pay: small", |row| Cell::maybe(row.retrainings_small, large)),
    ("an image: sparse", |row| {
        Cell::number(row.image_multiply_adds_sparse, large(row.image_multiply_adds_sparse))
    }),
    ("an image: small", |row| Cell::maybe(row.image_multiply_adds_small, large)),
    ("predictions that pay: sparse", |row| Cell::maybe(row.predictions_sparse, large)),
    ("predictions that pay: small", |row| Cell::maybe(row.predictions_small, large)),
];

/// The most telling of both.
const SHORT: [Column; 9] =
    [FOUND[0], FOUND[2], FOUND[4], FOUND[5], SAVED[1], SAVED[3], SAVED[4], SAVED[7], SAVED[8]];
/// A table of more rows is folded.
const SHOWN_ROWS: usize = 40;

pub(super) fn section(results: &Results) -> Option<Section> {
    let first = results.costs.first()?;
    let table = |caption: &str, own: &[Column]| {
        let rows: Vec<&CostRow> = results.costs.iter().collect();
        let table = table(caption, &rows, own);
        if table.rows.len() > SHOWN_ROWS { table.folded() } else { table }
    };
    let sparsest = sparsest(results);
    let short = self::table(
        &format!(
            "The sparsest network of each curve whose mean accuracy is within {} points of the dense network's",
            results.margin
        ),
        &sparsest,
        &SHORT,
    );
    let dense = format!(
        "The dense network: {} iterations{}, {} of training; {} multiply-adds per image.",
        large(first.dense_iterations),
        first
            .dense_multiply_adds
            .map_or_else(String::new, |all| format!(", {} multiply-adds", large(all))),
        time(first.dense_seconds),
        large(first.image_multiply_adds_dense)
    );
    let unknown = first.find_multiply_adds.is_none().then(|| {
        Block::text("Without config.toml the batch size is not known, and so are the multiply-adds of trainings.")
    });
    let blocks = [
        Some(Block::text(dense)),
        unknown,
        Some(Block::text(FINDING)),
        Some(Block::text(SAVING)),
        (!sparsest.is_empty()).then_some(Block::Table(short)),
        Some(Block::Table(table("Spent until the mask was known, means over seeds", &FOUND))),
        Some(Block::Table(table("What the mask saves, in multiply-adds", &SAVED))),
    ];
    Some(Section::new("cost", "What a ticket costs", blocks.into_iter().flatten().collect()))
}

/// A table without columns that nobody fills.
fn table(caption: &str, rows: &[&CostRow], own: &[Column]) -> Table {
    let columns = || LABELS.iter().chain(own);
    let rows = rows.iter().map(|row| columns().map(|(_, cell)| cell(row)).collect());
    Table::new(caption, columns().map(|(name, _)| *name), rows).without_empty_columns()
}

/// The costs of each curve at the least density that is within the margin of the dense network in the mean.
fn sparsest(results: &Results) -> Vec<&CostRow> {
    let dense = dense_accuracies(&results.curves);
    let is_within = |row: &&CostRow| {
        let CostRow { schedule, method, scope, options, retraining, rewind_to, .. } =
            (*row).clone();
        let curve = Curve { schedule, method, scope, options, retraining, rewind_to };
        let behind = curve.at(&results.curves, row.density_asked).minus(&dense).mean();
        behind.is_some_and(|mean| mean >= -results.margin)
    };
    let label =
        |row: &CostRow| LABELS[..3].iter().map(|(_, cell)| cell(row).text).collect::<Vec<_>>();
    let curves = results.costs.chunk_by(|a, b| label(a) == label(b));
    let least = |rows: &'_ [CostRow]| -> Option<usize> {
        let within = rows.iter().enumerate().filter(|(_, row)| is_within(row));
        within.min_by(|a, b| a.1.density_asked.total_cmp(&b.1.density_asked)).map(|(k, _)| k)
    };
    curves.filter_map(|rows| Some(&rows[least(rows)?])).collect()
}
