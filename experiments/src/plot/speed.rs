//! The figure of `bench`: what a small network promises by its size, and how fast it is.

use super::bars::Bars;
use super::figure::{Figure, Kind};
use super::palette::Look;
use super::series::{Point, Series};
use super::spread::Spread;
use crate::records::SpeedRow;

/// One figure of all networks and methods; `None` without small networks.
pub(super) fn speed(rows: &[SpeedRow]) -> Option<Figure> {
    let small: Vec<&SpeedRow> = rows.iter().filter(|row| !row.is_dense()).collect();
    let networks = distinct(&small, |row| row.network.clone());
    let methods = distinct(&small, SpeedRow::method_label);
    let mut series = Vec::new();
    for (n, network) in networks.iter().enumerate() {
        for (m, method) in methods.iter().enumerate() {
            let is_of = |row: &&SpeedRow| row.network == *network && row.method_label() == *method;
            let rows: Vec<&SpeedRow> = small.iter().copied().filter(is_of).collect();
            let label = match methods.len() {
                1 => network.clone(),
                _ => format!("{network}, {method}"),
            };
            if !rows.is_empty() {
                series.push(lines(label, Look::of_network(n, m), &rows));
            }
        }
    }
    (!series.is_empty()).then(|| Figure {
        name: "speed".to_owned(),
        kind: Kind::Speed,
        bars: Bars::default(),
        title: "Speed of small dense networks: promised and measured".to_owned(),
        subtitle: subtitle(&small, &methods),
        compared: if methods.len() == 1 { "network" } else { "network, method" },
        parent: None,
        series,
        lost: 0,
    })
}

/// How it was measured; where rows differ, all that occurs.
fn subtitle(rows: &[&SpeedRow], methods: &[String]) -> String {
    let all = |of: fn(&SpeedRow) -> String| distinct(rows, of).join(" and ");
    let threads = all(|row| row.threads.to_string());
    let method = (methods.len() == 1).then(|| format!("{} pruning", methods[0]));
    let parts = [
        format!("batch {}", all(|row| row.batch.to_string())),
        format!("{threads} {}", if threads == "1" { "thread" } else { "threads" }),
        all(|row| row.backend.clone()),
        all(|row| if row.adapter.is_empty() { row.cpu.clone() } else { row.adapter.clone() }),
    ];
    let parts = method.into_iter().chain(parts).filter(|part| !part.is_empty());
    parts.collect::<Vec<_>>().join(" · ")
}

/// Forward passes and training steps, from the dense network on.
fn lines(label: String, look: Look, rows: &[&SpeedRow]) -> Series {
    let line = |of: fn(&SpeedRow) -> Spread| {
        let dense = point(1.0, Spread { mean: 1.0, ends: None, seeds: 1, trials: 1 });
        let rows = rows.iter().map(|row| point(1.0 / row.theoretical_speed_up, of(row)));
        let mut points: Vec<Point> = std::iter::once(dense).chain(rows).collect();
        points.sort_by(|a, b| b.asked.total_cmp(&a.asked));
        points
    };
    let points = line(|row| {
        let quartiles = (row.forward_speed_up_q1, row.forward_speed_up_q3);
        Spread::of_quartiles(row.forward_speed_up, quartiles)
    });
    let second = line(|row| {
        Spread::of_quartiles(row.step_speed_up, (row.step_speed_up_q1, row.step_speed_up_q3))
    });
    Series { label, look, points, second, second_look: look.hollow() }
}

fn point(share: f64, value: Spread) -> Point {
    Point { asked: share, density: share, value: Some(value), lost: false }
}

/// Every value once, in the order of the rows.
fn distinct(rows: &[&SpeedRow], of: impl Fn(&SpeedRow) -> String) -> Vec<String> {
    let mut values: Vec<String> = Vec::new();
    for value in rows.iter().map(|row| of(row)) {
        if !values.contains(&value) {
            values.push(value);
        }
    }
    values
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plot::density_axis::percent;
    use crate::plot::fixtures::speeds;

    fn labels(figure: &Figure) -> Vec<&str> {
        figure.series.iter().map(|series| series.label.as_str()).collect()
    }

    #[test]
    fn one_colour_for_each_network_and_lines_from_the_dense_one_on() {
        let figure = speed(&speeds()).unwrap();
        assert_eq!(labels(&figure), ["lenet-300-100", "resnet-20"]);
        assert_eq!(figure.subtitle, "magnitude pruning · batch 64 · 1 thread · flex");
        assert_eq!(figure.theory().collect::<Vec<_>>(), [(1.0, 1.0), (0.5, 2.0), (0.08, 12.5)]);
        let [(forward, passes), (step, steps)] = figure.series[1].lines();
        assert_ne!(forward.colour, figure.series[0].look.colour);
        assert_eq!((forward.open, step.open, step.dashed), (false, true, false));
        let values = |points: &[Point]| -> Vec<(f64, f64)> {
            points.iter().map(|point| (point.density, point.value.unwrap().mean)).collect()
        };
        assert_eq!(values(passes), [(1.0, 1.0), (0.5, 1.6), (0.08, 10.0)]);
        assert_eq!(values(steps), [(1.0, 1.0), (0.5, 1.0), (0.08, 6.25)]);
    }

    #[test]
    fn ticks_are_round() {
        let ticks = |theories: [f64; 2]| {
            let mut rows = speeds();
            (rows[1].theoretical_speed_up, rows[2].theoretical_speed_up) = theories.into();
            let ticks = speed(&rows[..3]).unwrap().ticks().into_iter().map(percent);
            ticks.collect::<Vec<_>>().join(" ")
        };
        assert_eq!(ticks([2.0, 12.5]), "100 50 20 10");
        assert_eq!(ticks([1.1, 1.6]), "100 90 80 70");
        assert_eq!(ticks([1.0, 1.0]), "100");
    }

    #[test]
    fn methods_are_told_apart_by_their_markers() {
        let mut rows = speeds();
        rows[2].method = "filter-norm".to_owned();
        rows[5].threads = 2;
        let figure = speed(&rows).unwrap();
        let expected =
            ["lenet-300-100, magnitude", "lenet-300-100, filter-norm", "resnet-20, magnitude"];
        assert_eq!(labels(&figure), expected);
        let looks: Vec<Look> = figure.series.iter().map(|series| series.look).collect();
        assert_eq!(looks[0].colour, looks[1].colour);
        assert_ne!(looks[0].marker, looks[1].marker);
        assert_eq!(figure.subtitle, "batch 64 · 1 and 2 threads · flex");
        assert_eq!(speed(&rows[..1]), None);
    }
}
