//! The reporting checklist: which boxes this result ticks.

mod controls;
mod protocol;
#[cfg(test)]
mod tests;

use crate::curve::{Curve, distinct};
use crate::records::CurveRow;
use crate::report::folder::Results;
use crate::report::model::{Block, Cell, Section, Table};

const SOURCES: &str = "After Blalock et al. 2020 (What is the state of neural network pruning?, arXiv 2003.03033) and \
    the sanity checks of Frankle et al. (arXiv 2009.08576) and Su et al. (arXiv 2009.11094), in our words. Every \
    answer is computed from the rows.";

/// An item of the list.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::report) struct Check {
    pub(in crate::report) item: &'static str,
    pub(in crate::report) mark: Mark,
    /// What was found, and what would tick the box.
    pub(in crate::report) found: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::report) enum Mark {
    Ticked,
    Open,
    /// It is not a question here.
    Unasked,
}

impl Mark {
    fn as_str(self) -> &'static str {
        match self {
            Self::Ticked => "✓ yes",
            Self::Open => "✗ no",
            Self::Unasked => "does not apply",
        }
    }
}

pub(super) fn section(checks: &[Check]) -> Section {
    let line = |check: &Check| {
        vec![
            Cell::text(check.item),
            Cell::text(check.mark.as_str()),
            Cell::text(check.found.clone()),
        ]
    };
    let table = Table::new(
        "Checklist",
        ["item", "ticked", "found, and what would tick it"],
        checks.iter().map(line),
    );
    Section::new(
        "checklist",
        "Reporting checklist",
        vec![Block::text(SOURCES), Block::Table(table)],
    )
}

/// Every item with its answer.
pub(in crate::report) fn checks(results: &Results) -> Vec<Check> {
    let facts = Facts::of(results);
    vec![
        facts.ratios(),
        facts.operating_points(),
        facts.extremes(),
        facts.one_axis(),
        facts.dense_control(results),
        facts.top_five(results),
        facts.seeds(),
        facts.spread(),
        facts.pairs(),
        facts.random(),
        facts.random_by_layer(),
        facts.magnitude(),
        facts.magnitude_by_layer(),
        facts.recipe(results),
        facts.shuffled(),
        facts.redrawn(),
        facts.inverted(),
    ]
}

/// What the items ask for.
struct Facts {
    rows: Vec<CurveRow>,
    curves: Vec<Curve>,
    densities: Vec<f64>,
    seeds: usize,
    margin: f64,
}

fn check(item: &'static str, holds: bool, found: impl Into<String>) -> Check {
    Check { item, mark: if holds { Mark::Ticked } else { Mark::Open }, found: found.into() }
}

impl Facts {
    fn of(results: &Results) -> Self {
        let pruned: Vec<CurveRow> = results.pruned().cloned().collect();
        let mut densities = distinct(&pruned, |row| row.density_asked);
        densities.sort_by(|a, b| b.total_cmp(a));
        Self {
            curves: distinct(&pruned, Curve::of),
            densities,
            seeds: distinct(&results.curves, |row| row.seed).len(),
            rows: results.curves.clone(),
            margin: results.margin,
        }
    }
}
