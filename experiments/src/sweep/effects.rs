use std::collections::BTreeMap;
use std::fmt::Write;

use statrs::statistics::Statistics;

use super::Point;
use super::table::keys;
use crate::plan::Kind;
use crate::records::{CurveRow, method_label};
use crate::run::labels;

/// The mean validation accuracy of each value of each key; nothing of a key that has one value in all of them.
pub(super) fn by_value(points: &[Point], rows: &[Vec<CurveRow>]) -> String {
    let scores: Vec<BTreeMap<String, f64>> = rows.iter().map(|rows| scores(rows)).collect();
    let mut text = String::new();
    for key in keys(points) {
        let mut by_value: Vec<(String, Vec<f64>)> = Vec::new();
        for (point, scores) in points.iter().zip(&scores) {
            let value = point.text(key);
            let all: Vec<f64> = scores.values().copied().collect();
            match by_value.iter_mut().find(|(other, _)| *other == value) {
                Some((_, found)) => found.extend(all),
                None => by_value.push((value, all)),
            }
        }
        // A value in every point would be a line for each point.
        let each = by_value.len() == points.len() && points.len() > 12;
        if each || by_value.len() == 1 && points.len() > 1 {
            continue;
        }
        let _ = writeln!(text, "{key}");
        for (value, scores) in by_value {
            let value = if value.is_empty() { "(as the file has it)" } else { &value };
            let _ = writeln!(text, "  {value:<24} {}", percent(&scores));
        }
    }
    text
}

/// For each kind of curve the point that is best by validation. Nothing is chosen by the test set, which is told of the
/// chosen point alone.
pub(super) fn best(points: &[Point], rows: &[Vec<CurveRow>]) -> String {
    let scores: Vec<BTreeMap<String, f64>> = rows.iter().map(|rows| scores(rows)).collect();
    let mut text = String::new();
    let mut curves: Vec<&String> = scores.iter().flat_map(BTreeMap::keys).collect();
    curves.sort();
    curves.dedup();
    for curve in curves {
        let of = |point: usize| scores[point].get(curve).copied();
        let best = (0..points.len())
            .filter_map(|point| of(point).map(|score| (score, point)))
            // Of equal ones the first.
            .reduce(|best, next| if next.0 > best.0 { next } else { best });
        let Some((score, best)) = best else { continue };
        let test: Vec<f64> = rows[best]
            .iter()
            .filter(|row| kind(row) == *curve)
            .filter_map(|row| row.test_accuracy)
            .collect();
        let _ = writeln!(
            text,
            "  {curve}: {:.2} with {} (point {}); test {}",
            100.0 * score,
            points[best].label(),
            points[best].name(),
            percent(&test)
        );
    }
    text
}

/// Mean validation accuracy of each kind of curve that has a result at all its densities.
fn scores(rows: &[CurveRow]) -> BTreeMap<String, f64> {
    let mut curves: BTreeMap<String, Vec<Option<f64>>> = BTreeMap::new();
    for row in rows {
        curves.entry(kind(row)).or_default().push(row.validation_accuracy);
    }
    let mean = |values: Vec<Option<f64>>| {
        let values: Vec<f64> = values.into_iter().collect::<Option<_>>()?;
        Some(values.iter().sum::<f64>() / values.len() as f64)
    };
    curves.into_iter().filter_map(|(curve, values)| Some((curve, mean(values)?))).collect()
}

/// Method, schedule and retraining, as in the summary.
pub(super) fn kind(row: &CurveRow) -> String {
    words([&row.method, &row.scope, &row.options, &row.schedule, &row.retraining])
}

/// The same of a run that is planned.
pub(super) fn kind_of(run: Kind) -> String {
    words(labels(run).each_ref().map(String::as_str))
}

fn words([method, scope, options, schedule, retraining]: [&str; 5]) -> String {
    let method = method_label(method, scope, options);
    [&*method, schedule, retraining].join(" ").split_whitespace().collect::<Vec<_>>().join(" ")
}

fn percent(values: &[f64]) -> String {
    let percents: Vec<f64> = values.iter().map(|value| 100.0 * value).collect();
    match percents.len() {
        0 => "no result".to_owned(),
        1 => format!("{:.2}", percents[0]),
        count => {
            let (mean, deviation) = (percents.iter().mean(), percents.iter().std_dev());
            format!("{mean:.2} ± {deviation:.2} ({count} values)")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(seed: u64, validation: Option<f64>, test: f64) -> CurveRow {
        CurveRow {
            method: "magnitude".to_owned(),
            schedule: "one-shot".to_owned(),
            retraining: "none".to_owned(),
            seed,
            validation_accuracy: validation,
            test_accuracy: Some(test),
            ..CurveRow::default()
        }
    }

    #[test]
    fn the_best_is_chosen_by_validation_and_what_failed_is_not() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("s.toml");
        std::fs::write(&path, "[sweep.grid]\nrate = [1, 2, 3]\n").unwrap();
        let (points, _) = super::super::points::read(&path).unwrap();
        let rows = [
            vec![row(1, Some(0.5), 0.99), row(2, Some(0.7), 0.99)],
            vec![row(1, Some(0.8), 0.60), row(2, Some(0.9), 0.70)],
            vec![row(1, Some(0.99), 0.9), row(2, None, 0.9)],
        ];
        let text = by_value(&points, &rows) + &best(&points, &rows);
        let name = points[1].name();
        let expected = format!(
            "magnitude one-shot none: 85.00 with rate=2 (point {name}); test 65.00 ± 7.07 (2 values)"
        );
        assert!(text.contains(&expected), "{text}");
        for line in [
            "1                        60.00",
            "2                        85.00",
            "3                        no result",
        ] {
            assert!(text.contains(line), "{line}: {text}");
        }
        assert!(!text.contains("99.00"), "the test set of others is not told: {text}");
    }
}
