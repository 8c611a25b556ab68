use std::fs;
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
    let mut text = csv::Writer::from_writer(Vec::new());
    for row in rows {
        text.serialize(row).map_err(|error| foreign(path, 0, &error))?;
    }
    let bytes = text.into_inner().map_err(|error| Error::file(path, error.error()))?;
    write_atomically(path, &bytes)
}

/// Writes a file so that it is either the old one or the new one, and never half of it.
///
/// # Errors
/// When the file cannot be written.
pub fn write_atomically(path: &Path, bytes: &[u8]) -> Result<(), Error> {
    let temporary = path.with_added_extension("part");
    fs::write(&temporary, bytes).map_err(|error| Error::file(&temporary, &error))?;
    fs::rename(&temporary, path).map_err(|error| Error::file(path, &error))
}

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
        fs::write(&path, "x,y\n1,2\n").unwrap();
        let message = read_table::<Row>(&path).unwrap_err().to_string();
        assert!(
            message.contains("t.csv") && message.contains("line 2") && message.contains("name"),
            "{message}"
        );
    }
}
