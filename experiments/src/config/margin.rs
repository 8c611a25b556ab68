use std::io::ErrorKind;
use std::path::Path;

use super::raw::Verdict;
use crate::error::Error;

/// The margin of a results folder's configuration, in points of test accuracy; the default one where it has
/// none. The rest of the file is not looked at: an earlier version may have written it.
///
/// # Errors
/// When the file cannot be read.
pub fn margin(path: &Path) -> Result<f64, Error> {
    let text = match std::fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Verdict::default().margin),
        Err(error) => return Err(Error::file(path, &error)),
    };
    let read = text.parse::<toml::Table>().and_then(|mut table| match table.remove("verdict") {
        Some(section) => section.try_into::<Verdict>(),
        None => Ok(Verdict::default()),
    });
    let problem = |error: toml::de::Error| error.message().to_owned();
    let verdict =
        read.map_err(|error| Error::File { path: path.to_owned(), problem: problem(error) })?;
    Ok(verdict.margin)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_a_file_of_any_version() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("config.toml");
        assert_eq!(margin(&path).unwrap(), 0.5);
        for (text, expected) in [
            ("name = \"old\"\n[other]\nkey = 1\n", 0.5),
            ("[verdict]\nmargin = 0.25\n", 0.25),
            ("[verdict]\n", 0.5),
        ] {
            std::fs::write(&path, text).unwrap();
            assert_eq!(margin(&path).unwrap(), expected, "{text}");
        }
        std::fs::write(&path, "[verdict]\nmargin = \"much\"\n").unwrap();
        assert!(margin(&path).unwrap_err().to_string().contains("config.toml"));
    }
}
