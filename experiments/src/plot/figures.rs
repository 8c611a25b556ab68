//! Which figures the rows hold.

use std::collections::{BTreeMap, BTreeSet};

use super::names::{file_name, method_label, scope};
use super::palette::Palette;
use super::series::{Series, Spread, result};
use crate::records::CurveRow;

/// A figure: what it shows, and nothing about how.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Figure {
    /// Name of its files, without extension.
    pub(super) name: String,
    /// Network and data.
    pub(super) title: String,
    /// What all series have in common.
    pub(super) subtitle: String,
    /// What the series differ in.
    pub(super) compared: &'static str,
    /// The dense parent.
    pub(super) parent: Option<Spread>,
    pub(super) series: Vec<Series>,
    /// Runs without a result at some density.
    pub(super) lost: usize,
}

impl Figure {
    /// All densities that were asked for, falling.
    pub(super) fn asked(&self) -> Vec<f64> {
        let mut asked: Vec<f64> =
            self.series.iter().flat_map(|series| &series.points).map(|point| point.asked).collect();
        asked.sort_by(|a, b| b.total_cmp(a));
        asked.dedup();
        asked
    }

    /// Every mean with its spread, the parent's included.
    pub(super) fn spreads(&self) -> impl Iterator<Item = Spread> {
        let points = self.series.iter().flat_map(|series| &series.points);
        points.filter_map(|point| point.accuracy).chain(self.parent)
    }
}

/// Every figure: first those that compare methods, then those that compare retrainings.
pub(super) fn figures(rows: &[CurveRow]) -> Vec<Figure> {
    let (parents, pruned): (Vec<&CurveRow>, Vec<&CurveRow>) =
        rows.iter().partition(|row| is_parent(row));
    let pruned: Vec<&CurveRow> = pruned
        .into_iter()
        .filter(|row| row.density_asked.is_finite() && row.density_asked > 0.0)
        .collect();
    let dense: Vec<f64> = parents.into_iter().filter_map(result).collect();
    let experiment =
        Experiment { parent: Spread::of(&dense), palette: Palette::of(pruned.iter().copied()) };

    let by_retraining = grouped(&pruned, |row| (row.schedule.as_str(), row.retraining.as_str()));
    let methods = by_retraining.into_values().map(|rows| experiment.methods(&rows));
    let by_method =
        grouped(&pruned, |row| (row.schedule.as_str(), row.method.as_str(), row.scope.as_str()));
    let tickets = by_method.into_values().map(|rows| experiment.retrainings(&rows));
    methods.chain(tickets.filter(|figure| figure.series.len() > 1)).collect()
}

/// What all figures share.
struct Experiment<'a> {
    parent: Option<Spread>,
    palette: Palette<'a>,
}

impl Experiment<'_> {
    /// The methods of one schedule and retraining.
    fn methods(&self, rows: &[&CurveRow]) -> Figure {
        let CurveRow { schedule, retraining, .. } = rows[0];
        let series = grouped(rows, |row| (row.method.as_str(), scope(row))).into_iter().map(
            |((method, scope), rows)| {
                Series::of(
                    method_label(rows[0]),
                    self.palette.method(method, scope.is_some()),
                    &rows,
                )
            },
        );
        Figure {
            name: file_name(&["accuracy", schedule, retraining]),
            subtitle: format!("{schedule} pruning · retraining: {retraining}"),
            compared: "method",
            ..self.figure(rows, series.collect())
        }
    }

    /// The retrainings of one schedule and method.
    fn retrainings(&self, rows: &[&CurveRow]) -> Figure {
        let CurveRow { schedule, method, .. } = rows[0];
        let series =
            grouped(rows, |row| row.retraining.as_str()).into_iter().map(|(retraining, rows)| {
                Series::of(retraining.to_owned(), self.palette.retraining(retraining), &rows)
            });
        Figure {
            name: file_name(&["ticket", schedule, method, scope(rows[0]).unwrap_or_default()]),
            subtitle: format!("{schedule} pruning · method: {}", method_label(rows[0])),
            compared: "retraining",
            ..self.figure(rows, series.collect())
        }
    }

    fn figure(&self, rows: &[&CurveRow], mut series: Vec<Series>) -> Figure {
        // A stable sort: within a rank the plain scope stays before the others.
        series.sort_by_key(|series| series.look.rank);
        let lost: BTreeSet<&str> =
            rows.iter().filter(|row| result(row).is_none()).map(|row| row.run.as_str()).collect();
        Figure {
            name: String::new(),
            title: format!("{} on {}", rows[0].network, rows[0].dataset),
            subtitle: String::new(),
            compared: "",
            parent: self.parent,
            series,
            lost: lost.len(),
        }
    }
}

fn is_parent(row: &CurveRow) -> bool {
    row.method == "dense"
}

fn grouped<'a, K: Ord>(
    rows: &[&'a CurveRow],
    key: impl Fn(&'a CurveRow) -> K,
) -> BTreeMap<K, Vec<&'a CurveRow>> {
    let mut groups: BTreeMap<K, Vec<&CurveRow>> = BTreeMap::new();
    for &row in rows {
        groups.entry(key(row)).or_default().push(row);
    }
    groups
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plot::fixtures::{experiment, lost, parent, row};

    fn names(figures: &[Figure]) -> Vec<&str> {
        figures.iter().map(|figure| figure.name.as_str()).collect()
    }

    fn labels(figure: &Figure) -> Vec<&str> {
        figure.series.iter().map(|series| series.label.as_str()).collect()
    }

    #[test]
    fn one_figure_per_retraining_and_one_per_method_and_scope() {
        let figures = figures(&experiment());
        let expected = [
            "accuracy-one-shot-fine-tune",
            "accuracy-one-shot-none",
            "accuracy-one-shot-random-mask",
            "accuracy-one-shot-reinit",
            "accuracy-one-shot-rewind",
            "ticket-one-shot-magnitude",
            "ticket-one-shot-magnitude-per-layer",
            "ticket-one-shot-random",
            "ticket-one-shot-sipp",
        ];
        assert_eq!(names(&figures), expected);
        assert_eq!(labels(&figures[0]), ["magnitude", "magnitude (per-layer)", "random", "sipp"]);
        assert_eq!(labels(&figures[5]), ["rewind", "reinit", "random-mask", "fine-tune", "none"]);
        assert_eq!(figures[0].title, "lenet-300-100 on digits");
        assert_eq!(figures[6].subtitle, "one-shot pruning · method: magnitude (per-layer)");
        assert_eq!(figures[0].parent.unwrap().seeds, 3);
    }

    #[test]
    fn a_single_retraining_is_no_comparison() {
        assert_eq!(
            names(&figures(&[row("sipp", "rewind", 1, 0.5, 0.9)])),
            ["accuracy-one-shot-rewind"]
        );
        assert_eq!(figures(&[parent(1, 0.98)]), []);
        assert_eq!(figures(&[]), []);
    }

    #[test]
    fn lost_runs_are_counted_once() {
        let rows = [
            lost("sipp", "rewind", 1, 0.5),
            lost("sipp", "rewind", 1, 0.2),
            lost("sipp", "rewind", 2, 0.2),
        ];
        let figure = &figures(&rows)[0];
        assert_eq!((figure.lost, figure.asked()), (2, vec![0.5, 0.2]));
        assert_eq!(figure.spreads().count(), 0);
    }
}
