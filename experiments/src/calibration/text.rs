use std::fmt::Write;

use super::{Calibration, SAFE};
use crate::curve::percent;

impl Calibration {
    /// When `auto` is sparse, in a line.
    pub(crate) fn line(&self) -> String {
        let dense = microseconds(self.dense);
        match self.crossover() {
            Some(density) => format!(
                "a dense step takes {dense}; sparse ones are taken up to density {} or so, if layers are alike",
                percent(density)
            ),
            None => format!("a dense step takes {dense}; sparse ones do not pay"),
        }
    }

    /// All of it, as a table.
    pub(crate) fn table(&self) -> String {
        let mut text = format!(
            "{}, batch {}, {}, on {}, {}\n",
            self.network, self.batch_size, self.optimizer, self.backend, self.processor
        );
        let _ = writeln!(text, "\nsparse steps, microseconds of a layer by its density\n");
        let _ = write!(text, "{:<24}{:<36}{:>9}", "layer", "shape", "weights");
        let columns = [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0];
        columns.iter().for_each(|density| {
            let _ = write!(text, "{:>10}", percent(*density));
        });
        let _ = writeln!(text, "{:>14}", "filled from");
        for layer in &self.layers {
            let _ = write!(text, "{:<24}{:<36}{:>9}", layer.name, layer.kind, layer.weights);
            for density in columns {
                let stored = (layer.weights as f64 * density).round() as usize;
                let _ = write!(text, "{:>10.1}", layer.at(stored));
            }
            let from = layer.filled_from().map_or_else(|| "never".to_owned(), percent);
            let _ = writeln!(text, "{from:>14}");
        }
        let _ = write!(text, "{:<69}", "all, with the rest of the step");
        for density in columns {
            let stored = self.layers.iter().map(|layer| layer.weights as f64 * density);
            let stored: Vec<usize> = stored.map(|stored| stored.round() as usize).collect();
            let _ = write!(text, "{:>10.1}", self.sparse(&stored));
        }
        let _ = writeln!(
            text,
            "\n\n{}\n(predicted to take {} of a dense step's time or less; the rest of a sparse step: {};\n\
             layers compute with all their weights from the density in the last column on)",
            self.line(),
            percent(SAFE),
            microseconds(self.rest)
        );
        text
    }
}

/// A time with three digits.
fn microseconds(time: f64) -> String {
    match time {
        time if time < 1000.0 => format!("{time:.0} µs"),
        time if time < 1e5 => format!("{:.2} ms", time / 1e3),
        time => format!("{:.2} s", time / 1e6),
    }
}
