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
                outcome.as_str().to_owned(),
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
        let mut text = format!(
            "Of {} findings {} were reproduced, {} not, and {} not measured.\n",
            self.findings.len(),
            count(Outcome::Yes),
            count(Outcome::No),
            count(Outcome::NotMeasured)
        );
        if self.findings.iter().any(|(finding, ..)| self.is_of_another_length(finding)) {
            let _ = writeln!(
                text,
                "* about the end of {} iterations, and here trainings end after {}: what was found is no answer to \
                 just that question.\n  Where a training stops, by its least validation loss, comes before either end.",
                self.reference.iterations, self.iterations
            );
        }
        text
    }

    fn is_of_another_length(&self, finding: &Finding) -> bool {
        self.iterations != self.reference.iterations && finding.is_of_the_end()
    }
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
