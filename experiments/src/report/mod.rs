//! The report of an experiment: `report.md` for readers of text and `report.html`, one page that needs nothing
//! else.
//!
//! `folder` reads the tables of a results folder, and each of `sections` turns them into blocks of the one
//! `model` of the report: texts, tables and charts. `markdown` and `html` render that model and compute nothing,
//! so that they cannot disagree with each other or with the tables.

#[cfg(test)]
mod fixtures;
mod folder;
mod html;
mod markdown;
mod model;
mod sections;
mod settings;
mod sheet;
#[cfg(test)]
mod tests;
mod words;

use std::path::Path;

use crate::error::Error;
use crate::records::{files, write_atomically, write_table};
use folder::Results;

/// Writes `report.md`, `report.html` and `costs.csv`, which is part of it, from the tables in the folder.
///
/// # Errors
/// When the folder has no rows, or a file cannot be read or written.
pub fn write(folder: &Path) -> Result<(), Error> {
    let results = Results::read(folder)?;
    let report = sections::report(&results)?;
    write_table(&folder.join(files::COSTS), &results.costs)?;
    let text = markdown::render(&report);
    write_atomically(&folder.join(files::REPORT_TEXT), text.as_bytes())?;
    write_atomically(&folder.join(files::REPORT_PAGE), html::render(&report).as_bytes())
}
