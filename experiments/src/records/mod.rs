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
mod store;
mod table;
mod verdicts;

pub use certificates::{CertificateRow, SideRow};
pub use comparison::ComparisonRow;
pub use costs::CostRow;
pub use mean::MeanRow;
pub use names::{method_label, variant};
pub use rows::{CorruptionRow, CurveRow, HistoryRow, LayerRow, RunRow, StabilityRow};
pub use speed::SpeedRow;
pub use store::Store;
pub use table::{read_table, write_atomically, write_table};
pub use verdicts::{PotentialRow, VerdictRow};
