use crate::corrupted::Corrupted;
use crate::curve::{Curve, distinct};
use crate::records::{CurveRow, PotentialRow};

/// Losses that are put up with, in points of test accuracy, as the papers' tables have them.
pub(super) const DELTAS: [f64; 6] = [0.0, 0.25, 0.5, 1.0, 2.0, 5.0];

/// How much may go of every curve's networks at every loss.
pub(super) fn all(rows: &[CurveRow]) -> Vec<PotentialRow> {
    by(rows, &|row| row.test_accuracy)
}

/// The same under every corruption, and under all: the largest share that may go while the accuracy under a
/// corruption stays within the loss of the parent's under the same one (as in Liebenwein et al. 2021, arXiv
/// 2103.03014, "prune potential").
pub(super) fn corrupted(rows: &[CurveRow], corrupted: &Corrupted<'_>) -> Vec<PotentialRow> {
    let severities = corrupted.severities();
    let named = |name: &str| {
        let found = by(rows, &|row| corrupted.accuracy(name, row));
        let (corruption, severities) = (name.to_owned(), severities.clone());
        let labelled = move |row| PotentialRow {
            corruption: corruption.clone(),
            severities: severities.clone(),
            ..row
        };
        found.into_iter().map(labelled)
    };
    corrupted.names().flat_map(named).collect()
}

/// By this accuracy.
fn by(rows: &[CurveRow], accuracy: Accuracy<'_>) -> Vec<PotentialRow> {
    let curves = distinct(rows, Curve::of).into_iter().filter(|curve| curve.method != "dense");
    let one = |curve: Curve| DELTAS.map(|delta| one(rows, &curve, delta, accuracy));
    curves.flat_map(one).flatten().collect()
}

/// Accuracy of a row, in [0, 1].
type Accuracy<'a> = &'a dyn Fn(&CurveRow) -> Option<f64>;

/// `None` where no seed has a parent with a result.
fn one(
    rows: &[CurveRow],
    curve: &Curve,
    delta: f64,
    accuracy: Accuracy<'_>,
) -> Option<PotentialRow> {
    let parents: Vec<&CurveRow> = rows
        .iter()
        .filter(|row| row.method == "dense" && accuracy(row).is_some())
        .filter(|parent| curve.rows(rows).any(|row| row.seed == parent.seed))
        .collect();
    let left: Vec<Option<(f64, f64)>> =
        parents.iter().map(|parent| smallest(rows, curve, (parent, delta), accuracy)).collect();
    let seeds = left.len();
    let mean_gone = |left: &dyn Fn(&(f64, f64)) -> f64, all: &[Option<(f64, f64)>]| {
        all.iter().map(|pair| pair.as_ref().map_or(0.0, |pair| 1.0 - left(pair))).sum::<f64>()
            / seeds as f64
    };
    let Curve { schedule, method, scope, options, retraining, rewind_to } = curve.clone();
    let first = parents.first()?;
    Some(PotentialRow {
        dataset: first.dataset.clone(),
        network: first.network.clone(),
        schedule,
        method,
        scope,
        options,
        retraining,
        rewind_to,
        delta,
        seeds,
        seeds_without: left.iter().filter(|pair| pair.is_none()).count(),
        prune_ratio: mean_gone(&|pair| pair.0, &left),
        multiply_add_ratio: mean_gone(&|pair| pair.1, &left),
        ..PotentialRow::default()
    })
}

