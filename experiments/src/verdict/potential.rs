use crate::curve::{Curve, distinct};
use crate::records::{CurveRow, PotentialRow};

/// Losses that are put up with, in points of test accuracy, as the papers' tables have them.
pub(super) const DELTAS: [f64; 6] = [0.0, 0.25, 0.5, 1.0, 2.0, 5.0];

/// How much may go of every curve's networks at every loss.
pub(super) fn all(rows: &[CurveRow]) -> Vec<PotentialRow> {
    let curves = distinct(rows, Curve::of).into_iter().filter(|curve| curve.method != "dense");
    curves.flat_map(|curve| DELTAS.map(|delta| one(rows, &curve, delta))).flatten().collect()
}

/// `None` where no seed has a parent with a result.
fn one(rows: &[CurveRow], curve: &Curve, delta: f64) -> Option<PotentialRow> {
    let parents: Vec<&CurveRow> = rows
        .iter()
        .filter(|row| row.method == "dense" && row.test_accuracy.is_some())
        .filter(|parent| curve.rows(rows).any(|row| row.seed == parent.seed))
        .collect();
    let left: Vec<Option<(f64, f64)>> =
        parents.iter().map(|parent| smallest(rows, curve, parent, delta)).collect();
    let seeds = left.len();
    let mean_gone = |left: &dyn Fn(&(f64, f64)) -> f64, all: &[Option<(f64, f64)>]| {
        all.iter().map(|pair| pair.as_ref().map_or(0.0, |pair| 1.0 - left(pair))).sum::<f64>()
            / seeds as f64
    };
    let Curve { schedule, method, scope, options, retraining } = curve.clone();
    let first = parents.first()?;
    Some(PotentialRow {
        dataset: first.dataset.clone(),
        network: first.network.clone(),
        schedule,
        method,
        scope,
        options,
        retraining,
        delta,
        seeds,
        seeds_without: left.iter().filter(|pair| pair.is_none()).count(),
        prune_ratio: mean_gone(&|pair| pair.0, &left),
        multiply_add_ratio: mean_gone(&|pair| pair.1, &left),
    })
}

/// The least share of parameters, and of multiply-adds, of a seed's networks within the loss. Of repeats it is
/// the mean that counts: the best of several would be better than it is.
fn smallest(rows: &[CurveRow], curve: &Curve, parent: &CurveRow, delta: f64) -> Option<(f64, f64)> {
    // Accuracies are quotients of whole numbers: the slack is for their rounding.
    let least = parent.test_accuracy? - delta / 100.0 - 1e-9;
    let shares = curve.densities(rows).into_iter().filter_map(|density| {
        let repeats: Vec<&CurveRow> =
            curve.rows_at(rows, density).filter(|row| row.seed == parent.seed).collect();
        let mean = |value: &dyn Fn(&CurveRow) -> Option<f64>| {
            let sum: Option<f64> = repeats.iter().map(|row| value(row)).sum();
            sum.filter(|_| !repeats.is_empty()).map(|sum| sum / repeats.len() as f64)
        };
        mean(&|row| row.test_accuracy).filter(|&accuracy| accuracy >= least)?;
        Some((mean(&|row| Some(row.parameter_ratio))?, mean(&|row| Some(1.0 / row.speed_up))?))
    });
    shares.reduce(|a, b| (a.0.min(b.0), a.1.min(b.1)))
}

#[cfg(test)]
mod tests {
    use super::*;

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
