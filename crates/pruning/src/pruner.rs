use chacha20::ChaCha8Rng;
use models::{Constants, Network};

use crate::budget::{Allocation, Budget, Quota};
use crate::channels::{ChannelScores, Channels};
use crate::criterion::Subject;
use crate::error::PruneError;
use crate::mask::Mask;
use crate::scores::Scores;

/// A pruning method: it looks at a network and its points once, and can then prune it to any budget.
///
/// A [`Criterion`](crate::Criterion) is made one by [`Ranked`](crate::Ranked) or
/// [`Stepwise`](crate::Stepwise). Methods that give the weights that stay new values implement this
/// trait themselves.
pub trait Pruner: Send + Sync {
    /// Looks at the network. Draws that are the same for every budget come from `rng`.
    ///
    /// # Errors
    /// When the subject lacks what the method needs, or a score is not a number.
    fn examine(
        &self,
        subject: Subject<'_>,
        rng: &mut ChaCha8Rng,
    ) -> Result<Box<dyn Examined>, PruneError>;
}

/// A network that a pruner has looked at.
pub trait Examined: Send {
    /// The scores that weights or channels are chosen by.
    fn scores(&self) -> Scored<'_>;

    /// Keeps as many of the weights that `within` still keeps as `quota` has places, or as many of its
    /// channels as come closest to it. Draws come from `rng`. Most callers want [`Allocation::prune`],
    /// which makes the quota from a budget.
    ///
    /// # Errors
    /// When `within` keeps fewer weights than there are places; when the quota is one of channels and
    /// the method prunes single weights, or the other way round.
    fn prune(
        &self,
        within: &Mask,
        quota: &Quota,
        rng: &mut ChaCha8Rng,
    ) -> Result<Pruned, PruneError>;
}

/// What a method has scored, which is what it prunes.
#[derive(Debug, Clone, Copy)]
pub enum Scored<'a> {
    /// Single weights.
    Weights(&'a Scores),
    /// Whole channels.
    Channels(&'a Channels, &'a ChannelScores),
}

impl<'a> Scored<'a> {
    /// The scores of single weights, where it has these.
    pub fn weights(self) -> Option<&'a Scores> {
        match self {
            Self::Weights(scores) => Some(scores),
            Self::Channels(..) => None,
        }
    }
}

/// How often one side of a unit was drawn from.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Draws {
    /// Draws; 0 for a side that was kept or cut without drawing.
    pub count: u64,
    /// Where channels were drawn for all units of a layer at once; without it the side was drawn by
    /// itself.
    pub channels: Option<ChannelDraws>,
}

/// A draw of channels.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ChannelDraws {
    /// S, the sum of the sensitivities of those that were drawn from.
    pub sensitivity: f64,
    /// How many draws there were at the most, of which one was taken: a bound has to hold for all.
    pub attempts: usize,
}

/// What pruning decided: which weights stay, and with what values.
#[derive(Debug, Clone, PartialEq)]
pub struct Pruned {
    /// Which weights stay.
    pub mask: Mask,
    /// New values of each layer's weights, `[units, fan_in]` row by row and zero where one goes;
    /// `None` for a layer in which those that stay keep their values.
    pub values: Vec<Option<Vec<f32>>>,
    /// How often each side of each unit was drawn from, for each layer: the positive sides of all
    /// units, then the negative ones. `None` for methods that draw nothing, or not by sensitivities.
    pub draws: Option<Vec<Vec<Draws>>>,
    /// What filters that go leave behind, to be folded into biases; `None` where nothing is folded.
    pub constants: Option<Constants>,
    /// Of PFP the one relative error ε of all pools, by which the budget was shared: that of draws from
    /// which as many channels are expected. Infinite where channels without any sensitivity stay.
    pub allocated_error: Option<f64>,
}

impl Pruned {
    /// Weights that stay as they are.
    pub fn unchanged(mask: Mask) -> Self {
        let values = vec![None; mask.layers.len()];
        Self { mask, values, draws: None, constants: None, allocated_error: None }
    }

    /// The pruned network; `network` is the one that was pruned.
    pub fn apply(&self, network: &Network) -> Network {
        let pruned = if self.values.iter().all(Option::is_none) {
            let factors = self.mask.factors(network.architecture(), &network.device());
            factors.scale(network.clone())
        } else {
            network.with_weights(&self.weights(network))
        };
        match &self.constants {
            Some(constants) => pruned.with_constants(constants),
            None => pruned,
        }
    }

    fn weights(&self, network: &Network) -> Vec<Vec<f32>> {
        let layers = self.values.iter().zip(&self.mask.layers).enumerate();
        layers
            .map(|(index, (values, mask))| match values {
                Some(values) => values.clone(),
                None => {
                    let pairs = network.weight_values(index).into_iter().zip(&mask.keep);
                    pairs.map(|(weight, &keep)| if keep { weight } else { 0.0 }).collect()
                }
            })
            .collect()
    }
}

/// Looks at a network and prunes it to one budget.
///
/// # Errors
/// When the method fails, or the budget cannot be met (see [`Allocation::prune`]).
pub fn prune(
    pruner: &dyn Pruner,
    subject: Subject<'_>,
    allocation: impl Into<Allocation>,
    within: &Mask,
    budget: Budget,
    rng: &mut ChaCha8Rng,
) -> Result<Pruned, PruneError> {
    let examined = pruner.examine(subject, rng)?;
    let architecture = subject.network.architecture();
    allocation.into().prune(architecture, &*examined, within, budget, rng)
}

impl<P: Pruner + ?Sized> Pruner for Box<P> {
    fn examine(
        &self,
        subject: Subject<'_>,
        rng: &mut ChaCha8Rng,
    ) -> Result<Box<dyn Examined>, PruneError> {
        (**self).examine(subject, rng)
    }
}