/// The least share of parameters, and of multiply-adds, of a seed's networks within the loss. Of repeats it is
/// the mean that counts: the best of several would be better than it is.
fn smallest(
    rows: &[CurveRow],
    curve: &Curve,
    (parent, delta): (&CurveRow, f64),
    accuracy: Accuracy<'_>,
) -> Option<(f64, f64)> {
    // Accuracies are quotients of whole numbers: the slack is for their rounding.
    let least = accuracy(parent)? - delta / 100.0 - 1e-9;
    let shares = curve.densities(rows).into_iter().filter_map(|density| {
        let repeats: Vec<&CurveRow> =
            curve.rows_at(rows, density).filter(|row| row.seed == parent.seed).collect();
        let mean = |value: &dyn Fn(&CurveRow) -> Option<f64>| {
            let sum: Option<f64> = repeats.iter().map(|row| value(row)).sum();
            sum.filter(|_| !repeats.is_empty()).map(|sum| sum / repeats.len() as f64)
        };
        mean(accuracy).filter(|&accuracy| accuracy >= least)?;
        Some((mean(&|row| Some(row.parameter_ratio))?, mean(&|row| Some(1.0 / row.speed_up))?))
    });
    shares.reduce(|a, b| (a.0.min(b.0), a.1.min(b.1)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::records::CorruptionRow;

    fn row(method: &str, seed: u64, left: f64, accuracy: f64) -> CurveRow {
        CurveRow {
            method: method.to_owned(),
            retraining: "fine-tune".to_owned(),
            seed,
            density_asked: left,
            parameter_ratio: left,
            speed_up: 1.0 / left.sqrt(),
            test_accuracy: Some(accuracy),
            ..CurveRow::default()
        }
    }

    #[test]
    fn ratios_by_hand() {
        let rows = [
            row("dense", 1, 1.0, 0.98),
            row("dense", 2, 1.0, 0.97),
            row("magnitude", 1, 0.25, 0.98),
            row("magnitude", 1, 0.01, 0.975),
            row("magnitude", 2, 0.25, 0.96),
            row("magnitude", 2, 0.01, 0.93),
        ];
        let found = all(&rows);
        let near = |a: f64, b: f64| (a - b).abs() < 1e-12;
        let at = |delta: f64| found.iter().find(|row| row.delta == delta).unwrap();
        // At no loss the second seed has nothing and counts as not pruned.
        assert!(near(at(0.0).prune_ratio, 0.75 / 2.0) && at(0.0).seeds_without == 1);
        assert!(near(at(0.0).multiply_add_ratio, 0.5 / 2.0));
        assert!(near(at(0.5).prune_ratio, 0.99 / 2.0), "{:?}", at(0.5));
        assert!(near(at(1.0).prune_ratio, (0.99 + 0.75) / 2.0) && at(1.0).seeds_without == 0);
        assert!(near(at(5.0).multiply_add_ratio, 0.9) && at(5.0).seeds == 2);
        assert_eq!(found.len(), DELTAS.len());
    }

    #[test]
    fn under_a_corruption_the_parent_is_taken_under_the_same_one() {
        let rows = [
            CurveRow { run: "p".to_owned(), ..row("dense", 1, 1.0, 0.98) },
            CurveRow { run: "a".to_owned(), ..row("magnitude", 1, 0.5, 0.98) },
            CurveRow { run: "a".to_owned(), ..row("magnitude", 1, 0.1, 0.98) },
        ];
        let under = |row: &CurveRow, corruption: &str, severity, test_accuracy| CorruptionRow {
            run: row.run.clone(),
            density_asked: row.density_asked,
            corruption: corruption.to_owned(),
            severity,
            test_accuracy,
            ..CorruptionRow::default()
        };
        let [parent, half, tenth] = &rows;
        let corruptions = [
            under(parent, "blur", 1, 0.9),
            under(parent, "blur", 2, 0.7),
            under(parent, "shift", 1, 0.6),
            under(parent, "shift", 2, 0.6),
            // As good in the mean over severities.
            under(half, "blur", 1, 0.84),
            under(half, "blur", 2, 0.76),
            under(half, "shift", 1, 0.59),
            under(half, "shift", 2, 0.59),
            under(tenth, "blur", 1, 0.9),
            under(tenth, "blur", 2, 0.5),
            under(tenth, "shift", 1, 0.6),
            under(tenth, "shift", 2, 0.6),
        ];
        let found = corrupted(&rows, &Corrupted::of(&corruptions));
        let ratio = |corruption: &str, delta: f64| {
            let of = |row: &&PotentialRow| row.corruption == corruption && row.delta == delta;
            (found.iter().find(of).unwrap().prune_ratio * 1000.0).round() / 1000.0
        };
        assert_eq!([ratio("blur", 0.0), ratio("shift", 0.0)], [0.5, 0.9]);
        // Half a point and five points behind the parent's 0.7.
        assert_eq!([0.0, 0.5, 5.0].map(|delta| ratio("all", delta)), [0.0, 0.5, 0.9]);
        assert_eq!((found.len(), found[0].severities.as_str()), (3 * DELTAS.len(), "1 2"));
        assert!(found.iter().all(|row| row.seeds == 1));
    }

    #[test]
    fn the_best_of_several_repeats_is_not_what_counts() {
        let dense = row("dense", 1, 1.0, 0.98);
        let repeats = [0.99, 0.93].map(|accuracy| row("magnitude", 1, 0.25, accuracy));
        let found = all(&[&[dense][..], &repeats].concat());
        let within = |delta: f64| found.iter().find(|row| row.delta == delta).unwrap();
        // Their mean is 96 %.
        assert_eq!((within(1.0).seeds_without, within(2.0).seeds_without), (1, 0));
    }

    #[test]
    fn no_parent_no_ratio() {
        assert_eq!(all(&[row("magnitude", 1, 0.25, 0.98)]), []);
    }
}
