use serde::{Deserialize, Serialize};

/// `means.csv`: a quantity of a curve at a density, over all seeds and repeats.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct MeanRow {
    /// Data.
    pub dataset: String,
    /// Network.
    pub network: String,
    /// Schedule of pruning; empty for the parents.
    pub schedule: String,
    /// `dense` for the parents, else the pruning method.
    pub method: String,
    /// Where its weights compete.
    pub scope: String,
    /// What was set of it.
    pub options: String,
    /// What happened to the survivors.
    pub retraining: String,
    /// Iteration that they went back to; 0 for initial values, and where nothing goes back.
    #[serde(default)]
    pub rewind_to: usize,
    /// Density that was asked for.
    pub density_asked: f64,
    /// The column of `curves.csv` that this is about.
    pub quantity: String,
    /// Seeds with a value.
    pub seeds: usize,
    /// Runs with a value: more than seeds where a control was repeated.
    pub trials: usize,
    /// The mean over the seeds; repeats of a seed are averaged before.
    pub mean: f64,
    /// The sample standard deviation over the seeds.
    pub deviation: Option<f64>,
    /// Lower end of Student's 95 % interval of the mean.
    pub low: Option<f64>,
    /// Its upper end.
    pub high: Option<f64>,
    /// The least value of all trials.
    pub least: f64,
    /// The greatest one.
    pub greatest: f64,
}
