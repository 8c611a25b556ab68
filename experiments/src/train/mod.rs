//! Training: one loop for parents and survivors.

mod arithmetic;
mod checkpoint;
mod compressed;
mod evaluate;
mod go_back;
mod learner;
mod masking;
mod moments;
mod optimiser;
mod placed;
mod rate;
mod reached;
mod state;
mod steps;
#[cfg(test)]
mod tests;

pub use checkpoint::Checkpoints;
pub use compressed::Compressed;
pub use evaluate::{Evaluation, Evaluator, evaluate};
pub use learner::Learner;
pub use masking::{Gradual, Masking};
pub use rate::learning_rate;
pub use steps::Steps;

use std::ops::Range;

use datasets::Augmentation;
use models::Network;

use crate::config::Recipe;
use crate::dashboard::Dashboard;
use crate::data::Data;
use crate::error::Error;
use crate::invariants::Violation;
use checkpoint::Keeper;
use state::State;

/// A training to be done.
#[derive(Debug)]
pub struct Training<'a> {
    /// The images.
    pub data: &'a Data,
    /// Optimiser, schedule, length.
    pub recipe: &'a Recipe,
    /// Which arithmetic its steps are done with.
    pub steps: Steps,
    /// The part of the recipe's length to train, in iterations, not empty; a rewound network
    /// starts late.
    pub iterations: Range<usize>,
    /// Seed of the order of batches.
    pub order: u64,
    /// Augmentation and its seed, if there is any.
    pub augmentation: Option<(Augmentation, u64)>,
    /// Which weights stay at zero.
    pub masking: Masking<'a>,
    /// Where the order of batches changes, if it does.
    pub fork: Option<Fork>,
    /// Moments at which to keep a copy of the network.
    pub snapshots: Vec<usize>,
    /// Where it keeps what it has reached, if it does.
    pub checkpoints: Option<Checkpoints<'a>>,
    /// Where it is shown, with its name, if it is.
    pub shown: Option<(&'a Dashboard, String)>,
}

/// A moment from which on a training sees other batches than it would have: all before it, and all else, is
/// the same.
#[derive(Debug, Clone, Copy)]
pub struct Fork {
    /// The first iteration, not before that of the training.
    pub at: usize,
    /// Seed of the order of batches from there on, from the beginning of an epoch.
    pub order: u64,
    /// Seed of the augmentation from there on.
    pub augmentation: u64,
}

/// A trained network and how it came about.
#[derive(Debug)]
pub struct Trained {
    /// The network after the last iteration, without gradients.
    pub network: Network,
    /// The network at the look with the least validation loss, of those with the last mask.
    pub best: Network,
    /// When that was, in iterations.
    pub best_iteration: usize,
    /// The network at the moments asked for.
    pub snapshots: Vec<(usize, Network)>,
    /// The looks at the validation set.
    pub looks: Vec<Look>,
    /// The arithmetic of its steps, and of what evaluates it.
    pub steps: Steps,
    /// Wall-clock seconds that it took before it was cut off and went on.
    pub seconds_before: f64,
}

impl Trained {
    /// A network that is taken as it is.
    pub fn as_given(network: Network) -> Self {
        Self {
            best: network.clone(),
            network,
            best_iteration: 0,
            snapshots: Vec::new(),
            looks: Vec::new(),
            steps: Steps::Dense,
            seconds_before: 0.0,
        }
    }
}

/// One look at the validation set.
#[derive(Debug, Clone, Copy)]
pub struct Look {
    /// Iterations done.
    pub iteration: usize,
    /// Learning rate of the last one.
    pub learning_rate: f64,
    /// Mean training loss since the look before.
    pub train_loss: f64,
    /// On the validation set.
    pub validation: Evaluation,
}

/// Why a training ended early.
#[derive(Debug)]
pub enum Stop {
    /// The loss is no longer a finite number.
    Diverged {
        /// The iteration at which that was seen.
        iteration: usize,
    },
    /// The user asked for it.
    Interrupted,
    /// What was trained could not be trusted.
    Violated(Violation),
    /// What gives the masks during the training has failed.
    Failed(Error),
}

impl From<Violation> for Stop {
    fn from(violation: Violation) -> Self {
        Self::Violated(violation)
    }
}

/// Trains a network. The loop never waits for the device between two looks at the validation set.
///
/// `go_on` is asked after each iteration. Where the training keeps checkpoints it goes on from the last one, and
/// writes one more when it is told to end.
///
/// # Errors
/// When the loss is not finite at a look, an invariant does not hold, a mask cannot be had, or `go_on`
/// says no.
pub fn train(
    network: Network,
    mut training: Training<'_>,
    go_on: impl Fn() -> bool,
) -> Result<Trained, Stop> {
    let iterations = training.iterations.clone();
    let mut keeper = Keeper::new(training.checkpoints.take());
    let shown = training.shown.take();
    let mut state = State::new(network, training)?;
    let done = keeper.resume(&mut state, iterations.start);
    if let Some((dashboard, name)) = &shown {
        dashboard.begin(name, (done, iterations.end));
        state.looks.iter().for_each(|look| dashboard.look(look));
    }
    for iteration in done..iterations.end {
        state.keep_snapshot(iteration);
        state.fork(iteration);
        if state.is_time_to_mask(iteration) {
            state = state.mask(iteration)?;
        }
        state = state.step(iteration);
        if state.is_time_to_look(iteration + 1) {
            state.look(iteration + 1)?;
            if let (Some((dashboard, _)), Some(look)) = (&shown, state.looks.last()) {
                dashboard.look(look);
            }
        }
        if let Some((dashboard, _)) = &shown {
            dashboard.step(iteration + 1);
        }
        if !go_on() {
            keeper.write(&state, iteration + 1);
            return Err(Stop::Interrupted);
        }
        keeper.keep(&state, iteration + 1);
    }
    keeper.keep_end(&state, iterations.end);
    Ok(Trained { seconds_before: keeper.earlier, ..state.finish() })
}
