use comfy_table::presets::ASCII_MARKDOWN;
use comfy_table::{CellAlignment, Table};
use models::{Architecture, zoo};

/// The networks and what they count for ten classes, as a table in Markdown: those of a fixed name, and
/// examples of those whose names hold numbers.
pub(super) fn table() -> String {
    let mut table = Table::new();
    table.load_style(ASCII_MARKDOWN);
    let counted = ["images", "parameters", "prunable weights", "multiply-adds"];
    table.set_header(["network"].into_iter().chain(counted).chain(["what it is"]));
    for entry in zoo::ENTRIES {
        let is_itself = entry.examples == [entry.name];
        if !is_itself {
            let any = ["", "", "", ""].map(str::to_owned);
            table.add_row(row(entry.name, any, entry.summary));
        }
        for name in entry.examples {
            let architecture = zoo::architecture(&zoo::Request::named(name));
            let counts = architecture.map(|architecture| counts(&architecture));
            // A test describes every example.
            let counts = counts.unwrap_or_default();
            table.add_row(row(name, counts, if is_itself { entry.summary } else { "" }));
        }
    }
    let numbers = table.column_iter_mut().skip(1).take(4);
    numbers.for_each(|column| column.set_cell_alignment(CellAlignment::Right));
    format!("{table}\n")
}

fn row(name: &str, counts: [String; 4], summary: &str) -> Vec<String> {
    let start = std::iter::once(format!("`{name}`"));
    start.chain(counts).chain([summary.to_owned()]).collect()
}

fn counts(architecture: &Architecture) -> [String; 4] {
    let [channels, height, width] = architecture.input_shape();
    let numbers =
        [architecture.parameters(), architecture.prunable_weights(), architecture.multiply_adds()];
    let [parameters, weights, multiply_adds] = numbers.map(grouped);
    [format!("{channels}x{height}x{width}"), parameters, weights, multiply_adds]
}

/// The number with commas between groups of three digits.
fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let groups = digits.as_bytes().rchunks(3).rev();
    groups.map(String::from_utf8_lossy).collect::<Vec<_>>().join(",")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_example_is_counted() {
        let found = table();
        for name in zoo::ENTRIES.iter().flat_map(|entry| entry.examples) {
            assert!(zoo::architecture(&zoo::Request::named(name)).is_ok(), "{name}");
            assert!(found.contains(&format!("| `{name}` ")), "{name}");
        }
        assert_eq!([7, 1234, 14_728_266].map(grouped), ["7", "1,234", "14,728,266"]);
    }
}
