/// What can go wrong between a network and its mask.
#[derive(Debug, thiserror::Error, PartialEq)]
pub enum PruneError {
    /// A density outside (0, 1].
    #[error(
        "density {0}; expected more than 0 and at most 1 (the share of prunable weights that stay)"
    )]
    Density(f64),
    /// More weights are to be kept than there are.
    #[error(
        "asked to keep {asked} weights of {survivors} that are left; densities must not grow from one step to the next"
    )]
    Budget {
        /// Weights to keep.
        asked: usize,
        /// Weights that earlier steps have left.
        survivors: usize,
    },
    /// A score that is not a number.
    #[error(
        "layer \"{layer}\": the score of weight {index} is {score}; expected a number (has training diverged?)"
    )]
    Score {
        /// Name of the layer.
        layer: String,
        /// Index of the weight in `[units, fan_in]`, row by row.
        index: usize,
        /// The score.
        score: f32,
    },
    /// Scores that are not one for each weight.
    #[error(
        "layer \"{layer}\": {found} scores for {expected} weights; a criterion gives one score [units, fan_in] for each weight"
    )]
    ScoreCount {
        /// Name of the layer.
        layer: String,
        /// How many scores the criterion gave.
        found: usize,
        /// How many weights the layer has.
        expected: usize,
    },
    /// A criterion that looks at data was given none.
    #[error("no points to compute sensitivities from; expected at least one image")]
    NoPoints,
    /// No method or scope has this name.
    #[error("unknown {kind} \"{name}\"; expected one of: {expected}")]
    Unknown {
        /// "method" or "scope".
        kind: &'static str,
        /// The name that was asked for.
        name: String,
        /// The names that exist, separated by commas.
        expected: String,
    },
}
