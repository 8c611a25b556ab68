//! What is written, and the only way anything is written.

mod appender;
pub mod certificates;
mod comparison;
mod costs;
pub mod files;
mod folder;
mod mean;
mod names;
mod row;
mod rows;
mod speed;
mod speed_layers;
mod steps;
mod store;
mod table;
mod verdicts;

pub use certificates::{CertificateRow, SideRow};
pub use comparison::ComparisonRow;
pub use costs::CostRow;
pub(crate) use folder::lock_shared;
pub use mean::MeanRow;
pub use names::{method_label, variant};
pub(crate) use row::Row;
pub use rows::{CorruptionRow, CurveRow, HistoryRow, LayerRow, RunRow, StabilityRow};
pub use speed::SpeedRow;
pub use speed_layers::SpeedLayerRow;
pub use steps::StepRow;
pub use store::{Rows, Store};
pub(crate) use table::write_for_now;
pub use table::{from_text, read_table, to_text, write_atomically, write_table};
pub use verdicts::{PotentialRow, VerdictRow};
