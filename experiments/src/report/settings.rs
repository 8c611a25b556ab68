//! The configuration of a results folder, as it was written, whatever version wrote it.

use std::io::ErrorKind;
use std::path::Path;

use crate::cost::Terms;
use crate::error::Error;

/// The keys of `config.toml` in dotted form with their values. Nothing is checked: an earlier or later version
/// may have written them.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Settings(Vec<(String, toml::Value)>);

impl Settings {
    /// Reads the file; no settings where there is none.
    ///
    /// # Errors
    /// When the file cannot be read, or is not TOML.
    pub(super) fn read(path: &Path) -> Result<Self, Error> {
        let text = match std::fs::read_to_string(path) {
            Ok(text) => text,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Self::default()),
            Err(error) => return Err(Error::file(path, &error)),
        };
        let table = text.parse::<toml::Table>().map_err(|error| Error::File {
            path: path.to_owned(),
            problem: format!("{}; move the file away to report without it", error.message()),
        })?;
        let mut settings = Self::default();
        settings.add("", table);
        Ok(settings)
    }

    fn add(&mut self, prefix: &str, table: toml::Table) {
        for (key, value) in table {
            match value {
                toml::Value::Table(inner) => self.add(&format!("{prefix}{key}."), inner),
                value => self.0.push((format!("{prefix}{key}"), value)),
            }
        }
    }

    /// Whether there was a file.
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    fn value(&self, key: &str) -> Option<&toml::Value> {
        self.0.iter().find(|(name, _)| name == key).map(|(_, value)| value)
    }

    /// A value as it is read: strings without quotes.
    pub(super) fn text(&self, key: &str) -> Option<String> {
        self.value(key).map(shown)
    }

    /// A number above 0.
    pub(super) fn number(&self, key: &str) -> Option<f64> {
        let value = self.value(key)?;
        let number = value.as_float().or_else(|| value.as_integer().map(|whole| whole as f64));
        number.filter(|&number| number > 0.0)
    }

    /// Every key and value, in the order of the alphabet.
    pub(super) fn all(&self) -> impl Iterator<Item = (&str, String)> {
        self.0.iter().map(|(key, value)| (key.as_str(), shown(value)))
    }

    /// What the costs of a ticket rest on besides its rows.
    pub(super) fn terms(&self) -> Terms {
        let shrinks = self.value("retrain.shrink").and_then(toml::Value::as_bool);
        Terms {
            batch_size: self.number("train.batch_size").map(|size| size as usize),
            shrinks: shrinks.unwrap_or(true),
        }
    }
}

fn shown(value: &toml::Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_found_whatever_else_stands_there() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("config.toml");
        assert!(Settings::read(&path).unwrap().is_empty());
        let text = "name = \"a\"\n[train]\nbatch_size = 60\nlearning_rate = 0.1\n[new.kind]\nkey = [1, 2]\n";
        std::fs::write(&path, text).unwrap();
        let settings = Settings::read(&path).unwrap();
        assert_eq!(settings.text("name").unwrap(), "a");
        assert_eq!(settings.text("new.kind.key").unwrap(), "[1, 2]");
        assert_eq!(settings.number("train.learning_rate"), Some(0.1));
        assert_eq!(settings.terms(), Terms { batch_size: Some(60), shrinks: true });
        std::fs::write(&path, "[retrain]\nshrink = false\n").unwrap();
        let terms = Settings::read(&path).unwrap().terms();
        assert_eq!(terms, Terms { batch_size: None, shrinks: false });
        std::fs::write(&path, "name =\n").unwrap();
        assert!(Settings::read(&path).unwrap_err().to_string().contains("config.toml"));
    }
}
