//! The figures of training steps: what they take densely and sparsely, and where that is the same.

use super::bars::Bars;
use super::density_axis::percent;
use super::figure::{Figure, Kind};
use super::palette::Look;
use super::series::{Point, Series};
use super::spread::Spread;
use crate::records::StepRow;

/// One figure for each network and batch, of masks that leave all layers the same share.
pub(super) fn figures(rows: &[StepRow]) -> Vec<Figure> {
    let mut alike: Vec<&StepRow> = rows.iter().filter(|row| row.mask == "alike").collect();
    alike.sort_by(|a, b| {
        let key = |row: &StepRow| (row.network.clone(), row.batch_size);
        key(a).cmp(&key(b)).then(b.density.total_cmp(&a.density))
    });
    let networks = alike.chunk_by(|a, b| (&a.network, a.batch_size) == (&b.network, b.batch_size));
    networks.map(figure).collect()
}

fn figure(rows: &[&StepRow]) -> Figure {
    let line = |label: &str, rank, of: fn(&StepRow) -> f64| {
        let points = rows.iter().map(|row| point(row.density, of(row))).collect();
        series(label.to_owned(), Look::of_rank(rank), points)
    };
    let mut all = vec![
        line("dense, with a mask", 0, |row| row.dense_microseconds),
        line("sparse", 1, |row| row.sparse_microseconds),
    ];
    if let Some((density, time)) = crossover(rows) {
        let label = format!("as fast at {} %", percent(density));
        all.push(series(label, Look::of_rank(2), vec![point(density, time)]));
    }
    let first = rows[0];
    Figure {
        name: format!("steps-{}-{}", first.network, first.batch_size),
        kind: Kind::Steps,
        bars: Bars::default(),
        title: format!("Training steps of {}", first.network),
        subtitle: format!(
            "batch {} · {} · 1 thread · {} · {}",
            first.batch_size, first.optimizer, first.backend, first.cpu
        ),
        compared: "step",
        parent: None,
        series: all,
        lost: 0,
    }
}

fn series(label: String, look: Look, points: Vec<Point>) -> Series {
    Series { label, look, points, second: Vec::new(), second_look: look }
}

fn point(density: f64, time: f64) -> Point {
    let value = Some(Spread { mean: time, ends: None, seeds: 1, trials: 1 });
    Point { asked: density, density, value, lost: false }
}

/// The density at which both steps take the same time, and that time: between the two densities where one
/// overtakes the other, by straight lines. Rows fall in density.
fn crossover(rows: &[&StepRow]) -> Option<(f64, f64)> {
    let lead = |row: &StepRow| row.dense_microseconds - row.sparse_microseconds;
    let pair = rows.windows(2).find(|pair| lead(pair[0]) < 0.0 && lead(pair[1]) >= 0.0)?;
    let [above, below] = [pair[0], pair[1]];
    let share = lead(below) / (lead(below) - lead(above));
    let between = |of: fn(&StepRow) -> f64| of(below) + share * (of(above) - of(below));
    Some((between(|row| row.density), between(|row| row.dense_microseconds)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(sparse: [f64; 3]) -> Vec<StepRow> {
        let row = |(density, sparse)| StepRow {
            network: "mlp".to_owned(),
            batch_size: 64,
            mask: "alike".to_owned(),
            density,
            dense_microseconds: 100.0,
            sparse_microseconds: sparse,
            ..StepRow::default()
        };
        [0.1, 0.5, 0.8].into_iter().zip(sparse).map(row).collect()
    }

    #[test]
    fn lines_cross_where_one_overtakes_the_other() {
        let figures = figures(&rows([20.0, 80.0, 140.0]));
        let [figure] = figures.as_slice() else { panic!("one figure") };
        assert_eq!(figure.name, "steps-mlp-64");
        let labels: Vec<&str> = figure.series.iter().map(|series| &*series.label).collect();
        assert_eq!(labels, ["dense, with a mask", "sparse", "as fast at 60 %"]);
        let point = figure.series[2].points[0];
        assert!((point.density - 0.6).abs() < 1e-12);
        assert!((point.value.unwrap().mean - 100.0).abs() < 1e-9);
    }

    #[test]
    fn lines_that_do_not_cross_have_no_crossover() {
        for sparse in [[10.0, 20.0, 30.0], [200.0, 300.0, 400.0]] {
            assert_eq!(figures(&rows(sparse))[0].series.len(), 2);
        }
        let mut other = rows([20.0, 80.0, 140.0]);
        other.iter_mut().for_each(|row| row.mask = "global".to_owned());
        assert_eq!(figures(&other), []);
    }
}
