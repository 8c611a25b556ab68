//! Tables that other parts of the program write, where they are there.

use super::super::folder::Results;
use super::super::model::{Block, Section};
use super::super::sheet::Sheet;
use super::super::words::many;
use super::curves::{group, pictures};
use crate::error::Error;
use crate::plot::{self, Bars};

/// Columns of corruptions that are settings though their fields are numbers.
const SETTINGS: [&str; 3] = ["density_asked", "severity", "amount"];
/// The same of stability.
const MOMENTS: [&str; 2] = ["density_asked", "rewind_to"];
/// What the rows of one network differ in, from the coarsest table to the finest.
const DIFFERENT: [(&str, &[&str]); 3] = [
    ("over seeds, corruptions and severities", &["corruption", "severity", "amount"]),
    ("over seeds and severities", &["severity", "amount"]),
    ("over seeds", &[]),
];
/// A table of more rows is folded.
const SHOWN_ROWS: usize = 60;
/// And one of more rows than these is left to its file.
const MOST_ROWS: usize = 1000;

/// Accuracy under corruptions.
pub(super) fn corruptions(results: &Results) -> Result<Option<Section>, Error> {
    let Some(sheet) = &results.corruptions else { return Ok(None) };
    let charts = plot::corruption_charts(&results.curves, &results.corrupted, Bars::Interval)?;
    let mut blocks = vec![Block::text(
        "How networks behave on test images with corruptions of rising severity; n: rows of corruptions.csv behind a \
         mean. Columns are those of that file.",
    )];
    let (methods, corruptions): (Vec<_>, Vec<_>) =
        charts.into_iter().partition(|chart| chart.name.starts_with("corrupted-"));
    blocks.extend(group(
        "Methods side by side, the mean over all corruptions",
        pictures(results, methods.into_iter()),
    ));
    blocks.extend(group(
        "Corruptions side by side, method by method",
        pictures(results, corruptions.into_iter()),
    ));
    for (over, without) in DIFFERENT {
        let caption = format!("Test images with corruptions, means {over}");
        let table = sheet.without(without).means(&caption, |name| SETTINGS.contains(&name));
        blocks.push(match table.rows.len() {
            0..=SHOWN_ROWS => Block::Table(table),
            rows if rows <= MOST_ROWS => Block::Table(table.folded()),
            rows => {
                Block::text(format!("{caption}: {}, too many for this page.", many(rows, "row")))
            }
        });
    }
    Ok(Some(Section::new("corruptions", "Corrupted images", blocks)))
}

/// Error barriers between two copies of a training.
pub(super) fn stability(results: &Results) -> Result<Option<Section>, Error> {
    let Some(sheet) = &results.stability else { return Ok(None) };
    let charts = plot::stability_charts(&results.barriers, Bars::Interval)?;
    let table = sheet.means("Error barriers, means over seeds", |name| MOMENTS.contains(&name));
    let mut blocks = vec![Block::text(
        "Each training is done twice from a moment on, with batches in different orders: where no barrier of error lies \
         on the straight way between the two copies, the moment is one that a ticket may be rewound to. n: rows of \
         stability.csv behind a mean. Columns are those of that file.",
    )];
    blocks.extend(group("Barrier against moment", pictures(results, charts.into_iter())));
    blocks.push(Block::Table(if table.rows.len() > SHOWN_ROWS { table.folded() } else { table }));
    Ok(Some(Section::new("stability", "Stability", blocks)))
}

/// Findings of others beside what came out here.
pub(super) fn comparison(results: &Results) -> Option<Section> {
    let sheet = results.comparison.as_ref()?;
    let blocks = vec![
        Block::text(reproduced(sheet)),
        Block::Table(sheet.table("What others found, and what came out here").with_note(
            "expected: what others found; relation and tolerance: what must be true of the value found here (about: at \
             most the tolerance away; within-factor: at most by that factor; at-least: less by the tolerance at the \
             most; above: all of its interval is). mark: how the value is known. low, high: Student's 95 % interval.",
        )),
    ];
    Some(Section::new("comparison", "Beside what others found", blocks))
}

/// How many findings were reproduced, where the file tells.
fn reproduced(sheet: &Sheet) -> String {
    let all = many(sheet.records.len(), "finding");
    let Some(column) = sheet.columns.iter().position(|name| name == "reproduced") else {
        return format!("{all} of others were looked for.");
    };
    let count = |word: &str| sheet.records.iter().filter(|record| record[column] == word).count();
    let (yes, no) = (count("yes"), count("no"));
    let measured =
        if yes + no == sheet.records.len() { "" } else { "; the others were not measured" };
    format!("Of {all} {yes} were reproduced and {no} were not{measured}.")
}
