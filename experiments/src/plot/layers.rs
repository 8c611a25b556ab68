//! Figures of what each layer keeps, against what the network keeps.

use super::bars::Bars;
use super::figure::{Figure, Kind};
use super::palette::Look;
use super::series::Series;
use crate::records::LayerRow;

/// One figure of these rows, a line for each layer. They are of one method, schedule and retraining.
pub(super) fn figure(name: &str, subtitle: &str, rows: &[&LayerRow]) -> Option<Figure> {
    let first = rows.first()?;
    let mut layers: Vec<&str> = Vec::new();
    for row in rows {
        if !layers.contains(&row.layer.as_str()) {
            layers.push(&row.layer);
        }
    }
    let series = layers.iter().enumerate().map(|(rank, layer)| {
        let own: Vec<&LayerRow> = rows.iter().copied().filter(|row| row.layer == *layer).collect();
        Series::layer((*layer).to_owned(), Look::of_rank(rank), &own)
    });
    Some(Figure {
        name: name.to_owned(),
        kind: Kind::Layers,
        bars: Bars::MinMax,
        title: first.network.clone(),
        subtitle: subtitle.to_owned(),
        compared: "layer",
        parent: None,
        series: series.collect(),
        lost: 0,
    })
}
