//! The file of what is known, as it is written.

use std::fmt;

use serde::Deserialize;

/// All references.
const DATA: &str = include_str!("../../data/lottery.toml");

/// Findings on one network and data set, from one source.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Reference {
    /// What it is asked for by; several networks may share it.
    pub(super) name: String,
    pub(super) network: String,
    pub(super) dataset: String,
    /// Of every training.
    pub(super) iterations: usize,
    pub(super) source: String,
    #[serde(rename = "finding")]
    pub(super) findings: Vec<Finding>,
}

/// One finding: what it is about, and when it counts as reproduced.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Finding {
    pub(super) finding: String,
    pub(super) kind: Kind,
    /// `dense`, or the retraining.
    pub(super) of: String,
    #[serde(default)]
    pub(super) against: Option<String>,
    #[serde(default)]
    pub(super) at: Option<f64>,
    #[serde(default)]
    pub(super) when: Moment,
    #[serde(default)]
    pub(super) on: Part,
    /// Of `first-below`: only what is beyond chance counts.
    #[serde(default)]
    pub(super) clearly: bool,
    pub(super) expected: f64,
    pub(super) relation: Relation,
    #[serde(default)]
    pub(super) tolerance: f64,
    pub(super) mark: Mark,
    /// Where in the source.
    #[serde(default)]
    pub(super) place: String,
}

/// What is measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Kind {
    Accuracy,
    Ahead,
    MostAhead,
    Earlier,
    TimesSooner,
    FirstBelow,
}

/// A moment of a training.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Moment {
    /// That of the least validation loss.
    #[default]
    Stop,
    End,
}

/// Which images an accuracy is of.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Part {
    #[default]
    Test,
    Training,
}

/// What must be true of the value that is found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Relation {
    About,
    WithinFactor,
    AtLeast,
    Above,
}

/// How sure it is that the source says so.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Mark {
    Found,
    Replicated,
    Memory,
}

impl Relation {
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::About => "about",
            Self::WithinFactor => "within-factor",
            Self::AtLeast => "at-least",
            Self::Above => "above",
        }
    }
}

impl Mark {
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Found => "found",
            Self::Replicated => "replicated",
            Self::Memory => "from memory",
        }
    }
}

impl Finding {
    /// What its values count.
    pub(super) fn unit(&self) -> &'static str {
        match self.kind {
            Kind::Accuracy | Kind::Earlier | Kind::FirstBelow => "%",
            Kind::Ahead | Kind::MostAhead => "points",
            Kind::TimesSooner => "times",
        }
    }

    /// Whether it is about networks at the end of their training, which come out otherwise after another number of
    /// iterations; where they stop does not depend on how long they would have trained on.
    pub(super) fn is_of_the_end(&self) -> bool {
        let is_of_accuracy = !matches!(self.kind, Kind::Earlier | Kind::TimesSooner);
        is_of_accuracy && self.when == Moment::End
    }
}

/// In words, with its unit.
impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (of, against) = (&self.of, self.against.as_deref().unwrap_or_default());
        let images = if self.on == Part::Test { "test" } else { "training" };
        let when = if self.when == Moment::Stop { "at the stop" } else { "at the end" };
        match self.kind {
            Kind::Accuracy => write!(f, "{images} accuracy of {of} {when} (%)"),
            Kind::Ahead => {
                write!(f, "{images} accuracy of {of} minus that of {against} {when} (points)")
            }
            Kind::MostAhead => {
                write!(f, "most by which {of} is ahead of {against} {when} (points)")
            }
            Kind::Earlier => write!(f, "stop of {of} before that of {against} (%)"),
            Kind::TimesSooner => write!(f, "stop of {against} over that of {of} (times)"),
            Kind::FirstBelow => {
                let clearly = if self.clearly { "clearly " } else { "" };
                write!(f, "density from which on {of} is {clearly}below {against} {when} (%)")
            }
        }
    }
}

/// Everything that is known.
pub(super) fn references() -> Vec<Reference> {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct File {
        reference: Vec<Reference>,
    }
    let file: File = toml::from_str(DATA).expect("a test reads the file");
    file.reference
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_finding_has_what_its_kind_needs() {
        let references = references();
        assert!(references.len() >= 5);
        for (reference, finding) in
            references.iter().flat_map(|all| all.findings.iter().map(move |each| (all, each)))
        {
            let name = &finding.finding;
            let compares = finding.kind != Kind::Accuracy;
            assert_eq!(finding.against.is_some(), compares, "{name}");
            let searches = matches!(finding.kind, Kind::MostAhead | Kind::FirstBelow);
            assert_eq!(finding.at.is_none(), searches || finding.of == "dense", "{name}");
            assert_eq!(finding.tolerance > 0.0, finding.relation != Relation::Above, "{name}");
            assert!(finding.at.is_none_or(|at| at > 0.0 && at < 1.0), "{name}");
            assert!(!reference.source.is_empty() && reference.iterations > 0);
            assert!(finding.relation != Relation::WithinFactor || finding.tolerance > 1.0);
        }
    }
}
