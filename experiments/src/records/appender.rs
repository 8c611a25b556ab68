//! One CSV file of a results folder while runs add to it.

use std::collections::HashMap;
use std::fs::OpenOptions;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use serde::Serialize;

use super::row::Row;
use super::table::{read_table, write_table};
use crate::error::Error;

/// Id to status.
pub(super) type Statuses = HashMap<String, String>;

/// Id to position in the plan.
pub(super) type Order<'a> = HashMap<&'a str, usize>;

/// A CSV file that grows; there is none before its first row.
#[derive(Debug)]
pub(super) struct Appender {
    path: PathBuf,
}

impl Appender {
    /// Drops the rows of runs that were cut off.
    pub(super) fn open<R: Row>(
        folder: &Path,
        finished: &Statuses,
        order: &Order<'_>,
    ) -> Result<Self, Error> {
        rewrite::<R>(folder, finished, order)?;
        Ok(Self { path: folder.join(R::FILE) })
    }

    pub(super) fn append<R: Serialize>(&self, rows: &[R]) -> Result<(), Error> {
        if rows.is_empty() {
            return Ok(());
        }
        let write = || {
            let mut file = OpenOptions::new().append(true).create(true).open(&self.path)?;
            let is_empty = file.metadata()?.len() == 0;
            let mut text = csv::WriterBuilder::new().has_headers(is_empty).from_writer(Vec::new());
            rows.iter().try_for_each(|row| text.serialize(row))?;
            let bytes = text.into_inner().map_err(|error| io::Error::other(error.to_string()))?;
            file.write_all(&bytes)
        };
        write().map_err(|error| Error::file(&self.path, &error))
    }
}

/// Keeps the rows of finished runs, in the order of the plan; within a run they stay as they are.
pub(super) fn rewrite<R: Row>(
    folder: &Path,
    finished: &Statuses,
    order: &Order<'_>,
) -> Result<(), Error> {
    let path = folder.join(R::FILE);
    if !path.exists() {
        return Ok(());
    }
    let mut rows: Vec<R> = read_table(&path)?;
    rows.retain(|row| finished.contains_key(row.run()));
    rows.sort_by_key(|row| order.get(row.run()).copied());
    write_table(&path, &rows)
}
