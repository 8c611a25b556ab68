//! The rows of the tables of an experiment, a file for each table.

mod curve;
mod history;
mod layer;
mod run;

pub use curve::CurveRow;
pub use history::HistoryRow;
pub use layer::LayerRow;
pub use run::RunRow;

/// What rows that were written before there were repeats are.
fn first() -> usize {
    1
}
