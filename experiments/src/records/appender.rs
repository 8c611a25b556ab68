use std::collections::HashMap;
use std::fs::{File, OpenOptions};
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

use serde::Serialize;

use super::row::Row;
use super::store::Rows;
use super::table::{read_table, sync_folder_of, text_of, write_table};
use crate::error::Error;

/// Id to status.
pub(super) type Statuses = HashMap<String, String>;

/// Id to position in the plan.
pub(super) type Order<'a> = HashMap<&'a str, usize>;

/// The place of each of the ids.
pub(super) fn positions(planned: &[String]) -> Order<'_> {
    planned.iter().enumerate().map(|(index, id)| (id.as_str(), index)).collect()
}

/// A CSV file that grows; there is none before its first row.
#[derive(Debug)]
pub(super) struct Appender {
    path: PathBuf,
    file: Option<File>,
    /// Bytes in it.
    length: u64,
    /// Whether all of them are on the disk.
    is_settled: bool,
    /// Whether this process has made the file, and its name may not be on the disk yet.
    was_made: bool,
}

impl Appender {
    /// Opens the file at its end, if there is one.
    pub(super) fn open<R: Row>(folder: &Path) -> Result<Self, Error> {
        let path = folder.join(R::FILE);
        let (file, length) = match OpenOptions::new().append(true).open(&path) {
            Ok(file) => {
                let length = file.metadata().map_err(|error| Error::file(&path, &error))?.len();
                (Some(file), length)
            }
            Err(error) if error.kind() == ErrorKind::NotFound => (None, 0),
            Err(error) => return Err(Error::file(&path, &error)),
        };
        Ok(Self { path, file, length, is_settled: true, was_made: false })
    }

    /// Appends the rows, under a header where they are the first.
    pub(super) fn append<R: Serialize>(&mut self, rows: &[R]) -> Result<(), Error> {
        if rows.is_empty() {
            return Ok(());
        }
        let mut write = || {
            let text = text_of(rows, self.length == 0)?;
            let file = match &mut self.file {
                Some(file) => file,
                none => {
                    self.was_made = true;
                    none.insert(OpenOptions::new().append(true).create(true).open(&self.path)?)
                }
            };
            file.write_all(text.as_bytes())?;
            self.length += text.len() as u64;
            self.is_settled = false;
            Ok(())
        };
        write().map_err(|error| Error::file(&self.path, &error))
    }

    /// Appends the rows here and to the run's own.
    pub(super) fn append_noted<R: Row>(&mut self, rows: &[R], own: &mut Rows) -> Result<(), Error> {
        self.append(rows)?;
        if !rows.is_empty() {
            let text = own.entry(R::FILE.to_owned()).or_default();
            let more = text_of(rows, text.is_empty());
            *text += &more.map_err(|error| Error::file(&self.path, &error))?;
        }
        Ok(())
    }

    /// What was appended is on the disk afterwards, and stays through a power cut.
    pub(super) fn settle(&mut self) -> Result<(), Error> {
        let Some(file) = self.file.as_ref().filter(|_| !self.is_settled) else { return Ok(()) };
        let is_new = self.was_made;
        let settled = file
            .sync_data()
            .and_then(|()| if is_new { sync_folder_of(&self.path) } else { Ok(()) });
        settled.map_err(|error| Error::file(&self.path, &error))?;
        (self.is_settled, self.was_made) = (true, false);
        Ok(())
    }

    /// The file that this process appends to is still the one of this name, and nobody else writes to it:
    /// rows appended to a file that was deleted would be lost without a word.
    pub(super) fn is_in_place(&self) -> Result<(), Error> {
        if self.file.is_none() {
            return Ok(());
        }
        let problem = match std::fs::metadata(&self.path) {
            Err(error) => format!("{error}; it was there when this process began to write it"),
            Ok(found) if found.len() != self.length => format!(
                "has {} bytes where this process has written {}; another one must have written to it too",
                found.len(),
                self.length
            ),
            Ok(_) => return Ok(()),
        };
        let problem = format!("{problem}; run the same command again: finished runs are kept");
        Err(Error::File { path: self.path.clone(), problem })
    }

    /// Drops the rows of a run.
    pub(super) fn drop_run<R: Row>(&mut self, run: &str) -> Result<(), Error> {
        let mut rows: Vec<R> = read_table(&self.path)?;
        rows.retain(|row| row.run() != run);
        write_table(&self.path, &rows)?;
        let folder = self.path.parent().unwrap_or(Path::new(""));
        *self = Self::open::<R>(folder)?;
        Ok(())
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
