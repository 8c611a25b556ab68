use std::path::{Path, PathBuf};

use super::experiment::Experiment;
use super::{check, suggest};
use crate::error::{Error, Problem};

/// What the command line puts in place of the file's values.
#[derive(Debug, Clone, Default)]
pub struct Overrides {
    /// `--set key=value`, in order.
    pub set: Vec<String>,
    /// `--data DIR`.
    pub data: Option<PathBuf>,
    /// `--backend NAME`.
    pub backend: Option<String>,
}

/// Reads and checks a configuration file.
///
/// # Errors
/// When the file cannot be read; when it is not valid, with everything that is wrong at once.
pub fn read(path: &Path, overrides: &Overrides) -> Result<Experiment, Error> {
    let text = std::fs::read_to_string(path).map_err(|error| Error::file(path, &error))?;
    let Merged { source, text, has_lines } = merge(path, text, overrides)?;
    let raw = toml::from_str(&text).map_err(|error| explain(&error, &text, &source, has_lines))?;
    check::check(raw).map_err(|problems| Error::Config { origin: source, problems })
}

/// The file's text with the overrides in it.
struct Merged {
    text: String,
    /// How to call it in messages.
    source: String,
    /// Whether its lines are still the file's.
    has_lines: bool,
}

fn merge(path: &Path, text: String, overrides: &Overrides) -> Result<Merged, Error> {
    let mut settings: Vec<(String, toml::Value)> = Vec::new();
    let mut shown = Vec::new();
    for setting in &overrides.set {
        let (key, value) = setting.split_once('=').ok_or_else(|| Error::Config {
            origin: format!("--set {setting}"),
            problems: vec![problem("", "expected key=value, such as train.learning_rate=0.05")],
        })?;
        settings.push((key.trim().to_owned(), value_of(value.trim())));
        shown.push(format!("--set {setting}"));
    }
    if let Some(data) = &overrides.data {
        settings.push(("dataset.path".to_owned(), data.display().to_string().into()));
        shown.push(format!("--data {}", data.display()));
    }
    if let Some(backend) = &overrides.backend {
        settings.push(("backend".to_owned(), backend.as_str().into()));
        shown.push(format!("--backend {backend}"));
    }
    let file = path.display().to_string();
    if settings.is_empty() {
        return Ok(Merged { text, source: file, has_lines: true });
    }
    let mut table: toml::Table =
        text.parse().map_err(|error| explain(&error, &text, &file, true))?;
    for (key, value) in settings {
        insert(&mut table, &key, value).map_err(|problem| Error::Config {
            origin: format!("--set {key}"),
            problems: vec![problem],
        })?;
    }
    let source = format!("{file} with {}", shown.join(" "));
    Ok(Merged { text: table.to_string(), source, has_lines: false })
}

/// TOML where it is TOML, else a string, so that quotes can be left out on the command line.
fn value_of(text: &str) -> toml::Value {
    let parsed = format!("value = {text}").parse::<toml::Table>();
    parsed.ok().and_then(|mut table| table.remove("value")).unwrap_or_else(|| text.into())
}

fn insert(table: &mut toml::Table, key: &str, value: toml::Value) -> Result<(), Problem> {
    let (first, rest) =
        key.split_once('.').map_or((key, None), |(first, rest)| (first, Some(rest)));
    let Some(rest) = rest else {
        table.insert(first.to_owned(), value);
        return Ok(());
    };
    let inner = table.entry(first).or_insert_with(|| toml::Value::Table(toml::Table::new()));
    match inner {
        toml::Value::Table(inner) => insert(inner, rest, value),
        _ => Err(problem(key, &format!("\"{first}\" is a value, not a section"))),
    }
}

/// The parser's message in one line: where, what was found, what was expected.
fn explain(error: &toml::de::Error, text: &str, source: &str, has_lines: bool) -> Error {
    let message = error.message().lines().collect::<Vec<_>>().join(" ");
    let hint = hint_for(&message);
    let place = error.span().map(|span| {
        let number = text[..span.start.min(text.len())].matches('\n').count();
        (number + 1, text.lines().nth(number).unwrap_or_default().trim())
    });
    let (source, message) = match place {
        Some((number, line)) if has_lines => {
            (format!("{source}:{number}"), format!("`{line}`: {message}{hint}"))
        }
        Some((_, line)) => (source.to_owned(), format!("`{line}`: {message}{hint}")),
        None => (source.to_owned(), format!("{message}{hint}")),
    };
    Error::Config { origin: source, problems: vec![problem("", &message)] }
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

fn problem(key: &str, message: &str) -> Problem {
    Problem { key: key.to_owned(), message: message.to_owned() }
}
