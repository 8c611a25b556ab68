//! What answers cost, dense and with the weights that are left alone: in time, and on the disk.

use comfy_table::presets::UTF8_BORDERS_ONLY;
use comfy_table::{CellAlignment, Table};

use super::table::times;
use crate::records::{SpeedLayerRow, SpeedRow};

const HEADER: [&str; 13] = [
    "\n",
    "kept\n%",
    "one image, ms\ndense",
    "\nsparse",
    "\ntimes as fast",
    "images/s\ndense",
    "\nsparse",
    "\ntimes as fast",
    "bytes\ndense",
    "\ngzipped",
    "\nsparse",
    "\ngzipped",
    "crossover\n%",
];

/// The layers of a single pruned network and the network, or several networks, for a terminal.
pub(super) fn table(rows: &[SpeedRow], layers: &[SpeedLayerRow]) -> String {
    let pruned: Vec<&SpeedRow> = rows.iter().filter(|row| !row.is_dense()).collect();
    let mut table = Table::new();
    table.load_style(UTF8_BORDERS_ONLY);
    table.set_header(HEADER);
    let layers = if pruned.len() == 1 { layers } else { &[] };
    table.add_rows(layers.iter().map(of_layer));
    table.add_rows(pruned.into_iter().filter_map(of_network));
    let numbers = table.column_iter_mut().skip(1);
    numbers.for_each(|column| column.set_cell_alignment(CellAlignment::Right));
    let explanation = "sparse: with the weights that are left alone, on one thread; crossover: the density below \
                       which it is faster for a batch, by random masks\n";
    format!("{table}\n{explanation}")
}

fn of_layer(row: &SpeedLayerRow) -> [String; HEADER.len()] {
    let faster = times([row.latency_speed_up, row.latency_speed_up_q1, row.latency_speed_up_q3]);
    let more = times([row.forward_speed_up, row.forward_speed_up_q1, row.forward_speed_up_q3]);
    [
        row.layer.clone(),
        format!("{:.4}", 100.0 * row.density),
        ms(row.latency_seconds_dense),
        ms(row.latency_seconds_sparse),
        faster,
        rate(row.batch, row.forward_seconds_dense),
        rate(row.batch, row.forward_seconds_sparse),
        more,
        row.bytes_masked.to_string(),
        row.bytes_masked_gzipped.to_string(),
        row.bytes_sparse.to_string(),
        row.bytes_sparse_gzipped.to_string(),
        crossover(row.crossover_density),
    ]
}

/// `None` for rows without such measurements.
fn of_network(row: &SpeedRow) -> Option<[String; HEADER.len()]> {
    let faster = [
        row.sparse_latency_speed_up?,
        row.sparse_latency_speed_up_q1?,
        row.sparse_latency_speed_up_q3?,
    ];
    let more = [
        row.sparse_forward_speed_up?,
        row.sparse_forward_speed_up_q1?,
        row.sparse_forward_speed_up_q3?,
    ];
    Some([
        "network".to_owned(),
        format!("{:.4}", 100.0 * row.density),
        ms(row.latency_seconds_dense?),
        ms(row.latency_seconds_sparse?),
        times(faster),
        rate(row.batch, row.forward_seconds_dense),
        rate(row.batch, row.forward_seconds_sparse?),
        times(more),
        row.bytes_masked?.to_string(),
        row.bytes_masked_gzipped?.to_string(),
        row.bytes_sparse?.to_string(),
        row.bytes_sparse_gzipped?.to_string(),
        crossover(row.crossover_density?),
    ])
}

fn ms(seconds: f64) -> String {
    format!("{:.4}", 1e3 * seconds)
}

fn rate(batch: usize, seconds: f64) -> String {
    format!("{:.0}", batch as f64 / seconds)
}

fn crossover(density: f64) -> String {
    match density {
        0.0 => "none".to_owned(),
        1.0 => "always".to_owned(),
        density => format!("{:.1}", 100.0 * density),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_network_has_layers_and_several_have_none() {
        let row = SpeedRow {
            method: "magnitude".to_owned(),
            density: 0.05,
            batch: 64,
            forward_seconds_dense: 0.001,
            forward_seconds_sparse: Some(0.000_25),
            sparse_forward_speed_up: Some(4.0),
            sparse_forward_speed_up_q1: Some(3.5),
            sparse_forward_speed_up_q3: Some(4.5),
            latency_seconds_dense: Some(0.0002),
            latency_seconds_sparse: Some(0.0001),
            sparse_latency_speed_up: Some(2.0),
            sparse_latency_speed_up_q1: Some(1.0),
            sparse_latency_speed_up_q3: Some(3.0),
            bytes_masked: Some(1000),
            bytes_masked_gzipped: Some(200),
            bytes_sparse: Some(90),
            bytes_sparse_gzipped: Some(70),
            crossover_density: Some(0.375),
            ..SpeedRow::default()
        };
        let cells = of_network(&row).unwrap();
        let expected = "network 5.0000 0.2000 0.1000 2.00 (1.00 to 3.00) 64000 256000 4.00 (3.50 to 4.50) \
                        1000 200 90 70 37.5";
        assert_eq!(cells.join(" "), expected);
        let layer = SpeedLayerRow { layer: "fc1".to_owned(), ..SpeedLayerRow::default() };
        let dense = SpeedRow { method: SpeedRow::DENSE.to_owned(), ..SpeedRow::default() };
        let one = table(&[dense.clone(), row.clone()], std::slice::from_ref(&layer));
        assert!(one.contains("fc1") && one.contains("none"), "{one}");
        let two = table(&[dense.clone(), row.clone(), row], &[layer]);
        assert!(!two.contains("fc1") && two.matches("network").count() == 2, "{two}");
        assert_eq!(of_network(&dense), None);
        assert_eq!(crossover(1.0), "always");
    }
}
