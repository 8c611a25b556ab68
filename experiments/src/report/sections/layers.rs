//! What each layer keeps.

use std::collections::HashMap;

use super::super::folder::Results;
use super::super::model::{Block, Cell, Section, Table};
use super::super::words::{count, percent};
use super::curves::{group, pictures};
use crate::curve::{self, retraining_name};
use crate::error::Error;
use crate::plot;
use crate::records::{CurveRow, LayerRow, method_label};

const READING: &str = "The share of its weights that each layer keeps, the mean over seeds; in brackets the share \
    that lies on a path from the image to the output, where it is another. Retrainings with the same counts stand \
    together.";
/// Tables beyond these are folded, and charts beyond these left out.
const SHOWN: usize = 3;
const CHARTS: usize = 24;

/// The layers of a method under one schedule, for retrainings with the same counts.
struct Group<'a> {
    method: String,
    schedule: &'a str,
    retrainings: Vec<String>,
    /// Of the first of these.
    rows: Vec<&'a LayerRow>,
}

pub(super) fn section(results: &Results) -> Result<Option<Section>, Error> {
    let groups = groups(&results.layers, &results.curves);
    if groups.is_empty() {
        return Ok(None);
    }
    let mut charts = Vec::new();
    for (k, group) in groups.iter().take(CHARTS).enumerate() {
        charts.extend(plot::layer_chart(&format!("layers-{k}"), &group.title(), &group.rows)?);
    }
    let mut blocks = vec![Block::text(READING)];
    blocks.extend(self::group("Density of each layer", pictures(results, charts.into_iter())));
    if groups.len() > CHARTS {
        blocks.push(Block::text(format!(
            "Charts are drawn of the first {CHARTS} of {} groups.",
            groups.len()
        )));
    }
    blocks.extend(groups.iter().enumerate().map(|(k, group)| {
        let table = group.table();
        Block::Table(if k < SHOWN { table } else { table.folded() })
    }));
    Ok(Some(Section::new("layers", "Density of each layer", blocks)))
}

fn groups<'a>(rows: &'a [LayerRow], points: &[CurveRow]) -> Vec<Group<'a>> {
    let moments: HashMap<&str, Option<usize>> =
        points.iter().map(|row| (row.run.as_str(), row.rewind_to)).collect();
    let mut curves: Vec<(String, &str, String, Vec<&LayerRow>)> = Vec::new();
    // Repeats of a control have the same counts.
    for row in rows.iter().filter(|row| row.repeat <= 1) {
        let method = method_label(&row.method, &row.scope, &row.options);
        let moment = moments.get(row.run.as_str()).copied().flatten();
        let treatment = retraining_name(&row.retraining, moment);
        let known = curves.iter_mut().find(|(name, schedule, retraining, _)| {
            *name == method && *schedule == row.schedule && *retraining == treatment
        });
        match known {
            Some((.., rows)) => rows.push(row),
            None => curves.push((method, &row.schedule, treatment, vec![row])),
        }
    }
    let mut groups: Vec<Group<'_>> = Vec::new();
    for (method, schedule, retraining, rows) in curves {
        let known = groups.iter_mut().find(|group| {
            group.method == method
                && group.schedule == schedule
                && has_same_counts(&group.rows, &rows)
        });
        match known {
            Some(group) => group.retrainings.push(retraining),
            None => groups.push(Group { method, schedule, retrainings: vec![retraining], rows }),
        }
    }
    groups
}

fn has_same_counts(a: &[&LayerRow], b: &[&LayerRow]) -> bool {
    let key = |row: &LayerRow| {
        (row.seed, row.density_asked.to_bits(), row.layer.clone(), row.kept_weights)
    };
    a.len() == b.len() && a.iter().zip(b).all(|(a, b)| key(a) == key(b))
}

impl Group<'_> {
    fn title(&self) -> String {
        format!("{}, {}: {}", self.method, self.schedule, self.retrainings.join(", "))
    }

    /// A row for each layer, a column for each density.
    fn table(&self) -> Table {
        let mut densities: Vec<f64> = self.rows.iter().map(|row| row.density_asked).collect();
        densities.sort_by(|a, b| b.total_cmp(a));
        densities.dedup();
        let mut layers: Vec<&LayerRow> = Vec::new();
        for row in &self.rows {
            if !layers.iter().any(|layer| layer.layer == row.layer) {
                layers.push(row);
            }
        }
        let line = |layer: &&LayerRow| {
            let weights = layer.total_weights as f64;
            let head = [Cell::text(layer.layer.clone()), Cell::number(weights, count(weights))];
            let cells = densities.iter().map(|&density| self.cell(&layer.layer, density));
            head.into_iter().chain(cells).collect()
        };
        let heads = ["layer", "weights"].map(str::to_owned);
        let columns = heads.into_iter().chain(densities.iter().map(|&all| curve::percent(all)));
        Table::new(format!("Layers: {}", self.title()), columns, layers.iter().map(line))
    }

    fn cell(&self, layer: &str, density: f64) -> Cell {
        let rows =
            || self.rows.iter().filter(|row| row.layer == layer && row.density_asked == density);
        let seeds = rows().count() as f64;
        if seeds == 0.0 {
            return Cell::text("");
        }
        let kept = rows().map(|row| row.density).sum::<f64>() / seeds;
        let effective =
            rows().map(|row| Some(row.effective_weights? as f64 / row.total_weights as f64));
        let effective = effective.sum::<Option<f64>>().map(|sum| percent(sum / seeds, 2));
        let shown = percent(kept, 2);
        let other = effective.filter(|effective| *effective != shown);
        Cell::number(
            kept,
            match other {
                Some(effective) => format!("{shown} ({effective})"),
                None => shown,
            },
        )
    }
}
