use std::fs::{self, File};
use std::io::Write;
use std::path::Path;

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::error::Error;

/// Reads a CSV file of rows of one kind; no file is no rows.
///
/// A last line that was cut off in the middle of writing is left out.
///
/// # Errors
/// When the file cannot be read, has other columns, or a line before the last cannot be read.
pub fn read_table<R: DeserializeOwned + Serialize>(path: &Path) -> Result<Vec<R>, Error> {
    let bytes = match fs::read(path) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(Error::file(path, &error)),
    };
    rows_in(&bytes, path)
}

/// The rows in the bytes of a CSV file; `path` is what errors name.
pub(super) fn rows_in<R: DeserializeOwned>(bytes: &[u8], path: &Path) -> Result<Vec<R>, Error> {
    // Where a power cut left a hole, whatever stands behind it was not on the disk: nothing that counts.
    let end = bytes.iter().position(|&byte| byte == 0).unwrap_or(bytes.len());
    let bytes = &bytes[..end];
    // A whole line ends with a line break; a field never holds one.
    let whole = bytes.iter().rposition(|&byte| byte == b'\n').map_or(0, |end| end + 1);
    let mut rows = Vec::new();
    for (index, row) in csv::Reader::from_reader(&bytes[..whole]).into_deserialize().enumerate() {
        rows.push(row.map_err(|error| foreign(path, index + 2, &error))?);
    }
    Ok(rows)
}

/// Writes a CSV file of rows: to a temporary file beside it first, so that it is always whole.
///
/// # Errors
/// When the file cannot be written.
pub fn write_table<R: Serialize>(path: &Path, rows: &[R]) -> Result<(), Error> {
    let text = text_of(rows, true).map_err(|error| Error::file(path, &error))?;
    write_atomically(path, text.as_bytes())
}

/// Rows as lines of a CSV file; nothing for no rows.
pub(super) fn text_of<R: Serialize>(rows: &[R], with_header: bool) -> std::io::Result<String> {
    let mut text = csv::WriterBuilder::new().has_headers(with_header).from_writer(Vec::new());
    rows.iter().try_for_each(|row| text.serialize(row))?;
    let bytes = text.into_inner().map_err(|error| error.into_error())?;
    Ok(String::from_utf8(bytes).expect("rows are made of strings and numbers"))
}

/// Writes a file so that it is either the old one or the new one, and never half of it, whoever else may
/// be writing it, and whether or not the power is cut; afterwards it is on the disk.
///
/// # Errors
/// When the file cannot be written.
pub fn write_atomically(path: &Path, bytes: &[u8]) -> Result<(), Error> {
    write(path, bytes, File::sync_all)?;
    sync_folder_of(path).map_err(|error| Error::file(path, &error))
}

/// The same for a file that says what is so at the moment: after a power cut it may be empty, and nobody minds.
///
/// # Errors
/// When the file cannot be written.
pub(crate) fn write_for_now(path: &Path, bytes: &[u8]) -> Result<(), Error> {
    write(path, bytes, |_| Ok(()))
}

/// The names in the folder of this file are on the disk.
pub(crate) fn sync_folder_of(path: &Path) -> std::io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    // Elsewhere a folder is no file.
    if cfg!(unix) { File::open(folder.unwrap_or(Path::new(".")))?.sync_all() } else { Ok(()) }
}

fn write(path: &Path, bytes: &[u8], settle: fn(&File) -> std::io::Result<()>) -> Result<(), Error> {
    let (folder, name) = (path.parent().unwrap_or(Path::new("")), path.file_name());
    let prefix = format!("{}.", name.unwrap_or_default().to_string_lossy());
    let temporary = tempfile::Builder::new().prefix(&prefix).suffix(PART).make_in(folder, |path| {
        // Not as the library makes them, which nobody else could read.
        fs::OpenOptions::new().write(true).create_new(true).open(path)
    });
    let mut temporary = temporary.map_err(|error| Error::file(path, &error))?;
    temporary.write_all(bytes).map_err(|error| Error::file(path, &error))?;
    settle(temporary.as_file()).map_err(|error| Error::file(path, &error))?;
    temporary.persist(path).map(|_| ()).map_err(|error| Error::file(path, &error.error))
}

/// Rows as the text of a CSV file.
///
/// # Errors
/// Never, for rows of this program.
pub fn to_text<R: Serialize>(rows: &[R]) -> Result<String, Error> {
    text_of(rows, true).map_err(|error| Error::file(Path::new(""), &error))
}

/// The rows of such a text; `origin` is the file that errors name.
///
/// # Errors
/// When it has other columns, or a line that cannot be read.
pub fn from_text<R: DeserializeOwned>(text: &str, origin: &Path) -> Result<Vec<R>, Error> {
    rows_in(text.as_bytes(), origin)
}

/// How the names of files end that are not whole yet.
pub(super) const PART: &str = ".part";

fn foreign(path: &Path, line: usize, error: &csv::Error) -> Error {
    let problem = format!(
        "line {line}: not a row of this program ({error}); move the file away, or start anew with --fresh"
    );
    Error::File { path: path.to_owned(), problem }
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct Row {
        name: String,
        value: Option<f64>,
    }

    fn rows() -> Vec<Row> {
        vec![
            Row { name: "a, \"b\"".to_owned(), value: Some(0.1 + 0.2) },
            Row { name: "c".to_owned(), value: None },
        ]
    }

    #[test]
    fn rows_survive_the_file_bit_for_bit() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("t.csv");
        assert_eq!(read_table::<Row>(&path).unwrap(), []);
        write_table(&path, &rows()).unwrap();
        assert_eq!(read_table::<Row>(&path).unwrap(), rows());
    }

    #[test]
    fn a_torn_last_line_is_left_out_and_a_foreign_file_named() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("t.csv");
        write_table(&path, &rows()).unwrap();
        let whole = fs::read(&path).unwrap();
        for cut in 1..whole.len() {
            fs::write(&path, &whole[..cut]).unwrap();
            let found = read_table::<Row>(&path).unwrap();
            assert_eq!(found, rows()[..found.len()], "cut at {cut}");
        }
        // A hole that a power cut left, with lines behind it that were written later.
        let hole =
            [&whole[..whole.len() - 2], &[0; 512], &whole[whole.len() - 2..], &whole].concat();
        fs::write(&path, hole).unwrap();
        assert_eq!(read_table::<Row>(&path).unwrap(), rows()[..1]);
        fs::write(&path, "x,y\n1,2\n").unwrap();
        let message = read_table::<Row>(&path).unwrap_err().to_string();
        assert!(
            message.contains("t.csv") && message.contains("line 2") && message.contains("name"),
            "{message}"
        );
    }
}
