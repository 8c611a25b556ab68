//! Which figures the rows hold.

use super::certificates::certificates;
use super::figure::{Figure, Kind};
use super::groups::{grouped, runs};
use super::names::{file_name, method_label, variant};
use super::palette::Palette;
use super::quantity::Quantity;
use super::series::Series;
use super::spread::{Bars, Spread};
use crate::records::CurveRow;

/// Every figure: first those that compare methods, then those that compare retrainings, then those
/// of certificates. `bars` are those of accuracies.
pub(super) fn figures(rows: &[CurveRow], bars: Bars) -> Vec<Figure> {
    let (parents, pruned): (Vec<&CurveRow>, Vec<&CurveRow>) =
        rows.iter().partition(|row| is_parent(row));
    let pruned: Vec<&CurveRow> = pruned
        .into_iter()
        .filter(|row| row.density_asked.is_finite() && row.density_asked > 0.0)
        .collect();
    let dense: Vec<f64> =
        parents.into_iter().filter_map(|row| Quantity::Accuracy.of(row)).collect();
    let experiment = Experiment {
        bars,
        parent: Spread::of_accuracies(&dense, bars),
        palette: Palette::of(pruned.iter().copied()),
    };

    let by_retraining = grouped(&pruned, |row| (row.schedule.as_str(), row.retraining.as_str()));
    let methods = by_retraining.into_values().map(|rows| experiment.methods(&rows));
    let by_method =
        grouped(&pruned, |row| (row.schedule.as_str(), row.method.as_str(), variant(row)));
    let tickets = by_method.into_values().map(|rows| experiment.retrainings(&rows));
    let tickets = tickets.filter(|figure| figure.series.len() > 1);
    methods.chain(tickets).chain(certificates(&pruned, &experiment.palette)).collect()
}

/// What all figures share.
struct Experiment<'a> {
    bars: Bars,
    parent: Option<Spread>,
    palette: Palette<'a>,
}

impl Experiment<'_> {
    /// The methods of one schedule and retraining.
    fn methods(&self, rows: &[&CurveRow]) -> Figure {
        let CurveRow { schedule, retraining, .. } = rows[0];
        let series = grouped(rows, |row| (row.method.as_str(), variant(row))).into_iter().map(
            |((method, variant), rows)| {
                let look = self.palette.variant(method, &variant);
                let look = if variant.is_empty() { look } else { look.opened() };
                Series::accuracy(method_label(rows[0]), look, &rows, self.bars)
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
                let look = self.palette.retraining(retraining);
                Series::accuracy(retraining.to_owned(), look, &rows, self.bars)
            });
        Figure {
            name: file_name(&["ticket", schedule, method, &variant(rows[0])]),
            subtitle: format!("{schedule} pruning · method: {}", method_label(rows[0])),
            compared: "retraining",
            ..self.figure(rows, series.collect())
        }
    }

    fn figure(&self, rows: &[&CurveRow], mut series: Vec<Series>) -> Figure {
        // A stable sort: within a rank the plain scope stays before the others.
        series.sort_by_key(|series| series.look.rank);
        Figure {
            name: String::new(),
            kind: Kind::Accuracy(self.bars),
            title: format!("{} on {}", rows[0].network, rows[0].dataset),
            subtitle: String::new(),
            compared: "",
            parent: self.parent,
            series,
            lost: runs(rows, |row| Quantity::Accuracy.of(row).is_none()),
        }
    }
}

fn is_parent(row: &CurveRow) -> bool {
    row.method == "dense"
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plot::fixtures::{experiment, lost, parent, row};

    fn figures(rows: &[CurveRow]) -> Vec<Figure> {
        super::figures(rows, Bars::Deviation)
    }

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
