use std::fmt::Write;
use std::path::Path;

use super::{Point, Sweep, effects, table};
use crate::error::Error;
use crate::records::{CurveRow, files, read_table, write_atomically};

impl Sweep {
    /// Writes the table of all points and what it says.
    pub(super) fn report(&self, root: &Path, rungs: &[Vec<Point>]) -> Result<String, Error> {
        let curves = |point: &Point| Self::folder(root, point).join(files::CURVES);
        table::write(&root.join(files::SWEEP), rungs, curves)?;
        let rows = |points: &Vec<Point>| -> Result<Vec<Vec<CurveRow>>, Error> {
            points.iter().map(|point| read_table(&curves(point))).collect()
        };
        let rows = rungs.iter().map(rows).collect::<Result<Vec<_>, _>>()?;
        let last = rungs.len() - 1;
        let mut text = String::from("Mean validation accuracy over seeds and densities, in %");
        // Later rungs hold a choice of the points, by which the values of a key can no longer be compared.
        let first = if last > 0 { ", on the first rung, where all points are" } else { "" };
        let _ = writeln!(text, "{first}.\n");
        text += &effects::by_value(&rungs[0], &rows[0]);
        text += &self.survivors(rungs, &rows);
        let on_last = if last > 0 { " on the last rung" } else { "" };
        let _ = writeln!(text, "\nBest by validation{on_last}, with its test accuracy:");
        text += &effects::best(&rungs[last], &rows[last]);
        write_atomically(&root.join(files::SUMMARY), text.as_bytes())?;
        Ok(text)
    }

    /// Which points each rung was left with, and by what score.
    fn survivors(&self, rungs: &[Vec<Point>], rows: &[Vec<Vec<CurveRow>>]) -> String {
        let Some(halving) = &self.halving else { return String::new() };
        let by = halving.by.as_deref().unwrap_or("all pruned networks");
        let mut text = format!("\nSuccessive halving by the validation accuracy of {by}, in %:\n");
        for (index, (points, rows)) in rungs.iter().zip(rows).enumerate() {
            let scores: Vec<f64> = rows.iter().map(|rows| halving.score(rows)).collect();
            let go_on = halving.best(&scores, index);
            let amount = halving.rungs[index].amount;
            let (count, resource) = (points.len(), &halving.resource);
            let _ =
                writeln!(text, "rung {}: {count} points with {resource} of {amount}", index + 1);
            let mut order: Vec<usize> = (0..count).collect();
            order.sort_by(|&a, &b| scores[b].total_cmp(&scores[a]));
            for point in order {
                let goes_on = if go_on.contains(&point) { " goes on" } else { "" };
                // By its values: the length is that of the rung.
                let label = points[point].without(resource).label();
                let _ = writeln!(text, "  {:6.2} {label}{goes_on}", 100.0 * scores[point]);
            }
        }
        text
    }
}
