use serde::Serialize;
use serde::de::DeserializeOwned;

use super::certificates::CertificateRow;
use super::files;
use super::rows::{CorruptionRow, CurveRow, HistoryRow, LayerRow, RunRow, StabilityRow};

/// A row of one of the tables: which file it stands in, and which run it belongs to.
pub(crate) trait Row: Serialize + DeserializeOwned {
    /// Name of the file.
    const FILE: &'static str;
    /// Id of the run.
    fn run(&self) -> &str;
}

impl Row for RunRow {
    const FILE: &'static str = files::RUNS;

    fn run(&self) -> &str {
        &self.run
    }
}

impl Row for CurveRow {
    const FILE: &'static str = files::CURVES;

    fn run(&self) -> &str {
        &self.run
    }
}

impl Row for CorruptionRow {
    const FILE: &'static str = files::CORRUPTIONS;

    fn run(&self) -> &str {
        &self.run
    }
}

impl Row for LayerRow {
    const FILE: &'static str = files::LAYERS;

    fn run(&self) -> &str {
        &self.run
    }
}

impl Row for CertificateRow {
    const FILE: &'static str = files::CERTIFICATES;

    fn run(&self) -> &str {
        &self.run
    }
}

impl Row for StabilityRow {
    const FILE: &'static str = files::STABILITY;

    fn run(&self) -> &str {
        &self.run
    }
}

impl Row for HistoryRow {
    const FILE: &'static str = files::HISTORY;

    fn run(&self) -> &str {
        &self.run
    }
}
