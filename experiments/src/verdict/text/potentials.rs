use super::table;
use crate::records::{PotentialRow, method_label};
use crate::verdict::potential::DELTAS;

pub(super) fn text(potentials: &[PotentialRow]) -> Option<String> {
    let lines = potentials.chunks_exact(DELTAS.len()).map(|curve| {
        let PotentialRow { schedule, method, scope, options, retraining, .. } = &curve[0];
        let labels = [schedule.clone(), method_label(method, scope, options), retraining.clone()];
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
