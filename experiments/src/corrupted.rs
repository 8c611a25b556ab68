//! What the rows of `corruptions.csv` say of a run at a density: means over corruptions and severities.

use std::collections::HashMap;

use crate::records::{CorruptionRow, CurveRow};
use crate::statistics::Sample;

/// What stands in place of a corruption's name where the mean is over all of them.
pub(crate) const ALL: &str = "all";

/// Accuracies under corruptions, by run and density.
pub(crate) struct Corrupted<'a> {
    rows: HashMap<(String, u64), Vec<&'a CorruptionRow>>,
    /// Every corruption once, in the order of the rows.
    names: Vec<&'a str>,
    /// Every severity once.
    severities: Vec<u8>,
}

impl<'a> Corrupted<'a> {
    pub(crate) fn of(all: &'a [CorruptionRow]) -> Self {
        let mut rows: HashMap<_, Vec<&CorruptionRow>> = HashMap::new();
        let (mut names, mut severities) = (Vec::new(), Vec::new());
        for row in all {
            rows.entry((row.run.clone(), row.density_asked.to_bits())).or_default().push(row);
            if !names.contains(&row.corruption.as_str()) {
                names.push(row.corruption.as_str());
            }
            if !severities.contains(&row.severity) {
                severities.push(row.severity);
            }
        }
        Self { rows, names, severities }
    }

    /// What there are means for: each corruption, and all of them where there are several.
    pub(crate) fn names(&self) -> impl Iterator<Item = &'a str> {
        let all = (self.names.len() > 1).then_some(ALL);
        self.names.clone().into_iter().chain(all)
    }

    /// What the means are over.
    pub(crate) fn severities(&self) -> String {
        self.severities.iter().map(u8::to_string).collect::<Vec<_>>().join(" ")
    }

    /// Test accuracy of a run at its density under a corruption, or under all, the mean over the severities.
    pub(crate) fn accuracy(&self, name: &str, row: &CurveRow) -> Option<f64> {
        let own = self.at(row).iter().filter(|row| name == ALL || row.corruption == name);
        mean(own.map(|row| row.test_accuracy))
    }

    /// What these networks, one a seed, lose against their parents on the same corrupted images, in points:
    /// the mean over corruptions and severities, and then over the seeds.
    pub(crate) fn drop(&self, rows: &[CurveRow]) -> Option<f64> {
        let one = |row: &CurveRow| {
            let changes = self.at(row).iter().filter_map(|row| row.accuracy_change);
            Some((row.seed, -100.0 * mean(changes)?))
        };
        Sample::new(rows.iter().filter_map(one)).mean()
    }

    fn at(&self, row: &CurveRow) -> &[&'a CorruptionRow] {
        self.rows.get(&(row.run.clone(), row.density_asked.to_bits())).map_or(&[], Vec::as_slice)
    }
}

fn mean(values: impl Iterator<Item = f64>) -> Option<f64> {
    let (count, sum) = values.fold((0, 0.0), |(count, sum), value| (count + 1, sum + value));
    (count > 0).then(|| sum / f64::from(count))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(run: &str, corruption: &str, severity: u8, accuracy: f64) -> CorruptionRow {
        CorruptionRow {
            run: run.to_owned(),
            density_asked: 0.5,
            corruption: corruption.to_owned(),
            severity,
            test_accuracy: accuracy,
            accuracy_change: Some(accuracy - 0.9),
            ..CorruptionRow::default()
        }
    }

    #[test]
    fn means_by_hand() {
        let rows = [
            row("a", "blur", 1, 0.9),
            row("a", "blur", 3, 0.7),
            row("a", "shift", 1, 0.6),
            row("a", "shift", 3, 0.4),
            row("b", "blur", 1, 0.1),
        ];
        let corrupted = Corrupted::of(&rows);
        let names: Vec<_> = corrupted.names().collect();
        assert_eq!((names, corrupted.severities().as_str()), (vec!["blur", "shift", "all"], "1 3"));
        let of = |run: &str, density_asked, seed| CurveRow {
            run: run.to_owned(),
            density_asked,
            seed,
            ..CurveRow::default()
        };
        let near = |found: Option<f64>, value: f64| (found.unwrap() - value).abs() < 1e-12;
        let a = of("a", 0.5, 1);
        assert!(near(corrupted.accuracy("blur", &a), 0.8));
        assert!(near(corrupted.accuracy("all", &a), 0.65));
        assert_eq!(corrupted.accuracy("shift", &of("b", 0.5, 2)), None);
        assert_eq!(corrupted.accuracy("blur", &of("a", 0.2, 1)), None);
        // 25 and 80 points.
        assert!(near(corrupted.drop(&[a, of("b", 0.5, 2)]), 52.5));
        assert_eq!(corrupted.drop(&[of("c", 0.5, 2)]), None);
        let one = [row("a", "blur", 1, 0.9)];
        assert_eq!(Corrupted::of(&one).names().collect::<Vec<_>>(), ["blur"]);
    }
}
