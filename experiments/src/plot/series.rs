//! Means over seeds.

use statrs::statistics::Statistics;

use super::palette::Look;
use crate::records::CurveRow;

/// A mean over seeds and how far they spread.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Spread {
    pub(super) mean: f64,
    /// Sample standard deviation; one seed has none.
    pub(super) deviation: Option<f64>,
    pub(super) seeds: usize,
}

impl Spread {
    /// The spread of accuracies, `None` without any.
    pub(super) fn of(accuracies: &[f64]) -> Option<Self> {
        let deviation = (accuracies.len() > 1).then(|| accuracies.std_dev());
        (!accuracies.is_empty()).then(|| Self {
            mean: accuracies.mean(),
            deviation,
            seeds: accuracies.len(),
        })
    }

    /// One deviation below and above the mean; there is no accuracy beyond 0 and 1.
    pub(super) fn ends(&self) -> Option<(f64, f64)> {
        self.deviation
            .map(|deviation| ((self.mean - deviation).max(0.0), (self.mean + deviation).min(1.0)))
    }
}

/// All seeds at one density.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Point {
    /// Density that was asked for.
    pub(super) asked: f64,
    /// Mean of the densities achieved.
    pub(super) density: f64,
    /// Test accuracy of the seeds with a result, if any.
    pub(super) accuracy: Option<Spread>,
    /// Whether some seed has no result.
    pub(super) lost: bool,
}

/// A line of a figure.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Series {
    pub(super) label: String,
    pub(super) look: Look,
    /// By falling density.
    pub(super) points: Vec<Point>,
}

impl Series {
    /// The series of these rows.
    pub(super) fn of(label: String, look: Look, rows: &[&CurveRow]) -> Self {
        let mut rows = rows.to_vec();
        rows.sort_by(|a, b| b.density_asked.total_cmp(&a.density_asked));
        let points = rows.chunk_by(|a, b| a.density_asked == b.density_asked).map(point).collect();
        Self { label, look, points }
    }
}

/// The test accuracy of a row that ended well.
pub(super) fn result(row: &CurveRow) -> Option<f64> {
    row.test_accuracy.filter(|accuracy| row.status == "ok" && accuracy.is_finite())
}

fn point(rows: &[&CurveRow]) -> Point {
    let asked = rows[0].density_asked;
    let accuracies: Vec<f64> = rows.iter().filter_map(|row| result(row)).collect();
    // A row without a result may be without a mask: its density says nothing. And an empty
    // network has no place on a logarithmic axis.
    let has_density =
        |row: &&&CurveRow| result(row).is_some() && row.density.is_finite() && row.density > 0.0;
    let densities: Vec<f64> = rows.iter().filter(has_density).map(|row| row.density).collect();
    Point {
        asked,
        density: if densities.is_empty() { asked } else { densities.mean() },
        accuracy: Spread::of(&accuracies),
        lost: accuracies.len() < rows.len(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plot::fixtures::{lost, row};
    use crate::plot::palette::Palette;

    fn series(rows: &[CurveRow]) -> Series {
        let look = Palette::of(rows.iter()).method("magnitude", false);
        Series::of("magnitude".to_owned(), look, &rows.iter().collect::<Vec<_>>())
    }

    #[test]
    fn the_deviation_is_that_of_a_sample() {
        let spread = Spread::of(&[0.90, 0.92, 0.94]).unwrap();
        assert!((spread.mean - 0.92).abs() < 1e-12);
        assert!((spread.deviation.unwrap() - 0.02).abs() < 1e-12);
        assert_eq!(spread.seeds, 3);
    }

    #[test]
    fn one_seed_has_no_deviation_and_bars_end_at_0_and_1() {
        assert_eq!(Spread::of(&[]), None);
        assert_eq!(Spread::of(&[0.9]).unwrap().ends(), None);
        assert_eq!(Spread::of(&[0.0, 1.0]).unwrap().ends(), Some((0.0, 1.0)));
    }

    #[test]
    fn points_fall_in_density_and_hold_all_seeds() {
        let mut rows = vec![
            row("magnitude", "rewind", 1, 0.1, 0.8),
            row("magnitude", "rewind", 1, 0.5, 0.9),
            row("magnitude", "rewind", 2, 0.5, 0.94),
        ];
        rows[1].density = 0.49;
        rows[2].density = 0.51;
        let points = series(&rows).points;
        assert_eq!(points.iter().map(|point| point.asked).collect::<Vec<_>>(), [0.5, 0.1]);
        assert!((points[0].density - 0.5).abs() < 1e-12);
        assert!((points[0].accuracy.unwrap().mean - 0.92).abs() < 1e-12);
        assert_eq!(points[1].accuracy.unwrap().seeds, 1);
    }

    #[test]
    fn lost_rows_are_left_out_of_means_and_seen() {
        let rows = [row("magnitude", "rewind", 1, 0.5, 0.9), lost("magnitude", "rewind", 2, 0.5)];
        let point = series(&rows).points[0];
        assert_eq!((point.accuracy.unwrap().seeds, point.density, point.lost), (1, 0.5, true));
        assert_eq!(series(&rows[1..]).points[0].accuracy, None);
    }
}
