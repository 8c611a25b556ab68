use super::table;
use crate::curve::retraining_name;
use crate::records::{PotentialRow, method_label};
use crate::verdict::potential::DELTAS;

pub(super) fn text(potentials: &[PotentialRow]) -> Option<String> {
    let lines = as_they_are(potentials).map(|curve| {
        let labels = labels(&curve[0]);
        let ratios = curve.iter().map(|row| {
            format!("{:.1} / {:.1}", 100.0 * row.prune_ratio, 100.0 * row.multiply_add_ratio)
        });
        labels.into_iter().chain(ratios).collect()
    });
    let deltas = DELTAS.map(|delta| format!("{delta}"));
    let header: Vec<&str> = ["schedule", "method", "retraining"]
        .into_iter()
        .chain(deltas.iter().map(String::as_str))
        .collect();
    let table = table(&header, 3..header.len(), lines);
    (!potentials.is_empty()).then(|| {
        format!(
            "How much may go? Parameters / multiply-adds in % that are gone from the smallest network at most so many \
             points behind\nits parent, the mean over seeds (not pruned counts as 0):\n{table}"
        )
    })
}

/// The loss that the table of corruptions is for, in points.
const DELTA: f64 = 0.5;

/// In brief: one loss, and parameters alone.
pub(super) fn corrupted_text(potentials: &[PotentialRow]) -> Option<String> {
    let at = |row: &&PotentialRow| row.delta == DELTA;
    let mut names: Vec<&str> = Vec::new();
    for row in potentials.iter().filter(at) {
        if !names.contains(&row.corruption.as_str()) {
            names.push(&row.corruption);
        }
    }
    let severities = &potentials.iter().find(|row| !row.corruption.is_empty())?.severities;
    let curves = as_they_are(potentials).map(|curve| &curve[0]);
    let lines = curves.map(|of| {
        let is_own = |row: &&PotentialRow| labels(row) == labels(of);
        let own: Vec<&PotentialRow> = potentials.iter().filter(at).filter(is_own).collect();
        let ratio = |name: &&str| {
            let row = own.iter().find(|row| row.corruption == *name);
            row.map_or_else(|| "-".to_owned(), |row| format!("{:.1}", 100.0 * row.prune_ratio))
        };
        labels(of).into_iter().chain(names.iter().map(ratio)).collect()
    });
    let name = |name: &str| if name.is_empty() { "none".to_owned() } else { name.to_owned() };
    let shown: Vec<String> = names.iter().map(|each| name(each)).collect();
    let labels = ["schedule", "method", "retraining"].into_iter();
    let header: Vec<&str> = labels.chain(shown.iter().map(String::as_str)).collect();
    let table = table(&header, 3..header.len(), lines);
    Some(format!(
        "How much may go under corruption? Parameters in % that are gone from the smallest network at most {DELTA} points \
         behind its parent\non the same corrupted test images, accuracy being the mean over severities {severities}, the mean over \
         seeds:\n{table}"
    ))
}

/// What curve a row is of.
fn labels(row: &PotentialRow) -> [String; 3] {
    let PotentialRow { schedule, method, scope, options, retraining, rewind_to, .. } = row;
    let retraining = retraining_name(retraining, Some(*rewind_to));
    [schedule.clone(), method_label(method, scope, options), retraining]
}

/// The curves on the test images as they are, one row a loss.
fn as_they_are(potentials: &[PotentialRow]) -> impl Iterator<Item = &[PotentialRow]> {
    let curves = potentials.chunks_exact(DELTAS.len());
    curves.filter(|curve| curve[0].corruption.is_empty())
}
