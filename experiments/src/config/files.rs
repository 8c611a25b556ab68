//! A configuration file and the files that it extends.

use std::path::{Path, PathBuf};

use super::explain;
use super::places::line_of;
use crate::error::{Error, Problem};

/// The key that names the file to extend, relative to the file that it stands in.
const EXTENDS: &str = "extends";

/// A file, then the one that it extends, and so on.
pub(super) struct Files(Vec<File>);

struct File {
    /// As it is called in messages.
    name: String,
    text: String,
    /// Without `extends`.
    table: toml::Table,
    /// What it extends.
    base: Option<String>,
}

impl Files {
    /// Reads them all.
    ///
    /// # Errors
    /// When one cannot be read, is no TOML, or extends itself in a circle.
    pub(super) fn read(path: &Path) -> Result<Self, Error> {
        let mut files = vec![File::read(path, None)?];
        let mut known = vec![canonical(path)];
        let mut path = path.to_owned();
        while let Some(file) = files.last()
            && let Some(base) = &file.base
        {
            path = path.parent().unwrap_or(Path::new("")).join(base);
            let is = canonical(&path);
            if let Some(first) = known.iter().position(|known| *known == is) {
                let circle = files[first..].iter().map(|file| file.name.as_str());
                let circle = circle.chain([files[first].name.as_str()]).collect::<Vec<_>>();
                return Err(file.rejected(format!(
                    "\"{base}\" is {}, which leads back here ({}); expected a file that extends none of \
                     these",
                    files[first].name,
                    circle.join(", then ")
                )));
            }
            let next = File::read(&path, Some(file))?;
            known.push(is);
            files.push(next);
        }
        Ok(Self(files))
    }

    /// The text of the file, where it extends none.
    pub(super) fn single(&self) -> Option<&str> {
        match &self.0[..] {
            [file] => Some(&file.text),
            _ => None,
        }
    }

    /// All keys: sections key by key, the own ones before those of the files that are extended.
    pub(super) fn merged(&self) -> toml::Table {
        self.0.iter().rev().fold(toml::Table::new(), |mut all, file| {
            merge(&mut all, &file.table);
            all
        })
    }

    /// File, number and text of the line that decides on a key in dotted form, or on what it is part of.
    pub(super) fn place(&self, key: &str) -> Option<(String, usize, &str)> {
        let found = self.0.iter().find_map(|file| Some((file, line_of(&file.text, key)?)));
        match found {
            Some((file, line)) => {
                let text = file.text.lines().nth(line - 1).unwrap_or_default();
                Some((file.name.clone(), line, text.trim()))
            }
            None => key.rsplit_once('.').and_then(|(outer, _)| self.place(outer)),
        }
    }
}

impl File {
    /// Reads the file that another one extends, if one does.
    fn read(path: &Path, extended_by: Option<&File>) -> Result<Self, Error> {
        let name = path.display().to_string();
        let text = std::fs::read_to_string(path).map_err(|error| match extended_by {
            None => Error::file(path, &error),
            Some(file) => file.rejected(format!(
                "cannot read {name}: {error}; expected the path of a file, relative to this one"
            )),
        })?;
        let table = text.parse::<toml::Table>();
        let mut table = table.map_err(|error| explain::in_file(&error, &text, &name))?;
        let base = match table.remove(EXTENDS) {
            None => None,
            Some(toml::Value::String(base)) => Some(base),
            Some(other) => {
                let file = Self { name, text, table, base: None };
                return Err(file.rejected(format!("{other}; expected the path of a file")));
            }
        };
        Ok(Self { name, text, table, base })
    }

    /// An error about what it extends.
    fn rejected(&self, problem: String) -> Error {
        let line = line_of(&self.text, EXTENDS).unwrap_or(1);
        let problems = vec![Problem::new(EXTENDS, problem)];
        Error::Config { origin: format!("{}:{line}", self.name), problems }
    }
}

fn canonical(path: &Path) -> PathBuf {
    path.canonicalize().unwrap_or_else(|_| path.to_owned())
}

fn merge(base: &mut toml::Table, own: &toml::Table) {
    for (key, value) in own {
        match (base.get_mut(key), value) {
            (Some(toml::Value::Table(base)), toml::Value::Table(own)) => merge(base, own),
            _ => {
                base.insert(key.clone(), value.clone());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sections_merge_key_by_key_and_own_keys_win() {
        let mut base: toml::Table =
            "a = 1\n[s]\nb = 2\nlist = [1, 2]\n[s.t]\nc = 3".parse().unwrap();
        let own = "d = 4\n[s]\nlist = [5]\n[s.t]\ne = 6\nc = 7".parse().unwrap();
        merge(&mut base, &own);
        let expected = "a = 1\nd = 4\n[s]\nb = 2\nlist = [5]\n[s.t]\nc = 7\ne = 6".parse().unwrap();
        assert_eq!(base, expected);
        let mut base: toml::Table = "[s]\nb = 2".parse().unwrap();
        merge(&mut base, &"s = 1".parse().unwrap());
        assert_eq!(base, "s = 1".parse().unwrap());
    }
}
