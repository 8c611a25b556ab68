//! Tables that other parts of the program write, where they are there.

use super::super::folder::Results;
use super::super::model::{Block, Section};
use super::super::sheet::Sheet;
use super::super::words::many;

/// Columns of corruptions that are settings though their fields are numbers.
const SETTINGS: [&str; 3] = ["density_asked", "severity", "test_images"];
/// A table of more rows is shown without the severities, or else folded.
const SHOWN_ROWS: usize = 60;
/// And one of more rows than these is left to its file.
const MOST_ROWS: usize = 1000;

/// Accuracy under corruptions.
pub(super) fn corruptions(results: &Results) -> Option<Section> {
    let sheet = results.corruptions.as_ref()?;
    let caption = "Test images with corruptions, means over the seeds";
    let whole = sheet.means(caption, |column| SETTINGS.contains(&column));
    let without = sheet
        .without("severity")
        .means(&format!("{caption} and severities"), |column| SETTINGS.contains(&column));
    let mut blocks = vec![Block::text(
        "How networks behave on test images with corruptions of rising severity; n: rows of corruptions.csv behind a \
         mean. Columns are those of that file.",
    )];
    for table in [without, whole] {
        blocks.push(match table.rows.len() {
            0..=SHOWN_ROWS => Block::Table(table),
            rows if rows <= MOST_ROWS => Block::Table(table.folded()),
            rows => Block::text(format!(
                "{}: {}, too many for this page.",
                table.caption,
                many(rows, "row")
            )),
        });
    }
    Some(Section::new("corruptions", "Corrupted images", blocks))
}

/// Findings of a paper beside what came out here.
pub(super) fn comparison(results: &Results) -> Option<Section> {
    let sheet = results.comparison.as_ref()?;
    let blocks = vec![
        Block::text(reproduced(sheet)),
        Block::Table(sheet.table("Findings of the paper, and what came out here").with_note(
            "expected and tolerance are the paper's value and how far from it still counts as reproduced; mark: how \
             the value is known; found, low and high: here, with its interval.",
        )),
    ];
    Some(Section::new("comparison", "Beside the paper", blocks))
}

/// How many findings were reproduced, where the file tells.
fn reproduced(sheet: &Sheet) -> String {
    let all = many(sheet.records.len(), "finding");
    let Some(column) = sheet.columns.iter().position(|name| name == "reproduced") else {
        return format!("{all} of the paper were looked at.");
    };
    let is_yes = |field: &str| ["yes", "true", "reproduced"].contains(&field);
    let yes = sheet.records.iter().filter(|record| is_yes(&record[column])).count();
    format!("{yes} of {all} of the paper were reproduced.")
}
