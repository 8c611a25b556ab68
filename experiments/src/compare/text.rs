//! A comparison as text for a terminal.

use std::fmt::Write;

use comfy_table::presets::UTF8_BORDERS_ONLY;
use comfy_table::{CellAlignment, Table};

use super::finding::{Finding, Relation};
use super::measure::Found;
use super::{Comparison, Outcome};

impl Comparison {
    /// The table, and how much of it was reproduced.
    pub fn text(&self) -> String {
        let mut table = Table::new();
        table.load_style(UTF8_BORDERS_ONLY);
        table.set_header(["finding", "expected", "found", "reproduced", "known"]);
        for (finding, found, outcome) in &self.findings {
            let note = if self.is_of_another_length(finding) { " *" } else { "" };
            table.add_row([
                format!("{}{note}", finding.finding),
                expected(finding),
                found.map_or_else(|| "-".to_owned(), |found| shown(finding, found)),
                reproduced(finding, *found, *outcome),
                finding.mark.as_str().to_owned(),
            ]);
        }
        let numbers = table.column_iter_mut().skip(1).take(2);
        numbers.for_each(|column| column.set_cell_alignment(CellAlignment::Right));
        format!("{}\n{table}\n{}", self.head(), self.sentences())
    }

    fn head(&self) -> String {
        let super::Reference { network, dataset, source, .. } = &self.reference;
        format!(
            "{network} on {dataset}, beside {source}. Found: means over seeds with Student's 95 % interval, paired where two \
             are compared;\nfor a density at which something begins, from it to the next greater one that was measured."
        )
    }

    fn sentences(&self) -> String {
        let count = |wanted: Outcome| {
            self.findings.iter().filter(|(_, _, outcome)| *outcome == wanted).count()
        };
        let open = |(finding, found, outcome): &&(Finding, Option<Found>, Outcome)| {
            is_open(finding, *found, *outcome)
        };
        let mut text = format!(
            "Of {} findings {} were reproduced, {} not, and {} not measured.",
            self.findings.len(),
            count(Outcome::Yes),
            count(Outcome::No),
            count(Outcome::NotMeasured)
        );
        match self.findings.iter().filter(open).count() {
            0 => text.push('\n'),
            open => {
                let _ = writeln!(
                    text,
                    " Of those that were not, {open} could be true by chance alone: the interval found \
                     holds what is expected."
                );
            }
        }
        if self.findings.iter().any(|(finding, ..)| self.is_of_another_length(finding)) {
            let _ = writeln!(
                text,
                "* about the end of {} iterations, and here trainings end after {}: what was found is no answer to \
                 just that question.\n  Where a training stops depends on its length only if it is still learning at its end.",
                self.reference.iterations, self.iterations
            );
        }
        text
    }

    fn is_of_another_length(&self, finding: &Finding) -> bool {
        self.iterations != self.reference.iterations && finding.is_of_the_end()
    }
}

fn reproduced(finding: &Finding, found: Option<Found>, outcome: Outcome) -> String {
    match is_open(finding, found, outcome) {
        true => format!("{}, but within the interval", outcome.as_str()),
        false => outcome.as_str().to_owned(),
    }
}

/// Not reproduced, and not refuted either: what is expected is within the interval of what was found.
fn is_open(finding: &Finding, found: Option<Found>, outcome: Outcome) -> bool {
    let ends = found.and_then(|found| found.low.zip(found.high));
    let holds = ends.is_some_and(|(low, high)| (low..=high).contains(&finding.expected));
    outcome == Outcome::No && finding.relation != Relation::WithinFactor && holds
}

fn expected(finding: &Finding) -> String {
    let Finding { expected, tolerance, .. } = *finding;
    let unit = finding.unit();
    match finding.relation {
        Relation::About => format!("{expected} ± {tolerance} {unit}"),
        Relation::WithinFactor => format!("{expected} {unit}, × or ÷ {tolerance}"),
        Relation::AtLeast => format!("at least {expected} − {tolerance} {unit}"),
        Relation::Above => format!("above {expected} {unit}"),
    }
}

fn shown(finding: &Finding, found: Found) -> String {
    let Some(value) = found.value else { return "nowhere".to_owned() };
    let ends = found.low.zip(found.high);
    let ends = ends.map_or_else(String::new, |(low, high)| format!(" [{low:.2}, {high:.2}]"));
    format!("{value:.2}{ends} {}", finding.unit())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compare::finding::references;

    #[test]
    fn what_is_not_reproduced_may_still_be_true() {
        let finding = Finding {
            expected: 38.0,
            relation: Relation::About,
            tolerance: 10.0,
            ..references()[0].findings[0].clone()
        };
        let found = |value, low, high| {
            let (value, low, high) = (Some(value), Some(low), Some(high));
            Some(Found { value, low, high, density: None })
        };
        let words = |found| reproduced(&finding, found, Outcome::No);
        assert_eq!(words(found(55.0, -12.0, 82.0)), "no, but within the interval");
        assert_eq!(words(found(55.0, 50.0, 60.0)), "no");
        assert_eq!(reproduced(&finding, found(40.0, 35.0, 45.0), Outcome::Yes), "yes");
        assert_eq!(reproduced(&finding, None, Outcome::NotMeasured), "not-measured");
    }
}
