//! What the certificates promise, beside what was measured.

use super::super::folder::Results;
use super::super::model::{Block, Cell, Section, Table};
use super::super::words::{brief, count, many, percent};
use super::curves::{group, pictures};
use crate::curve::{self, Curve, distinct};
use crate::error::Error;
use crate::plot::{self, Bars};
use crate::records::{CertificateRow, CurveRow};
use crate::statistics::Sample;

const READING: &str = "A certificate bounds what one pruning changes, before anything is retrained. ε: relative error \
    of a side (the weights of one sign) of a unit, the median over sides; a bound of 1 or more says nothing and is \
    vacuous. Change of a logit: the largest, the median over the points. Certified: points whose class is proven to \
    be unchanged. Held out: sides whose error on other points exceeds the bound that assumes relative importance to \
    be nowhere more than C times that on the points. Means over seeds; of bounds and changes of logits, which \
    differ by factors, geometric ones.";

/// The layer that stands for all of them.
const NETWORK: &str = "network";

pub(super) fn section(results: &Results) -> Result<Option<Section>, Error> {
    let is_certified = |row: &&CurveRow| row.error_bound_median.is_some();
    let rows: Vec<CurveRow> = results.pruned().filter(is_certified).cloned().collect();
    if rows.is_empty() {
        return Ok(None);
    }
    let charts = plot::charts(&results.curves, Bars::Interval)?;
    let charts = charts.into_iter().filter(|chart| chart.name.starts_with("certificate-"));
    let lines = distinct(&rows, Curve::of).into_iter().flat_map(|curve| {
        let densities = curve.densities(&rows);
        densities
            .into_iter()
            .map(|density| line(results, &rows, &curve, density))
            .collect::<Vec<_>>()
    });
    let columns = [
        "method",
        "schedule",
        "retraining",
        "density",
        "ε: bound",
        "ε: measured",
        "vacuous sides",
        "logit: bound",
        "logit: measured",
        "bound / truth",
        "certified",
        "class changed",
        "held out: exceeded",
    ];
    let lines: Vec<Vec<Cell>> = lines.collect();
    let many_rows = lines.len() > 40;
    let table = Table::new("Bounds, and what was measured", columns, lines).without_empty_columns();
    let blocks = [
        Some(Block::text(READING)),
        Some(Block::text(points(results))),
        group("Bound and truth", pictures(results, charts)),
        Some(Block::Table(if many_rows { table.folded() } else { table })),
    ];
    Ok(Some(Section::new("certificate", "Certificates", blocks.into_iter().flatten().collect())))
}

/// How many sides and points there were.
fn points(results: &Results) -> String {
    let networks = || results.certificates.iter().filter(|row| row.layer == NETWORK);
    let exceeded: usize = networks().filter_map(|row| row.held_out_exceeded).sum();
    let held_out: usize = networks().filter(|row| row.held_out > 0).map(|row| row.sides).sum();
    match networks().next() {
        None => "There is no certificates.csv in this folder: only medians are known.".to_owned(),
        Some(first) => format!(
            "{} of {} sides, on {}. No bound is exceeded by a measurement on its own points: that would have ended \
             the experiment. On held-out points {} of {} bounds are.",
            many(networks().count(), "pruned network"),
            count(first.sides as f64),
            many(first.points, "point"),
            count(exceeded as f64),
            count(held_out as f64)
        ),
    }
}

fn line(results: &Results, rows: &[CurveRow], curve: &Curve, density: f64) -> Vec<Cell> {
    let own: Vec<&CurveRow> = curve.rows_at(rows, density).collect();
    let sample = |value: fn(&CurveRow) -> Option<f64>| {
        Sample::new(own.iter().filter_map(|row| Some((row.seed, value(row)?))))
    };
    let mean = |value: fn(&CurveRow) -> Option<f64>| sample(value).mean();
    let geometric = |value: fn(&CurveRow) -> Option<f64>| {
        let values: Vec<f64> = own.iter().filter_map(|row| value(row)).collect();
        let logs = values.iter().map(|value| value.ln()).sum::<f64>() / values.len() as f64;
        (!values.is_empty()).then_some(logs.exp())
    };
    // Of the certificates themselves, summed over seeds.
    let networks = || {
        results.certificates.iter().filter(|row| {
            row.layer == NETWORK
                && row.density_asked == density
                && own.iter().any(|own| own.run == row.run)
        })
    };
    let of_sides = |value: fn(&CertificateRow) -> Option<usize>| {
        let part: Option<usize> = networks().map(value).sum();
        let all: usize = networks().map(|row| row.sides).sum();
        let share = part.filter(|_| all > 0).map(|part| part as f64 / all as f64);
        let words = format!("{} of {}", count(part.unwrap_or_default() as f64), count(all as f64));
        Cell::maybe(share, |_| words.clone())
    };
    vec![
        Cell::text(curve.name()),
        Cell::text(curve.schedule.clone()),
        Cell::text(curve.retraining_name()),
        Cell::number(density, curve::percent(density)),
        Cell::maybe(mean(|row| row.error_bound_median), brief),
        Cell::maybe(mean(|row| row.error_observed_median), brief),
        of_sides(|row| Some(row.vacuous)),
        Cell::maybe(geometric(|row| row.logit_bound_median), brief),
        Cell::maybe(geometric(|row| row.logit_change_median), brief),
        Cell::maybe(geometric(|row| row.logit_tightness_median), brief),
        Cell::maybe(mean(|row| row.certified_share), |share| percent(share, 1)),
        Cell::maybe(mean(|row| row.changed_share), |share| percent(share, 1)),
        of_sides(|row| row.held_out_exceeded),
    ]
}
