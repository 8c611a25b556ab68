//! Which figures the rows hold.

use super::bars::Bars;
use super::certificates::certificates;
use super::figure::{Figure, Kind};
use super::groups::{grouped, runs};
use super::names::{file_name, method_label, retraining_label, variant};
use super::palette::{Look, Palette};
use super::quantity::Quantity;
use super::series::Series;
use super::spread::Spread;
use crate::records::CurveRow;

/// Every figure: first those that compare methods, then those that compare retrainings by accuracy and by when
/// they stop, then those of certificates.
pub(super) fn figures(rows: &[CurveRow], bars: Bars) -> Vec<Figure> {
    let (parents, pruned): (Vec<&CurveRow>, Vec<&CurveRow>) =
        rows.iter().partition(|row| is_parent(row));
    let pruned: Vec<&CurveRow> = pruned
        .into_iter()
        .filter(|row| row.density_asked.is_finite() && row.density_asked > 0.0)
        .collect();
    let experiment = Experiment { parents, bars, palette: Palette::of(pruned.iter().copied()) };

    let by_retraining = grouped(&pruned, |row| {
        (row.schedule.as_str(), row.retraining.as_str(), row.rewind_to.unwrap_or(0))
    });
    let methods = by_retraining.into_values().map(|rows| experiment.methods(&rows));
    let by_method =
        grouped(&pruned, |row| (row.schedule.as_str(), row.method.as_str(), variant(row)));
    let tickets = by_method.values().map(|rows| experiment.retrainings(rows));
    let tickets = tickets.filter(|figure| figure.series.len() > 1);
    let stops = by_method.values().filter_map(|rows| experiment.stops(rows));
    methods.chain(tickets).chain(stops).chain(certificates(&pruned, &experiment.palette)).collect()
}

/// What all figures share.
struct Experiment<'a> {
    parents: Vec<&'a CurveRow>,
    bars: Bars,
    palette: Palette<'a>,
}

impl Experiment<'_> {
    /// The methods of one schedule and retraining.
    fn methods(&self, rows: &[&CurveRow]) -> Figure {
        let (schedule, retraining) = (&rows[0].schedule, retraining_label(rows[0]));
        let series = grouped(rows, |row| (row.method.as_str(), variant(row))).into_iter().map(
            |((method, variant), rows)| {
                let look = self.palette.variant(method, &variant);
                let look = if variant.is_empty() { look } else { look.opened() };
                self.series(method_label(rows[0]), look, &rows, Quantity::Accuracy)
            },
        );
        Figure {
            name: file_name(&["accuracy", schedule, &retraining]),
            subtitle: format!("{schedule} pruning · retraining: {retraining}"),
            compared: "method",
            ..self.figure(rows, series.collect(), Quantity::Accuracy)
        }
    }

    /// The retrainings of one schedule and method.
    fn retrainings(&self, rows: &[&CurveRow]) -> Figure {
        let CurveRow { schedule, method, .. } = rows[0];
        Figure {
            name: file_name(&["ticket", schedule, method, &variant(rows[0])]),
            subtitle: format!("{schedule} pruning · method: {}", method_label(rows[0])),
            compared: "retraining",
            ..self.by_retraining(rows, Quantity::Accuracy)
        }
    }

    /// When they stop, where there is a ticket among them: it should learn faster.
    fn stops(&self, rows: &[&CurveRow]) -> Option<Figure> {
        let stops = |row: &&&CurveRow| Quantity::Stop.of(row).is_some();
        let rows: Vec<&CurveRow> = rows.iter().filter(stops).copied().collect();
        let ticket = rows.iter().find(|row| row.retraining == "rewind")?;
        let figure = self.by_retraining(&rows, Quantity::Stop);
        (figure.series.len() > 1).then(|| Figure {
            name: file_name(&["stop", &ticket.schedule, &ticket.method, &variant(ticket)]),
            kind: Kind::Stop,
            subtitle: format!("{} pruning · method: {}", ticket.schedule, method_label(ticket)),
            compared: "retraining",
            ..figure
        })
    }

    fn by_retraining(&self, rows: &[&CurveRow], quantity: Quantity) -> Figure {
        let moment = |row: &'_ CurveRow| row.rewind_to.unwrap_or(0);
        let retrainings = grouped(rows, |row| (row.retraining.as_str(), moment(row)));
        let series = retrainings.into_values().map(|rows| {
            let label = retraining_label(rows[0]);
            let look = self.palette.retraining(&label);
            self.series(label, look, &rows, quantity)
        });
        self.figure(rows, series.collect(), quantity)
    }

    fn series(&self, label: String, look: Look, rows: &[&CurveRow], quantity: Quantity) -> Series {
        Series::of(label, look, rows, (quantity, self.bars))
    }

    fn parent(&self, quantity: Quantity) -> Option<Spread> {
        let value = |row: &&CurveRow| Some((row.seed, quantity.of(row)?));
        let values: Vec<(u64, f64)> = self.parents.iter().filter_map(value).collect();
        quantity.spread(&values, self.bars)
    }

    fn figure(&self, rows: &[&CurveRow], mut series: Vec<Series>, quantity: Quantity) -> Figure {
        // A stable sort: within a rank the plain scope stays before the others.
        series.sort_by_key(|series| series.look.rank);
        Figure {
            name: String::new(),
            kind: Kind::Accuracy,
            bars: self.bars,
            title: format!("{} on {}", rows[0].network, rows[0].dataset),
            subtitle: String::new(),
            compared: "",
            parent: self.parent(quantity),
            series,
            lost: runs(rows, |row| quantity.of(row).is_none()),
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
    fn when_they_stop_is_shown_where_a_ticket_has_company() {
        let stop = |retraining: &str, seed, repeat, iteration| CurveRow {
            best_validation_iteration: Some(iteration),
            repeat,
            ..row("magnitude", retraining, seed, 0.5, 0.9)
        };
        let ticket = [stop("rewind", 1, 1, 100), stop("rewind", 2, 1, 300)];
        assert_eq!(names(&figures(&ticket)), ["accuracy-one-shot-rewind"]);
        let reinit = [(1, 1, 500), (1, 2, 700), (2, 1, 900)]
            .map(|(seed, repeat, iteration)| stop("reinit", seed, repeat, iteration));
        let dense = CurveRow { best_validation_iteration: Some(400), ..parent(1, 0.98) };
        let rows = [&ticket[..], &reinit, &[dense]].concat();
        let figures = figures(&rows);
        let figure = figures.last().unwrap();
        assert_eq!((figure.name.as_str(), figure.kind), ("stop-one-shot-magnitude", Kind::Stop));
        let value = |k: usize| figure.series[k].points[0].value.unwrap();
        assert_eq!((value(0).mean, value(0).ends), (200.0, Some((100.0, 300.0))));
        // Means over seeds of 600 and 900.
        assert_eq!((value(1).mean, value(1).ends), (750.0, Some((500.0, 900.0))));
        assert_eq!((figure.parent.unwrap().mean, figure.lost), (400.0, 0));
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
