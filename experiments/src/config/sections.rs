use std::io::ErrorKind;
use std::path::Path;

use serde::de::DeserializeOwned;

use super::raw::{Plot, Verdict};
use crate::error::Error;
use crate::plot::Bars;

/// The margin of a results folder's configuration, in points of test accuracy; the default one where it has
/// none.
///
/// # Errors
/// When the file cannot be read.
pub fn margin(path: &Path) -> Result<f64, Error> {
    section::<Verdict>(path, "verdict").map(|verdict| verdict.margin)
}

/// What bars reach to by a results folder's configuration, or else by default.
///
/// # Errors
/// When the file cannot be read.
pub fn bars(path: &Path) -> Result<Bars, Error> {
    section::<Plot>(path, "plot").map(|plot| plot.bars)
}

/// A section, or what it is by default. The rest of the file is not looked at: an earlier version may have
/// written it.
fn section<S: DeserializeOwned + Default>(path: &Path, name: &str) -> Result<S, Error> {
    let text = match std::fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(S::default()),
        Err(error) => return Err(Error::file(path, &error)),
    };
    let read = text.parse::<toml::Table>().and_then(|mut table| match table.remove(name) {
        Some(section) => section.try_into::<S>(),
        None => Ok(S::default()),
    });
    let problem = |error: toml::de::Error| error.message().to_owned();
    read.map_err(|error| Error::File { path: path.to_owned(), problem: problem(error) })
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
        assert_eq!(bars(&path).unwrap(), Bars::Deviation);
        std::fs::write(&path, "[plot]\nbars = \"min-max\"\n").unwrap();
        assert_eq!(bars(&path).unwrap(), Bars::MinMax);
        std::fs::write(&path, "[verdict]\nmargin = \"much\"\n").unwrap();
        assert!(margin(&path).unwrap_err().to_string().contains("config.toml"));
    }
}
