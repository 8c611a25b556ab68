use datasets::{Corruption, Severity};

use super::Checker;
use crate::config::raw;

/// `[evaluate]`.
impl Checker {
    /// Every corruption with every severity, in the order of the file.
    pub(super) fn corruptions(&mut self, raw: &raw::Evaluate) -> Vec<(Corruption, Severity)> {
        let corruptions = match &raw.corruptions {
            raw::Corruptions::List(names) if names.is_empty() => Vec::new(),
            raw::Corruptions::List(names) => {
                let key = "evaluate.corruptions";
                self.names(key, names, Corruption::ALL, Corruption::as_str)
            }
            raw::Corruptions::Word(word) => {
                self.require("evaluate.corruptions", word == "all", || {
                    format!("\"{word}\"; expected \"all\", or a list such as [\"blur\", \"shift\"]")
                });
                Corruption::ALL.to_vec()
            }
        };
        let key = "evaluate.severities";
        self.require(key, !raw.severities.is_empty(), || {
            "none; expected some of 1 to 5".to_owned()
        });
        self.distinct(key, &raw.severities);
        if let Some(other) = raw.severities.iter().find(|number| Severity::new(**number).is_none())
        {
            self.reject(key, format!("{other}; expected whole numbers from 1 to 5"));
        }
        let severities = || raw.severities.iter().filter_map(|&number| Severity::new(number));
        let pairs = |corruption| severities().map(move |severity| (corruption, severity));
        corruptions.into_iter().flat_map(pairs).collect()
    }
}
