use comfy_table::presets::UTF8_BORDERS_ONLY;
use comfy_table::{CellAlignment, Table};

use crate::records::SpeedRow;

const HEADER: [&str; 13] = [
    "kept\n%",
    "parameters\n",
    "multiply-adds\nan image",
    "kB\n",
    "theory\ntimes",
    "forward\nms",
    "\ntimes as fast",
    "step\nms",
    "\ntimes as fast",
    "masked\nms",
    "sparse\nforward, ms",
    "\nstep, ms",
    "logit\nchange",
];

/// What came out, for a terminal.
pub(super) fn table(rows: &[SpeedRow]) -> String {
    let mut table = Table::new();
    table.load_style(UTF8_BORDERS_ONLY);
    table.set_header(HEADER);
    for row in rows {
        table.add_row(cells(row));
    }
    let numbers = table.column_iter_mut();
    numbers.for_each(|column| column.set_cell_alignment(CellAlignment::Right));
    format!("{table}\n")
}

fn cells(row: &SpeedRow) -> [String; HEADER.len()] {
    let ms = |seconds: f64| format!("{:.3}", 1e3 * seconds);
    let (forward, step) = match row.is_dense() {
        true => ("1".to_owned(), "1".to_owned()),
        false => (
            times([row.forward_speed_up, row.forward_speed_up_q1, row.forward_speed_up_q3]),
            times([row.step_speed_up, row.step_speed_up_q1, row.step_speed_up_q3]),
        ),
    };
    [
        format!("{:.4}", 100.0 * row.density),
        row.parameters.to_string(),
        row.multiply_adds.to_string(),
        format!("{:.1}", row.bytes as f64 / 1e3),
        format!("{:.2}", row.theoretical_speed_up),
        ms(row.forward_seconds),
        forward,
        ms(row.step_seconds),
        step,
        row.step_seconds_masked.map_or_else(String::new, ms),
        row.forward_seconds_sparse.map_or_else(String::new, ms),
        row.step_seconds_sparse.map_or_else(String::new, ms),
        if row.is_dense() { String::new() } else { format!("{:.1e}", row.logit_change) },
    ]
}

/// The median, and the middle half in brackets.
pub(super) fn times([median, lower, upper]: [f64; 3]) -> String {
    format!("{median:.2} ({lower:.2} to {upper:.2})")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_dense_network_is_as_fast_as_itself() {
        let dense = SpeedRow { method: SpeedRow::DENSE.to_owned(), ..SpeedRow::default() };
        let small = SpeedRow {
            density: 0.02,
            forward_speed_up: 2.0,
            forward_speed_up_q1: 1.5,
            forward_speed_up_q3: 2.25,
            step_seconds_masked: Some(0.0015),
            step_seconds_sparse: Some(0.000_25),
            ..SpeedRow::default()
        };
        assert_eq!(cells(&dense)[6..], ["1", "0.000", "1", "", "", "", ""]);
        assert_eq!(cells(&small)[6], "2.00 (1.50 to 2.25)");
        assert_eq!(cells(&small)[9..12], ["1.500", "", "0.250"]);
        assert!(table(&[dense, small]).contains("times as fast"));
    }
}
