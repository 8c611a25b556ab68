//! What a figure shows of one method or retraining.

use statrs::statistics::Statistics;

use super::bars::Bars;
use super::palette::Look;
use super::quantity::Quantity;
use super::spread::Spread;
use crate::records::{CurveRow, LayerRow};

/// All seeds at one density.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Point {
    /// Density that was asked for.
    pub(super) asked: f64,
    /// Mean of the densities achieved.
    pub(super) density: f64,
    /// The seeds that have a value, if any.
    pub(super) value: Option<Spread>,
    /// Whether some seed has none.
    pub(super) lost: bool,
}

/// An entry of the key and its lines.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Series {
    pub(super) label: String,
    pub(super) look: Look,
    /// By falling density.
    pub(super) points: Vec<Point>,
    /// A second line: beside bounds what was measured, beside forward passes training steps; else
    /// empty.
    pub(super) second: Vec<Point>,
    pub(super) second_look: Look,
}

impl Series {
    /// One value of these rows, with its bars.
    pub(super) fn of(
        label: String,
        look: Look,
        rows: &[&CurveRow],
        (quantity, bars): (Quantity, Bars),
    ) -> Self {
        let points = points(rows, quantity, bars);
        Self { label, look, points, second: Vec::new(), second_look: look }
    }

    /// Bound and truth of these rows.
    pub(super) fn certificate(label: String, look: Look, rows: &[&CurveRow]) -> Self {
        let points = |quantity| points(rows, quantity, Bars::MinMax);
        Self {
            label,
            look,
            points: points(Quantity::LogitBound),
            second: points(Quantity::LogitChange),
            second_look: look.opened(),
        }
    }

    /// The density of one layer against the network's, in percent.
    pub(super) fn layer(label: String, look: Look, rows: &[&LayerRow]) -> Self {
        let mut rows = rows.to_vec();
        rows.sort_by(|a, b| b.density_asked.total_cmp(&a.density_asked));
        let seeds = rows.chunk_by(|a, b| a.density_asked == b.density_asked);
        let point = |rows: &[&LayerRow]| {
            let percents: Vec<(u64, f64)> =
                rows.iter().map(|row| (row.seed, 100.0 * row.density)).collect();
            let asked = rows[0].density_asked;
            Point { asked, density: asked, value: Spread::of_shares(&percents), lost: false }
        };
        let points = seeds.map(point).collect();
        Self { label, look, points, second: Vec::new(), second_look: look }
    }

    /// Its lines and their looks.
    pub(super) fn lines(&self) -> [(Look, &[Point]); 2] {
        [(self.look, &self.points), (self.second_look, &self.second)]
    }

    /// Leaves out the bars.
    pub(super) fn drop_bars(&mut self) {
        let spreads = self.points.iter_mut().chain(&mut self.second);
        spreads.filter_map(|point| point.value.as_mut()).for_each(|spread| spread.ends = None);
    }

    /// The points of all lines.
    pub(super) fn all_points(&self) -> impl Iterator<Item = &Point> {
        self.points.iter().chain(&self.second)
    }
}

fn points(rows: &[&CurveRow], quantity: Quantity, bars: Bars) -> Vec<Point> {
    let mut rows = rows.to_vec();
    rows.sort_by(|a, b| b.density_asked.total_cmp(&a.density_asked));
    let seeds = rows.chunk_by(|a, b| a.density_asked == b.density_asked);
    seeds.map(|rows| point(rows, quantity, bars)).collect()
}

fn point(rows: &[&CurveRow], quantity: Quantity, bars: Bars) -> Point {
    let asked = rows[0].density_asked;
    let values: Vec<(u64, f64)> =
        rows.iter().filter_map(|row| Some((row.seed, quantity.of(row)?))).collect();
    // A row without a result may be without a mask: its density says nothing. And an empty
    // network has no place on a logarithmic axis.
    let has_density = |row: &&&CurveRow| {
        quantity.of(row).is_some() && row.density.is_finite() && row.density > 0.0
    };
    let densities: Vec<f64> = rows.iter().filter(has_density).map(|row| row.density).collect();
    Point {
        asked,
        density: if densities.is_empty() { asked } else { densities.mean() },
        value: quantity.spread(&values, bars),
        lost: values.len() < rows.len(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plot::fixtures::{certified, lost, row};
    use crate::plot::palette::Palette;

    fn series(rows: &[CurveRow]) -> Series {
        let look = Palette::of(rows.iter()).variant("magnitude", "");
        let value = (Quantity::Accuracy, Bars::Deviation);
        Series::of("magnitude".to_owned(), look, &rows.iter().collect::<Vec<_>>(), value)
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
        assert!((points[0].value.unwrap().mean - 0.92).abs() < 1e-12);
        assert_eq!(points[1].value.unwrap().seeds, 1);
    }

    #[test]
    fn lost_rows_are_left_out_of_means_and_seen() {
        let rows = [row("magnitude", "rewind", 1, 0.5, 0.9), lost("magnitude", "rewind", 2, 0.5)];
        let point = series(&rows).points[0];
        assert_eq!((point.value.unwrap().seeds, point.density, point.lost), (1, 0.5, true));
        assert_eq!(series(&rows[1..]).points[0].value, None);
    }

    #[test]
    fn a_certificate_has_two_lines_and_each_leaves_out_its_own_gaps() {
        let rows = [
            certified("sipp", "none", 1, 0.5, (10.0, 0.0)),
            certified("sipp", "none", 2, 0.5, (1000.0, 2.0)),
            certified("sipp", "none", 1, 0.2, (100.0, 0.0)),
        ];
        let look = Palette::of(rows.iter()).variant("sipp", "");
        let rows: Vec<&CurveRow> = rows.iter().collect();
        let series = Series::certificate("sipp".to_owned(), look, &rows);
        let [(bound, bounds), (truth, truths)] = series.lines();
        assert_eq!((bound.open, truth.open, bound.colour), (false, true, truth.colour));
        assert!((bounds[0].value.unwrap().mean - 100.0).abs() < 1e-9);
        assert_eq!((truths[0].value.unwrap().seeds, truths[0].lost), (1, true));
        assert_eq!((bounds[1].lost, truths[1].value), (false, None));
        assert_eq!(series.all_points().count(), 4);
    }
}
