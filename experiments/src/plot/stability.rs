//! Figures of stability: the error barrier between two copies of a training against the moment from which they saw
//! different batches.

use super::bars::Bars;
use super::density_axis::percent;
use super::figure::{Figure, Kind};
use super::names::file_name;
use super::palette::Look;
use super::series::{Point, Series};
use super::spread::Spread;
use super::text::number;
use crate::records::{StabilityRow, method_label};

/// Iterations by which moments are moved, so that the first has a place on a logarithmic axis.
const OFFSET: f64 = 100.0;

/// Where a moment stands on an axis of falling values.
fn place(rewind_to: usize) -> f64 {
    OFFSET / (rewind_to as f64 + OFFSET)
}

/// The moment that stands there.
pub(super) fn moment(place: f64) -> String {
    number(OFFSET / place - OFFSET, 0)
}

/// One for each schedule and method that was rewound to several moments.
pub(super) fn figures(rows: &[StabilityRow], bars: Bars) -> Vec<Figure> {
    let (dense, pruned): (Vec<&StabilityRow>, Vec<&StabilityRow>) =
        rows.iter().partition(|row| row.method == "dense");
    let what = |row: &&StabilityRow| {
        (row.schedule.clone(), method_label(&row.method, &row.scope, &row.options))
    };
    let figures = distinct(&pruned, what).into_iter().map(|(schedule, method)| {
        let is_own = |row: &&&StabilityRow| what(row) == (schedule.clone(), method.clone());
        let own: Vec<&StabilityRow> = pruned.iter().filter(is_own).copied().collect();
        figure((&schedule, &method), &dense, &own, bars)
    });
    figures.filter(|figure| figure.asked().len() > 1).collect()
}

fn figure(
    (schedule, method): (&str, &str),
    dense: &[&StabilityRow],
    own: &[&StabilityRow],
    bars: Bars,
) -> Figure {
    let retrainings = distinct(own, |row| row.retraining.clone());
    let densities = distinct(own, |row| row.density_asked.to_bits());
    let mut series = Vec::new();
    if !dense.is_empty() {
        series.push(line("dense".to_owned(), Look::of_network(0, 0), dense, bars));
    }
    for (r, retraining) in retrainings.iter().enumerate() {
        for (d, &density) in densities.iter().enumerate() {
            let is_of = |row: &&&StabilityRow| {
                row.retraining == *retraining && row.density_asked.to_bits() == density
            };
            let rows: Vec<&StabilityRow> = own.iter().filter(is_of).copied().collect();
            let label = format!("{retraining}, {} %", percent(f64::from_bits(density)));
            if !rows.is_empty() {
                series.push(line(label, Look::of_network(r + 1, d), &rows, bars));
            }
        }
    }
    Figure {
        name: file_name(&["barrier", schedule, method]),
        kind: Kind::Stability,
        bars,
        title: format!("{} on {}", own[0].network, own[0].dataset),
        subtitle: format!("{schedule} pruning · method: {method}"),
        compared: "network, density",
        parent: None,
        series,
        lost: 0,
    }
}

/// The barriers at every moment.
fn line(label: String, look: Look, rows: &[&StabilityRow], bars: Bars) -> Series {
    let mut moments = distinct(rows, |row| row.rewind_to);
    moments.sort_unstable();
    let point = |rewind_to: usize| {
        let own = rows.iter().filter(|row| row.rewind_to == rewind_to);
        let (barriers, count) = own.fold((Vec::new(), 0), |(mut barriers, count), row| {
            barriers.extend(row.barrier.map(|barrier| (row.seed, barrier)));
            (barriers, count + 1)
        });
        Point {
            asked: place(rewind_to),
            density: place(rewind_to),
            value: Spread::of_accuracies(&barriers, bars),
            lost: barriers.len() < count,
        }
    };
    let points = moments.into_iter().map(point).collect();
    Series { label, look, points, second: Vec::new(), second_look: look }
}

/// Every value once, in the order of the rows.
fn distinct<T: PartialEq>(rows: &[&StabilityRow], value: impl Fn(&&StabilityRow) -> T) -> Vec<T> {
    rows.iter().fold(Vec::new(), |mut values, row| {
        let value = value(row);
        if !values.contains(&value) {
            values.push(value);
        }
        values
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(method: &str, rewind_to: usize, seed: u64, barrier: f64) -> StabilityRow {
        let dense = method == "dense";
        StabilityRow {
            method: method.to_owned(),
            schedule: if dense { String::new() } else { "one-shot".to_owned() },
            retraining: if dense { "train" } else { "rewind" }.to_owned(),
            density_asked: if dense { 1.0 } else { 0.05 },
            rewind_to,
            seed,
            barrier: Some(barrier),
            ..StabilityRow::default()
        }
    }

    #[test]
    fn one_line_for_the_dense_network_and_each_density() {
        let rows = [
            row("dense", 0, 1, 0.4),
            row("dense", 500, 1, 0.1),
            row("magnitude", 500, 1, 0.01),
            row("magnitude", 0, 1, 0.3),
            row("magnitude", 0, 2, 0.1),
        ];
        let figures = figures(&rows, Bars::Deviation);
        assert_eq!((figures.len(), figures[0].name.as_str()), (1, "barrier-one-shot-magnitude"));
        let labels: Vec<&str> =
            figures[0].series.iter().map(|series| series.label.as_str()).collect();
        assert_eq!(labels, ["dense", "rewind, 5 %"]);
        let means: Vec<f64> =
            figures[0].series[1].points.iter().map(|point| point.value.unwrap().mean).collect();
        assert!((means[0] - 0.2).abs() < 1e-12 && (means[1] - 0.01).abs() < 1e-12);
        let moments: Vec<String> = figures[0].asked().into_iter().map(moment).collect();
        assert_eq!(moments, ["0", "500"]);
        assert_eq!(super::figures(&rows[3..], Bars::Deviation), [], "one moment alone is no line");
    }
}
