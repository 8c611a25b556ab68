//! The sections of a report, each made from the rows.

mod answer;
mod certificate;
mod checklist;
mod cost;
mod curves;
mod invariants;
mod layers;
mod others;
mod points;
mod potential;
mod provenance;
mod setup;
mod ships;
mod tickets;

use super::folder::Results;
use super::model::Report;
use super::words::many;
use crate::curve::distinct;
use crate::error::Error;

/// The report of an experiment: sections for which there are no rows are left out.
pub(super) fn report(results: &Results) -> Result<Report, Error> {
    let first = &results.curves[0];
    let checks = checklist::checks(results);
    let seeds = distinct(&results.curves, |row| row.seed).len();
    let sections = [
        Some(answer::section(results, &checks)),
        Some(setup::section(results)),
        curves::section(results)?,
        tickets::section(results),
        ships::section(results),
        potential::section(results),
        layers::section(results)?,
        certificate::section(results)?,
        cost::section(results),
        others::corruptions(results)?,
        others::stability(results)?,
        others::comparison(results),
        Some(invariants::section(results)),
        Some(provenance::section(results)),
        Some(checklist::section(&checks)),
    ];
    Ok(Report {
        title: format!("Experiment {}", first.experiment),
        subtitle: format!(
            "{} on {}, {}, {}",
            first.network,
            first.dataset,
            many(seeds, "seed"),
            many(results.curves.len(), "row")
        ),
        sections: sections.into_iter().flatten().collect(),
    })
}
