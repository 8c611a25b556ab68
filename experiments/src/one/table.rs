use std::fmt::Write;

use comfy_table::presets::UTF8_BORDERS_ONLY;
use comfy_table::{CellAlignment, Table};
use models::Architecture;
use pruning::{Certificate, Mask};

use crate::records::CertificateRow;
use crate::records::certificates::layer_rows;

/// What stays in each layer, and what is known of the error: as text for a terminal.
pub(super) fn table(
    architecture: &Architecture,
    mask: &Mask,
    certificate: Option<&Certificate>,
) -> String {
    let rows = certificate.map(|certificate| layer_rows(architecture, certificate));
    let mut table = Table::new();
    table.load_style(UTF8_BORDERS_ONLY);
    let errors =
        ["ε bound, median", "worst", "ε measured, median", "worst", "output bound", "change"];
    let certified = rows.is_some();
    let header = ["layer", "kept", "of", "density", "live"].into_iter();
    table.set_header(header.chain(errors.into_iter().filter(|_| certified)));
    let live = pruning::live(architecture, mask);
    let layers = mask.layers().iter().zip(live.layers());
    let layers = layers.map(|(l, live)| (l.name.as_str(), l.kept(), l.keep.len(), live.kept()));
    let all = layers.chain([("network", mask.kept(), mask.total(), live.kept())]);
    for (index, (name, kept, total, live)) in all.enumerate() {
        let density = format!("{:.4}", kept as f64 / total as f64);
        let mut cells =
            vec![name.to_owned(), kept.to_string(), total.to_string(), density, live.to_string()];
        if let Some(rows) = &rows {
            cells.extend(errors_of(&rows[index]));
        }
        table.add_row(cells);
    }
    table
        .column_iter_mut()
        .skip(1)
        .for_each(|column| column.set_cell_alignment(CellAlignment::Right));
    let mut text = format!("{table}\n");
    let disconnected = pruning::disconnected(&live);
    if !disconnected.is_empty() {
        let _ = writeln!(text, "warning: no path through {}", disconnected.join(", "));
    }
    if let Some(network) = rows.as_ref().and_then(|rows| rows.last()) {
        explain(&mut text, network);
    }
    text
}

fn errors_of(row: &CertificateRow) -> Vec<String> {
    [
        row.error_bound_median,
        row.error_bound_worst,
        row.error_observed_median,
        row.error_observed_worst,
        row.output_bound_median,
        row.output_change_median,
    ]
    .map(|value| value.map_or_else(|| "-".to_owned(), |value| format!("{value:.3}")))
    .to_vec()
}

fn explain(text: &mut String, network: &CertificateRow) {
    let mut line = |words: String| {
        let _ = writeln!(text, "{words}");
    };
    line(
        "ε: relative error of a unit's positive or negative part; output: largest change of a value, \
         median over the points"
            .to_owned(),
    );
    line(format!(
        "on {} points: class certified to be unchanged for {}, changed for {}; bounds that say nothing \
         (ε ≥ 1): {} of {} sides",
        network.points,
        network.certified.unwrap_or(0),
        network.changed.unwrap_or(0),
        network.vacuous,
        network.sides
    ));
    line(format!(
        "off the points: {} of {} bounds say nothing",
        network.vacuous_off, network.sides
    ));
    if let (Some(exceeded), Some(certified), Some(changed)) =
        (network.held_out_exceeded, network.held_out_certified, network.held_out_changed)
    {
        line(format!(
            "on {} held-out points: class certified for {certified}, changed for {changed}; bounds off \
             the points exceeded: {exceeded} sides",
            network.held_out
        ));
    }
}
