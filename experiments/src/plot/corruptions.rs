//! Figures of networks on corrupted test images.

use super::bars::Bars;
use super::figure::{Figure, Kind};
use super::figures;
use super::groups::{grouped, runs};
use super::names::{file_name, method_label, retraining_label, variant};
use super::palette::Look;
use super::quantity::Quantity;
use super::series::Series;
use crate::corrupted::{ALL, Corrupted};
use crate::records::{CorruptionRow, CurveRow};

/// The test images as they are, among corruptions.
const NONE: &str = "none";

/// Those that compare methods, then those that compare corruptions.
pub(super) fn figures(rows: &[CurveRow], corruptions: &[CorruptionRow], bars: Bars) -> Vec<Figure> {
    let corrupted = Corrupted::of(corruptions);
    if corruptions.is_empty() {
        return Vec::new();
    }
    let means: Vec<CurveRow> = rows.iter().map(|row| under(&corrupted, ALL, row)).collect();
    let what = described(&corrupted);
    let methods = figures::figures(&means, bars).into_iter();
    let methods = methods.filter(|figure| figure.name.starts_with("accuracy-"));
    let methods = methods.map(|figure| Figure {
        name: figure.name.replacen("accuracy", "corrupted", 1),
        subtitle: format!("{} · {what}", figure.subtitle),
        ..figure
    });
    let (parents, pruned): (Vec<&CurveRow>, Vec<&CurveRow>) =
        rows.iter().partition(|row| row.method == "dense");
    let by_method = grouped(&pruned, |row| {
        (row.schedule.as_str(), retraining_label(row), row.method.as_str(), variant(row))
    });
    let lines =
        by_method.into_values().map(|rows| by_corruption(&corrupted, &parents, &rows, bars));
    methods.chain(lines).collect()
}

/// One method under every corruption; at density 1 its parents.
fn by_corruption(
    corrupted: &Corrupted<'_>,
    parents: &[&CurveRow],
    rows: &[&CurveRow],
    bars: Bars,
) -> Figure {
    let of_seed = |parent: &&&CurveRow| rows.iter().any(|row| row.seed == parent.seed);
    let all: Vec<&CurveRow> = parents.iter().filter(of_seed).chain(rows).copied().collect();
    let names = std::iter::once(NONE).chain(corrupted.names().filter(|name| *name != ALL));
    let series = names.enumerate().map(|(place, name)| {
        let rows: Vec<CurveRow> = all.iter().map(|row| under(corrupted, name, row)).collect();
        let look = Look::of_network(place, 0);
        let rows: Vec<&CurveRow> = rows.iter().collect();
        Series::of(name.to_owned(), look, &rows, (Quantity::Accuracy, bars))
    });
    let CurveRow { schedule, method, network, dataset, .. } = rows[0];
    let retraining = retraining_label(rows[0]);
    Figure {
        name: file_name(&["corruptions", schedule, &retraining, method, &variant(rows[0])]),
        kind: Kind::Accuracy,
        bars,
        title: format!("{network} on {dataset}"),
        subtitle: format!(
            "{schedule} pruning · method: {} · retraining: {retraining} · mean over severities {} · at 100 %: the dense parent",
            method_label(rows[0]),
            corrupted.severities()
        ),
        compared: "corruption",
        parent: None,
        series: series.collect(),
        lost: runs(&all, |row| Quantity::Accuracy.of(row).is_none()),
    }
}

/// The row with its accuracy under a corruption in place of that on the images as they are.
fn under(corrupted: &Corrupted<'_>, name: &str, row: &CurveRow) -> CurveRow {
    let test_accuracy = match name {
        NONE => row.test_accuracy,
        _ => corrupted.accuracy(name, row),
    };
    CurveRow { test_accuracy, ..row.clone() }
}

fn described(corrupted: &Corrupted<'_>) -> String {
    let names: Vec<&str> = corrupted.names().filter(|name| *name != ALL).collect();
    format!("mean over {} at severities {}", names.join(", "), corrupted.severities())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plot::fixtures::{parent, row};

    #[test]
    fn one_figure_per_retraining_and_one_per_method_with_a_line_for_each_corruption() {
        let named = |run: &str, row: CurveRow| CurveRow { run: run.to_owned(), ..row };
        let rows = [
            named("p", parent(1, 0.98)),
            named("a", row("sipp", "none", 1, 0.5, 0.9)),
            named("b", row("magnitude", "none", 1, 0.5, 0.95)),
        ];
        let corrupted = |row: &CurveRow, corruption: &str, severity, test_accuracy| CorruptionRow {
            run: row.run.clone(),
            density_asked: row.density_asked,
            corruption: corruption.to_owned(),
            severity,
            test_accuracy,
            ..CorruptionRow::default()
        };
        let corruptions: Vec<CorruptionRow> = rows
            .iter()
            .flat_map(|row| {
                let accuracy = row.test_accuracy.unwrap();
                [
                    corrupted(row, "blur", 1, accuracy - 0.1),
                    corrupted(row, "blur", 2, accuracy - 0.3),
                    corrupted(row, "shift", 1, accuracy - 0.3),
                    corrupted(row, "shift", 2, accuracy - 0.5),
                ]
            })
            .collect();
        let figures = figures(&rows, &corruptions, Bars::Deviation);
        let names: Vec<&str> = figures.iter().map(|figure| figure.name.as_str()).collect();
        let expected = [
            "corrupted-one-shot-none",
            "corruptions-one-shot-none-magnitude",
            "corruptions-one-shot-none-sipp",
        ];
        assert_eq!(names, expected);
        let mean = |figure: &Figure, series: usize, point: usize| {
            figure.series[series].points[point].value.unwrap().mean
        };
        let near = |a: f64, b: f64| (a - b).abs() < 1e-12;
        assert!(near(figures[0].parent.unwrap().mean, 0.68));
        assert!(near(mean(&figures[0], 0, 0), 0.65));
        let labels: Vec<&str> =
            figures[1].series.iter().map(|series| series.label.as_str()).collect();
        assert_eq!(labels, ["none", "blur", "shift"]);
        // The parent, then the survivors.
        assert!(near(mean(&figures[1], 1, 0), 0.78) && near(mean(&figures[1], 1, 1), 0.75));
        assert!(near(mean(&figures[1], 0, 0), 0.98) && near(mean(&figures[1], 2, 1), 0.55));
        assert_eq!(super::figures(&rows, &[], Bars::Deviation), []);
    }
}
