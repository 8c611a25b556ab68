use std::fmt::Write;

use comfy_table::presets::UTF8_BORDERS_ONLY;
use comfy_table::{CellAlignment, Table};
use models::{Architecture, LayerSpec, Shrunk, Unfolded};

/// What shrinking left of each layer, and what had to stay: as text for a terminal.
pub(super) fn describe(before: &Architecture, shrunk: &Shrunk) -> String {
    let after = shrunk.network.architecture();
    let mut table = Table::new();
    table.load_style(UTF8_BORDERS_ONLY);
    table.set_header(["layer", "units", "left", "channels", "left", "weights", "left"]);
    for (old, new) in before.layers().iter().zip(after.layers()) {
        let counts = |layer: &LayerSpec| [layer.units, layer.channels, layer.weights()];
        let pairs = counts(old).into_iter().zip(counts(new));
        let pairs = pairs.flat_map(|(old, new)| [old.to_string(), new.to_string()]);
        table.add_row(std::iter::once(old.name.clone()).chain(pairs));
    }
    let weights = [before, after].map(|network| network.prunable_weights().to_string());
    table.add_row(["network", "", "", "", "", &weights[0], &weights[1]]);
    let numbers = table.column_iter_mut().skip(1);
    numbers.for_each(|column| column.set_cell_alignment(CellAlignment::Right));
    let mut text = format!("{table}\n");

    let mut line = |words: String| {
        let _ = writeln!(text, "{words}");
    };
    let of = |what: &str, old: usize, new: usize| {
        format!("{what}: {old} before, {new} after ({:.2} %)", 100.0 * new as f64 / old as f64)
    };
    line(of("parameters", before.parameters(), after.parameters()));
    line(of("multiply-adds per image", before.multiply_adds(), after.multiply_adds()));
    let widths = after.layers().iter().map(|layer| format!("{} {}", layer.name, layer.units));
    line(format!("widths of the same module: {}", widths.collect::<Vec<_>>().join(", ")));
    if !shrunk.gained_bias.is_empty() {
        line(format!("have a bias now: {}", shrunk.gained_bias.join(", ")));
    }
    for (layer, reader, units) in by_layer(&shrunk.unfolded) {
        line(format!(
            "kept for a constant that {reader} cannot take into its bias (padding): {layer}, {} {units}",
            if units.contains(' ') { "units" } else { "unit" }
        ));
    }
    if !shrunk.placeholders.is_empty() {
        let names = shrunk.placeholders.join(", ");
        line(format!("warning: no path through {names}; one unit is left of each"));
    }
    text
}

/// Units of the same layer with the same reader, in one line.
fn by_layer(unfolded: &[Unfolded]) -> Vec<(&str, &str, String)> {
    let mut lines: Vec<(&str, &str, String)> = Vec::new();
    for Unfolded { layer, unit, reader } in unfolded {
        match lines.iter_mut().find(|line| line.0 == layer && line.1 == reader) {
            Some((_, _, units)) => {
                let _ = write!(units, ", {unit}");
            }
            None => lines.push((layer, reader, unit.to_string())),
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use burn::tensor::Device;
    use models::{Builder, Convolution, Initialisation, Network, PerWeight};

    use super::*;

    /// Half of the first layer's units cut; the second one has no bias of its own.
    fn text(padding: usize, cut: [f32; 2]) -> String {
        let mut net = Builder::new("t", [1, 4, 4]);
        let x = net.convolution(net.input(), "conv1", Convolution::new(2, 3).padding(1));
        let x = net.convolution(x, "conv2", Convolution::new(3, 3).padding(padding).bias(false));
        let x = net.linear(x, "fc", 2);
        let device = Device::flex();
        let network =
            Network::new(net.build(x).unwrap(), Initialisation::KaimingUniform, 1, &device);
        let factors =
            network.architecture().layers().iter().map(|layer| match layer.name.as_str() {
                "conv1" => cut.iter().flat_map(|&factor| [factor; 9]).collect(),
                _ => vec![1.0; layer.weights()],
            });
        let factors: Vec<Vec<f32>> = factors.collect();
        let factors = factors.iter().map(Vec::as_slice);
        let network = PerWeight::new(network.architecture(), factors, &device).scale(network);
        describe(network.architecture(), &network.shrink())
    }

    #[test]
    fn what_could_not_go_is_told() {
        let plain = text(0, [0.0, 1.0]);
        assert!(plain.contains("have a bias now: conv2"), "{plain}");
        assert!(plain.contains("conv1 1, conv2 3, fc 2"), "{plain}");
        let padded = text(1, [0.0, 1.0]);
        assert!(
            padded.contains("conv2 cannot take into its bias (padding): conv1, unit 0"),
            "{padded}"
        );
        assert!(!padded.contains("have a bias now"), "{padded}");
        let both = text(1, [0.0, 0.0]);
        assert!(both.contains("conv1, units 0, 1\n"), "{both}");
        let none = text(0, [0.0, 0.0]);
        assert!(none.contains("warning: no path through conv1, conv2; one unit is left"), "{none}");
    }
}
