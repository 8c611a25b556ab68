//! What there is to choose from.

mod networks;

use std::fmt::Write;

use clap::ValueEnum;
use datasets::{Corruption, DatasetName};
use pruning::{Scope, methods};

use crate::config::{MaskKind, Retraining, Timing};
use crate::device::BACKENDS;

/// What can be listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Topic {
    /// Pruning methods and where they come from.
    #[value(alias = "criteria")]
    Methods,
    /// Where weights compete for the budget.
    Scopes,
    /// Masks to train: the method's, and controls.
    Masks,
    /// Schedules of pruning.
    Schedules,
    /// What happens to survivors.
    Retraining,
    /// Networks.
    Networks,
    /// Data sets.
    Datasets,
    /// Corruptions of test images.
    Corruptions,
    /// Compute backends.
    Backends,
}

/// The names of a topic, or of all, each with a line about it.
pub fn list(topic: Option<Topic>) -> String {
    let mut text = String::new();
    for &each in
        Topic::value_variants().iter().filter(|each| topic.is_none_or(|topic| topic == **each))
    {
        let title =
            each.to_possible_value().map_or_else(String::new, |value| value.get_name().to_owned());
        let _ = writeln!(text, "{title}:");
        if each == Topic::Networks {
            text.push_str(&networks::table());
            continue;
        }
        let entries = entries(each);
        let width = entries.iter().map(|(name, _)| name.len()).fold(18, usize::max);
        for (name, summary) in entries {
            let _ = writeln!(text, "  {name:<width$} {summary}");
        }
    }
    text
}

fn entries(topic: Topic) -> Vec<(String, String)> {
    let pair = |name: &str, summary: &str| (name.to_owned(), summary.to_owned());
    match topic {
        Topic::Methods => {
            let entry = |entry: &methods::Entry| {
                pair(entry.name, &format!("{} ({})", entry.summary, entry.source))
            };
            methods::ENTRIES.iter().map(entry).collect()
        }
        Topic::Scopes => {
            Scope::ALL.iter().map(|scope| pair(scope.as_str(), scope.summary())).collect()
        }
        Topic::Masks => {
            MaskKind::ALL.iter().map(|kind| pair(kind.as_str(), kind.summary())).collect()
        }
        Topic::Schedules => {
            Timing::ALL.iter().map(|timing| pair(timing.as_str(), timing.summary())).collect()
        }
        Topic::Retraining => {
            Retraining::ALL.iter().map(|kind| pair(kind.as_str(), kind.summary())).collect()
        }
        Topic::Networks => Vec::new(),
        Topic::Datasets => {
            DatasetName::ALL.iter().map(|name| pair(name.as_str(), name.description())).collect()
        }
        Topic::Corruptions => {
            Corruption::ALL.iter().map(|each| pair(each.as_str(), each.summary())).collect()
        }
        Topic::Backends => BACKENDS
            .iter()
            .map(|backend| match (backend.is_available(), backend.count()) {
                (true, 1) => pair(backend.name, backend.summary),
                (true, count) => {
                    pair(backend.name, &format!("{} ({count} devices answer)", backend.summary))
                }
                (false, _) => (
                    backend.name.to_owned(),
                    format!(
                        "{} (not compiled in: build with --features {})",
                        backend.summary, backend.feature
                    ),
                ),
            })
            .collect(),
    }
}
