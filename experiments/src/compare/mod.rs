//! What was found, beside what others have found: `experiments compare`.
//!
//! `finding` is the file of what is known, `measure` finds the same quantities in the rows, here both are set side by
//! side, and `text` shows it.

mod finding;
mod measure;
mod text;

use std::path::Path;

use crate::config::nearest;
use crate::error::Error;
use crate::records::{ComparisonRow, CurveRow, files, read_table, write_table};
use finding::{Finding, Reference, Relation, references};
use measure::{Found, Measured, ticket};

/// Rows beside the findings of one reference.
#[derive(Debug, Clone)]
pub struct Comparison {
    reference: Reference,
    findings: Vec<(Finding, Option<Found>, Outcome)>,
    /// Of the dense network's training here.
    iterations: usize,
}

/// Whether a finding was reproduced.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Outcome {
    Yes,
    No,
    NotMeasured,
}

impl Outcome {
    fn as_str(self) -> &'static str {
        match self {
            Self::Yes => "yes",
            Self::No => "no",
            Self::NotMeasured => "not-measured",
        }
    }
}

impl Comparison {
    /// Looks for the findings of the reference of this name in rows.
    ///
    /// # Errors
    /// When there is no reference of this name for the rows' network and data, or they have no ticket: no
    /// iterative magnitude pruning with the retraining `rewind`.
    pub fn of(rows: &[CurveRow], name: &str) -> Result<Self, Error> {
        let reference = find(rows, name)?;
        let curve = ticket(rows).ok_or_else(|| {
            let problem = "no rows of iterative magnitude pruning that were rewound, and all that is known is about them";
            Error::Usage(problem.to_owned())
        })?;
        let measured = Measured { rows, curve: &curve };
        let findings = reference.findings.iter().map(|finding| {
            let found = measured.measure(finding);
            (finding.clone(), found, outcome(finding, found))
        });
        let dense = rows.iter().filter(|row| row.method == "dense");
        Ok(Self {
            findings: findings.collect(),
            iterations: dense.map(|row| row.iterations).max().unwrap_or_default(),
            reference,
        })
    }

    /// As it stands in `comparison.csv`.
    pub fn rows(&self) -> Vec<ComparisonRow> {
        let row = |(finding, found, outcome): &(Finding, Option<Found>, Outcome)| ComparisonRow {
            reference: self.reference.name.clone(),
            finding: finding.finding.clone(),
            quantity: finding.to_string(),
            density: found.and_then(|found| found.density).or(finding.at),
            expected: finding.expected,
            relation: finding.relation.as_str().to_owned(),
            tolerance: finding.tolerance,
            mark: finding.mark.as_str().to_owned(),
            source: match finding.place.as_str() {
                "" => self.reference.source.clone(),
                place => format!("{}, {place}", self.reference.source),
            },
            iterations_expected: self.reference.iterations,
            iterations_found: self.iterations,
            found: found.and_then(|found| found.value),
            low: found.and_then(|found| found.low),
            high: found.and_then(|found| found.high),
            reproduced: outcome.as_str().to_owned(),
        };
        self.findings.iter().map(row).collect()
    }

    /// Writes `comparison.csv`. What stands there of other references stays.
    ///
    /// # Errors
    /// When the file cannot be read or written.
    pub fn write(&self, folder: &Path) -> Result<(), Error> {
        let path = folder.join(files::COMPARISON);
        let mut rows: Vec<ComparisonRow> = read_table(&path)?;
        rows.retain(|row| row.reference != self.reference.name);
        rows.extend(self.rows());
        // In the order of the file of what is known, whatever was asked for last.
        let order: Vec<String> = references().into_iter().map(|each| each.name).collect();
        rows.sort_by_key(|row| order.iter().position(|name| *name == row.reference));
        write_table(&path, &rows)
    }
}

fn find(rows: &[CurveRow], name: &str) -> Result<Reference, Error> {
    let all = references();
    let known: Vec<&str> = all.iter().map(|reference| reference.name.as_str()).collect();
    if !known.contains(&name) {
        let mut names = known.clone();
        names.dedup();
        let hint = nearest(name, names.iter().copied());
        let hint = hint.map_or_else(String::new, |name| format!("; did you mean \"{name}\"?"));
        let problem = format!("--with {name}; expected one of: {}{hint}", names.join(", "));
        return Err(Error::Usage(problem));
    }
    let (network, dataset) =
        rows.first().map_or(("", ""), |row| (row.network.as_str(), row.dataset.as_str()));
    let of_name: Vec<Reference> = all.into_iter().filter(|each| each.name == name).collect();
    let topics: Vec<String> =
        of_name.iter().map(|each| format!("{} on {}", each.network, each.dataset)).collect();
    let fits = |each: &Reference| each.network == network && each.dataset == dataset;
    of_name.into_iter().find(fits).ok_or_else(|| {
        Error::Usage(format!(
            "--with {name}: the rows are of {network} on {dataset}; findings are known of {}",
            topics.join(", ")
        ))
    })
}

/// The rule of each relation. An interval that is asked for and cannot be had, of a single seed, is its mean.
fn outcome(finding: &Finding, found: Option<Found>) -> Outcome {
    let Some(found) = found else { return Outcome::NotMeasured };
    let Some(value) = found.value else { return Outcome::No };
    let Finding { expected, tolerance, .. } = *finding;
    let holds = match finding.relation {
        Relation::About => (value - expected).abs() <= tolerance,
        Relation::WithinFactor => (value / expected).max(expected / value) <= tolerance,
        Relation::AtLeast => value >= expected - tolerance,
        Relation::Above => found.low.unwrap_or(value) > expected,
    };
    if holds { Outcome::Yes } else { Outcome::No }
}
