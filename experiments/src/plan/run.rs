use crate::config::{Method, Retraining, Timing};
use crate::step::Step;

/// A run: the parent of a seed, or one method with one retraining over all densities.
#[derive(Debug, Clone, PartialEq)]
pub struct Run {
    /// A hash of all that determines the result.
    pub id: String,
    /// The network's seed.
    pub seed: u64,
    /// What is done.
    pub kind: Kind,
    /// The moment that survivors, or the ticket whose masks they train, go back to; `None` where there is none.
    pub rewind_to: Option<Step>,
    /// Which repeat of it, from 1.
    pub repeat: usize,
    /// The densities that it comes to, by their position from 1; none for a parent.
    pub at: Vec<usize>,
    /// Ids of the runs that must be finished before.
    pub needs: Vec<String>,
}

impl Run {
    /// How many networks it trains, or would if there were retraining.
    pub fn trainings(&self) -> usize {
        if self.kind == Kind::Parent { 1 } else { self.at.len() }
    }
}

/// What a run does.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Kind {
    /// Trains the dense network.
    Parent,
    /// Prunes and retrains.
    Survivors {
        /// How weights are chosen.
        method: Method,
        /// From what.
        timing: Timing,
        /// What happens to them.
        retraining: Retraining,
    },
}

impl Kind {
    /// Whether the result depends on the moment that tickets go back to.
    pub fn is_of_a_moment(self) -> bool {
        match self {
            Self::Parent => false,
            Self::Survivors { timing, retraining, .. } => {
                let has_masks_of_ticket = timing == Timing::Iterative && retraining.is_control();
                retraining.is_rewound() || has_masks_of_ticket
            }
        }
    }

    /// Whether it is trained a second time where stability is asked for.
    pub fn has_stability(self) -> bool {
        match self {
            Self::Parent => true,
            Self::Survivors { retraining, .. } => retraining.has_stability(),
        }
    }

    /// Whether survivors keep the trained values that they had when they were pruned all at once: then
    /// the statistics of their norms are no longer theirs, and may be taken anew.
    pub fn keeps_trained_values(self) -> bool {
        match self {
            Self::Parent => false,
            Self::Survivors { method, timing, retraining } => match retraining {
                _ if timing == Timing::Gradual => false,
                Retraining::None => true,
                Retraining::FineTune => !method.is_soft(),
                _ => false,
            },
        }
    }
}
