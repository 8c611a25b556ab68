use std::path::{Path, PathBuf};

use super::check;
use super::experiment::Experiment;
use super::explain::{self, Origin};
use super::files::Files;
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
    /// `--device N`.
    pub device: Option<u16>,
    /// Whether the values of a point of the file's `[sweep]` are set: then that section says no more.
    pub is_of_sweep: bool,
}

/// A section of a configuration file, with the files that it extends.
///
/// # Errors
/// When a file cannot be read or is no TOML.
pub fn section(path: &Path, name: &str) -> Result<Option<toml::Value>, Error> {
    Ok(Files::read(path)?.merged().remove(name))
}

/// Reads and checks a configuration file, with the files that it extends.
///
/// # Errors
/// When a file cannot be read; when it is not valid, with everything that is wrong at once.
pub fn read(path: &Path, overrides: &Overrides) -> Result<Experiment, Error> {
    let files = Files::read(path)?;
    let settings = settings(overrides)?;
    let file = path.display().to_string();
    let shown: Vec<_> = settings.iter().map(|setting| setting.shown.as_str()).collect();
    let origin = Origin {
        files: &files,
        set: settings.iter().map(|setting| setting.key.clone()).collect(),
        source: match shown.is_empty() {
            true => file.clone(),
            false => format!("{file} with {}", shown.join(" ")),
        },
    };
    if !overrides.is_of_sweep && files.merged().contains_key("sweep") {
        let problem = "a section for many experiments; run this file with `experiments sweep`";
        return Err(origin.placed(vec![Problem::new("sweep", problem)]));
    }
    let raw = match files.single().filter(|_| settings.is_empty()) {
        Some(text) => {
            toml::from_str(text).map_err(|error| explain::in_file(&error, text, &file))?
        }
        None => {
            let mut table = files.merged();
            if overrides.is_of_sweep {
                table.remove("sweep");
            }
            let text = overridden(table, settings)?.to_string();
            toml::from_str(&text).map_err(|error| origin.explain(&error, &text))?
        }
    };
    check::check(raw).map_err(|problems| origin.placed(problems))
}

/// A value from the command line.
struct Setting {
    /// In dotted form.
    key: String,
    value: toml::Value,
    /// As it was given.
    shown: String,
}

fn settings(overrides: &Overrides) -> Result<Vec<Setting>, Error> {
    let mut settings = Vec::new();
    for setting in &overrides.set {
        let (key, value) = setting.split_once('=').ok_or_else(|| Error::Config {
            origin: format!("--set {setting}"),
            problems: vec![Problem::new(
                "",
                "expected key=value, such as train.learning_rate=0.05",
            )],
        })?;
        settings.push(Setting {
            key: key.trim().to_owned(),
            value: value_of(value.trim()),
            shown: format!("--set {setting}"),
        });
    }
    let named = |key: &str, flag: &str, value: toml::Value| Setting {
        key: key.to_owned(),
        shown: format!(
            "{flag} {}",
            value.as_str().map_or_else(|| value.to_string(), str::to_owned)
        ),
        value,
    };
    let data = overrides.data.as_ref().map(|data| data.display().to_string());
    settings.extend(data.map(|data| named("dataset.path", "--data", data.into())));
    let backend = overrides.backend.clone();
    settings.extend(backend.map(|backend| named("backend", "--backend", backend.into())));
    let device = overrides.device.map(i64::from);
    settings.extend(device.map(|device| named("device", "--device", device.into())));
    Ok(settings)
}

fn overridden(mut table: toml::Table, settings: Vec<Setting>) -> Result<toml::Table, Error> {
    for Setting { key, value, .. } in settings {
        insert(&mut table, &key, value).map_err(|problem| Error::Config {
            origin: format!("--set {key}"),
            problems: vec![problem],
        })?;
    }
    Ok(table)
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
        _ => Err(Problem::new(key, format!("\"{first}\" is a value, not a section"))),
    }
}
