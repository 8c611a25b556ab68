//! The rows of the tables of an experiment, a file for each table.

mod corruption;
mod curve;
mod history;
mod layer;
mod run;
mod stability;

pub use corruption::CorruptionRow;
pub use curve::CurveRow;
pub use history::HistoryRow;
pub use layer::LayerRow;
pub use run::RunRow;
pub use stability::StabilityRow;

/// What rows that were written before there were repeats are.
fn first() -> usize {
    1
}
