//! What is written, and the only way anything is written.

pub mod files;
mod folder;
mod rows;
mod store;
mod table;

pub use rows::{CurveRow, HistoryRow, LayerRow, RunRow};
pub use store::Store;
pub use table::{read_table, write_atomically};
