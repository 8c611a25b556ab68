//! What a results folder holds.

use std::path::{Path, PathBuf};

use super::settings::Settings;
use super::sheet::Sheet;
use crate::error::Error;
use crate::records::{
    CertificateRow, CorruptionRow, CostRow, CurveRow, LayerRow, PotentialRow, RunRow, StabilityRow,
    VerdictRow, files, read_table,
};
use crate::verdict::Verdicts;
use crate::{config, cost};

/// The tables of a folder, and what follows from them.
#[derive(Debug, Default)]
pub(super) struct Results {
    pub(super) curves: Vec<CurveRow>,
    pub(super) runs: Vec<RunRow>,
    pub(super) layers: Vec<LayerRow>,
    pub(super) certificates: Vec<CertificateRow>,
    pub(super) settings: Settings,
    /// Points of test accuracy that count as equally good.
    pub(super) margin: f64,
    pub(super) verdicts: Vec<VerdictRow>,
    pub(super) potentials: Vec<PotentialRow>,
    pub(super) costs: Vec<CostRow>,
    pub(super) corrupted: Vec<CorruptionRow>,
    /// The same, whatever columns it has.
    pub(super) corruptions: Option<Sheet>,
    pub(super) barriers: Vec<StabilityRow>,
    pub(super) stability: Option<Sheet>,
    pub(super) comparison: Option<Sheet>,
    /// Where it all lies.
    pub(super) folder: PathBuf,
}

impl Results {
    /// Reads a folder. Only `curves.csv` has to be there.
    pub(super) fn read(folder: &Path) -> Result<Self, Error> {
        let path = folder.join(files::CURVES);
        let curves: Vec<CurveRow> = read_table(&path)?;
        if curves.is_empty() {
            let problem = "no rows; expected the folder of an experiment that has run".to_owned();
            return Err(Error::File { path, problem });
        }
        let config = folder.join(files::CONFIG);
        let tables = Self {
            runs: read_table(&folder.join(files::RUNS))?,
            layers: read_table(&folder.join(files::LAYERS))?,
            certificates: read_table(&folder.join(files::CERTIFICATES))?,
            settings: Settings::read(&config)?,
            corrupted: read_table(&folder.join(files::CORRUPTIONS))?,
            barriers: read_table(&folder.join(files::STABILITY))?,
            stability: Sheet::read(&folder.join(files::STABILITY))?,
            corruptions: Sheet::read(&folder.join(files::CORRUPTIONS))?,
            comparison: Sheet::read(&folder.join(files::COMPARISON))?,
            folder: folder.to_owned(),
            ..Self::default()
        };
        Ok(tables.judged(curves, config::margin(&config)?))
    }

    /// With these curves, and what follows from them.
    pub(super) fn judged(self, curves: Vec<CurveRow>, margin: f64) -> Self {
        let verdicts = Verdicts::of(&curves, margin).with_corruptions(&curves, &self.corrupted);
        Self {
            costs: cost::tickets(&curves, self.settings.terms()),
            verdicts: verdicts.rows(),
            potentials: verdicts.potentials().to_vec(),
            margin,
            curves,
            ..self
        }
    }

    /// The rows of dense networks.
    pub(super) fn dense(&self) -> impl Iterator<Item = &CurveRow> {
        self.curves.iter().filter(|row| row.method == "dense")
    }

    /// The rows of pruned networks.
    pub(super) fn pruned(&self) -> impl Iterator<Item = &CurveRow> {
        self.curves.iter().filter(|row| row.method != "dense")
    }

    /// The picture of this name beside the report, if it was drawn.
    pub(super) fn picture(&self, name: &str) -> Option<String> {
        let path = format!("{}/{name}.svg", files::PLOTS);
        self.folder.join(&path).is_file().then_some(path)
    }
}
