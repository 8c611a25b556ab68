//! May it be shipped?

use super::super::folder::Results;
use super::super::model::{Block, Cell, Section, Table};
use super::super::words::{brief, count, percent, points, with_ends};
use super::tickets::remark;
use crate::curve::{self, retraining_name};
use crate::records::{VerdictRow, method_label};

const RULE: &str = "A network that was not retrained, or fine-tuned, is non-inferior where a loss of the margin or \
    more is refuted twice: over the seeds by Student's test of the paired differences, and over the test images by \
    Newcombe's interval for paired proportions on the counts of newly wrong and newly right images of the mean \
    seed. The larger of the two p counts, after Holm's correction over all these questions, at a one-sided level of \
    2.5 %.";

pub(super) fn section(results: &Results) -> Option<Section> {
    let rows: Vec<&VerdictRow> =
        results.verdicts.iter().filter(|row| row.question == "ship").collect();
    let is_same = |a: &&VerdictRow, b: &&VerdictRow| label(a) == label(b);
    let sparsest = rows.chunk_by(is_same).map(sparsest);
    let table =
        Table::new("The sparsest network of each curve that may be shipped", columns(), sparsest);
    let all = Table::new(
        "Every network that was asked about",
        columns(),
        rows.iter().map(|row| line(row)),
    );
    let blocks = vec![
        Block::text(format!(
            "{RULE} The margin is {} points; there are {} questions.",
            results.margin,
            rows.iter().filter(|row| row.p.is_some()).count()
        )),
        Block::Table(table.with_note(NOTE).without_empty_columns()),
        Block::Table(all.with_note(NOTE).without_empty_columns().folded()),
    ];
    (!rows.is_empty()).then(|| Section::new("shipping", "May it be shipped?", blocks))
}

const NOTE: &str = "against the parent: points of test accuracy, the mean over seeds with Student's 95 % interval; \
    images: Newcombe's 95 % interval over the test images. churn: share of test images on which the two predict \
    different classes; newly wrong, newly right: images, the mean over seeds. worst class: the class that lost the \
    most in any seed, and what it lost there in points. corruptions: points against the parent under corruptions, the \
    mean over them.";

fn columns() -> [&'static str; 17] {
    [
        "method",
        "schedule",
        "retraining",
        "density",
        "verdict",
        "against the parent",
        "images",
        "p",
        "p (Holm)",
        "churn",
        "newly wrong",
        "newly right",
        "worst class",
        "corruptions",
        "compression",
        "speed-up",
        "what would decide it",
    ]
}

fn label(row: &VerdictRow) -> [String; 3] {
    let method = method_label(&row.method, &row.scope, &row.options);
    [method, row.schedule.clone(), retraining_name(&row.retraining, Some(row.rewind_to))]
}

/// The sparsest non-inferior network of a curve, or a row that says that there is none.
fn sparsest(rows: &[&VerdictRow]) -> Vec<Cell> {
    let shown = rows.iter().filter(|row| row.verdict == "non-inferior");
    if let Some(row) = shown.min_by(|a, b| a.density_asked.total_cmp(&b.density_asked)) {
        return line(row);
    }
    let open = rows.iter().filter(|row| row.verdict == "undecided");
    let nearest = open.min_by_key(|row| row.more_seeds.unwrap_or(usize::MAX));
    let why = nearest.map_or_else(
        || "all are inferior".to_owned(),
        |row| format!("at {}: {}", curve::percent(row.density_asked), remark(row)),
    );
    let blank = std::iter::repeat_with(|| Cell::text(""));
    let labels =
        label(rows[0]).into_iter().map(Cell::text).chain([Cell::text(""), Cell::text("none")]);
    labels.chain(blank.take(columns().len() - 6)).chain([Cell::text(why)]).collect()
}

fn line(row: &VerdictRow) -> Vec<Cell> {
    let counted = |value: Option<f64>| Cell::maybe(value, brief);
    let worst = row.worst_class.zip(row.worst_class_drop);
    let images = row.images_low.zip(row.images_high);
    let labels = label(row).map(Cell::text);
    let cells = [
        Cell::number(row.density_asked, curve::percent(row.density_asked)),
        Cell::text(row.verdict.clone()),
        Cell::maybe(row.difference, |mean| with_ends(Some(mean), row.low, row.high)),
        Cell::maybe(images.map(|(low, _)| low), |_| {
            let (low, high) = images.unwrap_or_default();
            format!("[{}, {}]", points(low), points(high))
        }),
        Cell::maybe(row.p, brief),
        Cell::maybe(row.p_holm, brief),
        Cell::maybe(row.churn, |share| percent(share, 2)),
        counted(row.newly_wrong),
        counted(row.newly_right),
        Cell::maybe(worst.map(|(_, drop)| drop), |drop| {
            let (class, _) = worst.unwrap_or_default();
            format!("{}: {}", count(class as f64), points(-drop))
        }),
        Cell::maybe(row.corruption_drop, |drop| points(-drop)),
        Cell::number(row.compression, brief(row.compression)),
        Cell::number(row.speed_up, brief(row.speed_up)),
        Cell::text(remark(row)),
    ];
    labels.into_iter().chain(cells).collect()
}
