//! The parser's messages, in one line: where, what was found, what was expected.

use super::files::Files;
use super::places::{key_at, line_at};
use super::suggest;
use crate::error::{Error, Problem};

/// Where the text that was parsed comes from.
pub(super) struct Origin<'a> {
    pub(super) files: &'a Files,
    /// Keys that were set on the command line.
    pub(super) set: Vec<String>,
    /// What all of it is called.
    pub(super) source: String,
}

impl Origin<'_> {
    /// File, number and text of the line that decides on a key; `None` where the command line does.
    fn place(&self, key: &str) -> Option<(String, usize, &str)> {
        let (inner, outer) = (format!("{key}."), |set: &String| format!("{set}."));
        let is_set =
            |set: &String| set == key || set.starts_with(&inner) || key.starts_with(&outer(set));
        if self.set.iter().any(is_set) { None } else { self.files.place(key) }
    }

    /// Names the place of each problem's key.
    pub(super) fn placed(&self, mut problems: Vec<Problem>) -> Error {
        for problem in &mut problems {
            problem.origin =
                self.place(&problem.key).map(|(file, line, _)| format!("{file}:{line}"));
        }
        Error::Config { origin: self.source.clone(), problems }
    }

    /// An error in `text`, which was put together: told of the file and line that it comes from.
    pub(super) fn explain(&self, error: &toml::de::Error, text: &str) -> Error {
        let start = error.span().map(|span| span.start);
        let key = start.and_then(|start| key_at(text, start));
        match key.and_then(|key| self.place(&key)) {
            Some((file, number, line)) => told(error, format!("{file}:{number}"), Some(line)),
            None => told(error, self.source.clone(), start.and_then(|start| line_in(text, start))),
        }
    }
}

/// An error in the text of one file.
pub(super) fn in_file(error: &toml::de::Error, text: &str, file: &str) -> Error {
    match error.span() {
        Some(span) => {
            let origin = format!("{file}:{}", line_at(text, span.start));
            told(error, origin, Some(line_in(text, span.start).unwrap_or_default()))
        }
        None => told(error, file.to_owned(), None),
    }
}

fn line_in(text: &str, position: usize) -> Option<&str> {
    text.lines().nth(line_at(text, position) - 1).map(str::trim)
}

fn told(error: &toml::de::Error, origin: String, line: Option<&str>) -> Error {
    let message = error.message().lines().collect::<Vec<_>>().join(" ");
    let hint = hint_for(&message);
    let line = line.map_or_else(String::new, |line| format!("`{line}`: "));
    let problems = vec![Problem::new("", format!("{line}{message}{hint}"))];
    Error::Config { origin, problems }
}

/// For "unknown field `metods`, expected one of `methods`, …": the nearest of them.
fn hint_for(message: &str) -> String {
    let quoted: Vec<&str> = message.split('`').skip(1).step_by(2).collect();
    match quoted.split_first() {
        Some((found, known)) if message.starts_with("unknown") => {
            suggest::hint(found, known.iter().copied())
        }
        _ => String::new(),
    }
}
