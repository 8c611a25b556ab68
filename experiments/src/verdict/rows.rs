//! Verdicts as rows.

use super::ship::Ship;
use super::ticket::{OTHERS, Ticket};
use crate::curve::Curve;
use crate::records::{CurveRow, VerdictRow};
use crate::statistics::Sample;

/// A row for each comparison that could be made.
pub(super) fn of_ticket(ticket: &Ticket, margin: f64) -> Vec<VerdictRow> {
    let rows: Vec<&CurveRow> = ticket.rows.iter().collect();
    let pairs = OTHERS.into_iter().zip(&ticket.differences);
    let made = pairs.filter(|(_, difference)| difference.seeds() > 0);
    made.map(|(against, difference)| {
        let bound = if against == "dense" { -margin } else { 0.0 };
        VerdictRow {
            question: "ticket".to_owned(),
            against: against.to_owned(),
            margin,
            p: difference.p_not_above(bound),
            verdict: ticket.verdict.as_str().to_owned(),
            more_seeds: ticket.more_seeds,
            missing: ticket.missing().join(", "),
            ..compared(&ticket.curve, &rows, difference)
        }
    })
    .collect()
}

/// The comparison with the parent.
pub(super) fn of_ship(ship: &Ship, margin: f64) -> VerdictRow {
    let rows: Vec<&CurveRow> = ship.rows.iter().collect();
    let drops = rows.iter().filter_map(|row| Some((row.worst_class?, row.worst_class_drop?)));
    let worst = drops.reduce(|worst, each| if each.1 > worst.1 { each } else { worst });
    let images = ship.images();
    VerdictRow {
        question: "ship".to_owned(),
        against: "dense".to_owned(),
        images_low: images.map(|(low, _)| low),
        images_high: images.map(|(_, high)| high),
        margin,
        p: ship.p,
        p_holm: ship.p_holm,
        verdict: ship.verdict.as_str().to_owned(),
        more_seeds: ship.more_seeds,
        missing: ship.missing().join(", "),
        churn: mean(&rows, |row| row.churn),
        newly_wrong: mean(&rows, |row| row.newly_wrong.map(|count| count as f64)),
        newly_right: mean(&rows, |row| row.newly_right.map(|count| count as f64)),
        worst_class: worst.map(|(class, _)| class),
        worst_class_drop: worst.map(|(_, drop)| 100.0 * drop),
        corruption_drop: ship.corruption_drop,
        ..compared(&ship.curve, &rows, &ship.difference)
    }
}

/// What every comparison has.
fn compared(curve: &Curve, rows: &[&CurveRow], difference: &Sample) -> VerdictRow {
    let Curve { schedule, method, scope, options, retraining, rewind_to } = curve.clone();
    let interval = difference.interval();
    let first = rows[0];
    VerdictRow {
        dataset: first.dataset.clone(),
        network: first.network.clone(),
        schedule,
        method,
        scope,
        options,
        retraining,
        rewind_to,
        density_asked: first.density_asked,
        seeds: difference.seeds(),
        difference: difference.mean(),
        low: interval.map(|interval| interval.low),
        high: interval.map(|interval| interval.high),
        effect_size: difference.effect_size(),
        compression: mean(rows, |row| Some(row.compression)).unwrap_or(1.0),
        speed_up: mean(rows, |row| Some(row.speed_up)).unwrap_or(1.0),
        ..VerdictRow::default()
    }
}

/// Over the rows that have a value.
fn mean(rows: &[&CurveRow], value: impl Fn(&CurveRow) -> Option<f64>) -> Option<f64> {
    Sample::new(rows.iter().filter_map(|row| Some((row.seed, value(row)?)))).mean()
}
