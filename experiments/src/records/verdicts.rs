use serde::{Deserialize, Serialize};

/// `verdicts.csv`: one comparison of a pruned network, and the verdict that it belongs to.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct VerdictRow {
    /// `ticket`: is it a winning ticket? `ship`: may it take the place of its parent?
    pub question: String,
    /// Data.
    pub dataset: String,
    /// Network.
    pub network: String,
    /// Schedule of pruning.
    pub schedule: String,
    /// Pruning method.
    pub method: String,
    /// Where its weights compete.
    pub scope: String,
    /// What was set of it.
    pub options: String,
    /// What happened to the survivors.
    pub retraining: String,
    /// Iteration that they, or the ticket whose masks they train, went back to; 0 for initial values, and where
    /// nothing goes back.
    #[serde(default)]
    pub rewind_to: usize,
    /// Density that was asked for.
    pub density_asked: f64,
    /// What it is compared with: `dense`, or the retraining of a control.
    pub against: String,
    /// Seeds that both have a result for.
    pub seeds: usize,
    /// Points of test accuracy by which the pruned network is ahead, the mean over the seeds.
    pub difference: Option<f64>,
    /// Lower end of Student's 95 % interval over the seeds.
    pub low: Option<f64>,
    /// Its upper end.
    pub high: Option<f64>,
    /// Cohen's d of the pairs: the mean difference over their standard deviation.
    pub effect_size: Option<f64>,
    /// Lower end of Newcombe's 95 % interval over the test images.
    pub images_low: Option<f64>,
    /// Its upper end.
    pub images_high: Option<f64>,
    /// Points by which a network that is behind still counts as equally good.
    pub margin: f64,
    /// One-sided p that it is not ahead: of a control at all, of the dense network by minus the margin.
    pub p: Option<f64>,
    /// The same, corrected by Holm's procedure for the number of such questions; for `ship` alone.
    pub p_holm: Option<f64>,
    /// What is concluded.
    pub verdict: String,
    /// Seeds that should be added to decide it, where it is undecided.
    pub more_seeds: Option<usize>,
    /// What the verdict had to do without.
    pub missing: String,
    /// Churn, the mean over the seeds.
    pub churn: Option<f64>,
    /// Images that became wrong, the mean over the seeds.
    pub newly_wrong: Option<f64>,
    /// Images that became right, the mean over the seeds.
    pub newly_right: Option<f64>,
    /// The class that lost the most in any seed.
    pub worst_class: Option<usize>,
    /// What it lost there, in points.
    pub worst_class_drop: Option<f64>,
    /// Points of accuracy that it loses against its parent under corruptions of the test images: the mean over
    /// these, their severities and the seeds. Empty where that was not measured.
    #[serde(default)]
    pub corruption_drop: Option<f64>,
    /// All parameters over kept ones, the mean over the seeds.
    pub compression: f64,
    /// Multiply-adds of the dense network over those left, the mean over the seeds.
    pub speed_up: f64,
}

/// `potentials.csv`: how much may go at a loss of accuracy that is put up with.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct PotentialRow {
    /// Data.
    pub dataset: String,
    /// Network.
    pub network: String,
    /// Schedule of pruning.
    pub schedule: String,
    /// Pruning method.
    pub method: String,
    /// Where its weights compete.
    pub scope: String,
    /// What was set of it.
    pub options: String,
    /// What happened to the survivors.
    pub retraining: String,
    /// Iteration that they, or the ticket whose masks they train, went back to; 0 for initial values, and where
    /// nothing goes back.
    #[serde(default)]
    pub rewind_to: usize,
    /// Corruption of the test images, `all` for the mean over all that were measured; empty for the images as
    /// they are.
    #[serde(default)]
    pub corruption: String,
    /// Severities that the accuracy is the mean over.
    #[serde(default)]
    pub severities: String,
    /// Loss that is put up with, in points of test accuracy.
    pub delta: f64,
    /// Seeds.
    pub seeds: usize,
    /// Seeds without any density within that loss; they count as not pruned.
    pub seeds_without: usize,
    /// Share of all parameters that is gone from the smallest network within it: the mean over the seeds.
    pub prune_ratio: f64,
    /// Share of the multiply-adds that is gone from the network with the fewest within it.
    pub multiply_add_ratio: f64,
}
