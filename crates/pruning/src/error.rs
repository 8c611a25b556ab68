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
    /// Layers that are left out have more weights than are to stay.
    #[error(
        "asked to keep {asked} weights, but the layers that are left out have {left_out}; leave fewer layers out, or ask for a larger density"
    )]
    LeftOut {
        /// Weights to keep in the whole network.
        asked: usize,
        /// Weights of the layers that are left out.
        left_out: usize,
    },
    /// A budget below the smallest network that whole channels can make.
    #[error(
        "asked to keep {asked}, but with one channel left in each layer there are {least}; ask for a larger density, or leave fewer layers out"
    )]
    Smallest {
        /// What may stay, in the measure of the budget.
        asked: usize,
        /// What the smallest network has.
        least: usize,
    },
    /// A quota of weights for a method that prunes channels, or the other way round.
    #[error("asked to prune {asked}, and the method prunes {prunes}")]
    Grain {
        /// What the quota is of.
        asked: &'static str,
        /// What the method prunes.
        prunes: &'static str,
    },
    /// Rates that a budget cannot be shared by.
    #[error("scope \"rates\": {0}")]
    Rates(String),
    /// A criterion that compares with labels was given none.
    #[error("no labels; expected the class of each point")]
    NoLabels,
    /// A criterion that compares with the initial values was not given them.
    #[error("no initial network; expected the network as it was before training")]
    NoInitial,
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
    /// An option outside its range, or one that the method does not take.
    #[error("{option}: {problem}")]
    Option {
        /// Name of the option.
        option: &'static str,
        /// What was found, what was expected.
        problem: String,
    },
    /// A certificate that what was measured contradicts.
    #[error("layer \"{layer}\": {problem}; an error bound was exceeded on its own points")]
    BoundExceeded {
        /// Name of the layer, or "network".
        layer: String,
        /// The bound and what was measured.
        problem: String,
    },
    /// No method or scope has this name.
    #[error("unknown {kind} \"{name}\"; expected one of: {expected}")]
    Unknown {
        /// What the name should be of: "method", "scope".
        kind: &'static str,
        /// The name that was asked for.
        name: String,
        /// The names that exist, separated by commas.
        expected: String,
    },
}

impl PruneError {
    pub(crate) fn unknown(kind: &'static str, name: &str, names: &[&str]) -> Self {
        Self::Unknown { kind, name: name.to_owned(), expected: names.join(", ") }
    }
}
