//! Figures of certificates: the bound on what pruning changes, beside what it changed.

use super::bars::Bars;
use super::figure::{Figure, Kind};
use super::groups::{grouped, runs};
use super::names::{file_name, method_label, variant};
use super::palette::Palette;
use super::quantity::Quantity;
use super::series::Series;
use crate::records::CurveRow;

/// Retrainings whose certificates are about the trained network, the preferred one first, and how
/// the subtitle puts it.
///
/// Under the iterative schedule they are about different networks, and are never mixed. With
/// `prune-at-init` it is the untrained network that is pruned: that is another question.
const RETRAININGS: [(&str, &str); 2] =
    [("none", "no retraining"), ("fine-tune", "before fine-tuning")];

/// More methods than these, each with two lines, have no bars: nobody could tell whose they are.
const MOST_WITH_BARS: usize = 6;

/// One figure for each schedule that has certificates, of the rows of pruned networks.
pub(super) fn certificates(rows: &[&CurveRow], palette: &Palette<'_>) -> Vec<Figure> {
    let schedules = grouped(rows, |row| row.schedule.as_str()).into_values();
    schedules.filter_map(|rows| schedule(&rows, palette)).collect()
}

/// The methods under one schedule.
fn schedule(rows: &[&CurveRow], palette: &Palette<'_>) -> Option<Figure> {
    let (rows, moment) = RETRAININGS.iter().find_map(|&(retraining, moment)| {
        let mut rows = rows.to_vec();
        rows.retain(|row| row.retraining == retraining);
        (!rows.is_empty()).then_some((rows, moment))
    })?;
    let is_certified =
        |row: &&CurveRow| row.logit_bound_median.is_some() && row.logit_change_median.is_some();
    if !rows.iter().any(is_certified) {
        return None;
    }
    let CurveRow { schedule, network, dataset, .. } = rows[0];
    let methods = grouped(&rows, |row| (row.method.as_str(), variant(row))).into_iter();
    let series = methods.map(|((method, variant), rows)| {
        Series::certificate(method_label(rows[0]), palette.variant(method, &variant), &rows)
    });
    let has_values = |series: &Series| series.all_points().any(|point| point.value.is_some());
    let mut series: Vec<Series> = series.filter(has_values).collect();
    if series.len() > MOST_WITH_BARS {
        series.iter_mut().for_each(Series::drop_bars);
    }
    // A stable sort: within a rank the plain method stays before its variants.
    series.sort_by_key(|series| series.look.rank);
    (!series.is_empty()).then(|| Figure {
        name: file_name(&["certificate", schedule]),
        kind: Kind::Certificate,
        bars: Bars::MinMax,
        title: format!("{network} on {dataset}"),
        subtitle: format!("{schedule} pruning · {moment}"),
        compared: "method",
        parent: None,
        series,
        lost: runs(&rows, |row| !is_complete(row)),
    })
}

/// Whether both bound and truth have a place on the axis.
fn is_complete(row: &CurveRow) -> bool {
    [Quantity::LogitBound, Quantity::LogitChange].iter().all(|value| value.of(row).is_some())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plot::fixtures::{self, certified, row};

    fn drawn(rows: &[CurveRow]) -> Vec<Figure> {
        let palette = Palette::of(rows.iter());
        certificates(&rows.iter().collect::<Vec<_>>(), &palette)
    }

    fn labels(figure: &Figure) -> Vec<&str> {
        figure.series.iter().map(|series| series.label.as_str()).collect()
    }

    #[test]
    fn one_figure_for_each_schedule_with_all_methods_and_variants() {
        let rows = ["sipp-rand", "sipp", "magnitude"].map(|method| {
            let plain = certified(method, "none", 1, 0.5, (20.0, 0.5));
            let other = CurveRow { scope: "per-layer".to_owned(), ..plain.clone() };
            let iterative = CurveRow { schedule: "iterative".to_owned(), ..plain.clone() };
            [plain, other, iterative]
        });
        let figures = drawn(rows.as_flattened());
        let names: Vec<&str> = figures.iter().map(|figure| figure.name.as_str()).collect();
        assert_eq!(names, ["certificate-iterative", "certificate-one-shot"]);
        assert_eq!(labels(&figures[0]), ["magnitude", "sipp", "sipp-rand"]);
        assert_eq!(labels(&figures[1])[..3], ["magnitude", "magnitude (per-layer)", "sipp"]);
        assert_eq!(figures[1].title, "lenet-300-100 on digits");
        assert_eq!(figures[1].subtitle, "one-shot pruning · no retraining");
        assert_eq!(figures[1].lost, 0);
    }

    #[test]
    fn bars_are_for_few_methods() {
        let all = |scopes: &[&str]| {
            let rows: Vec<CurveRow> = scopes
                .iter()
                .flat_map(|scope| {
                    let with = |row| CurveRow { scope: (*scope).to_owned(), ..row };
                    fixtures::certificates().into_iter().map(with)
                })
                .collect();
            let figure = drawn(&rows).remove(0);
            figure.spreads().filter(|spread| spread.ends.is_some()).count()
        };
        assert_eq!(all(&["global"]), 2 * 5 * 6 - 1);
        assert_eq!(all(&["global", "per-layer"]), 0);
    }

    #[test]
    fn retrainings_are_not_mixed() {
        let tuned = certified("sipp", "fine-tune", 1, 0.5, (30.0, 0.5));
        let initial = certified("sipp", "prune-at-init", 1, 0.5, (50.0, 0.5));
        let plain = certified("magnitude", "none", 1, 0.5, (20.0, 0.5));
        assert_eq!(drawn(std::slice::from_ref(&initial)), []);
        let figure = &drawn(&[tuned.clone(), initial.clone()])[0];
        assert_eq!(figure.subtitle, "one-shot pruning · before fine-tuning");
        assert_eq!((labels(figure), figure.spreads().count()), (vec!["sipp"], 2));
        let figure = &drawn(&[tuned.clone(), initial, plain])[0];
        assert_eq!(labels(figure), ["magnitude"]);
        assert_eq!(drawn(&[tuned, row("magnitude", "none", 1, 0.5, 0.9)]), []);
    }

    #[test]
    fn bound_and_truth_must_be_there() {
        let whole = certified("sipp", "none", 1, 0.5, (20.0, 0.5));
        let half = CurveRow { logit_change_median: None, ..whole.clone() };
        let nothing = row("random", "none", 1, 0.5, 0.9);
        assert_eq!(drawn(&[half.clone(), nothing.clone()]), []);
        assert_eq!(drawn(&[certified("sipp", "none", 1, 0.5, (0.0, 0.0))]), []);
        let unchanged = &drawn(&[certified("sipp", "none", 1, 0.5, (20.0, 0.0))])[0];
        assert_eq!((unchanged.lost, unchanged.spreads().count()), (1, 1));
        let sparser = CurveRow { density_asked: 0.1, ..half };
        let figure = &drawn(&[whole, sparser, nothing])[0];
        assert_eq!((labels(figure), figure.lost), (vec!["sipp"], 2));
        assert_eq!((figure.asked(), figure.spreads().count()), (vec![0.5, 0.1], 3));
    }
}
