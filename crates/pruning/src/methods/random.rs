use std::sync::Arc;

use chacha20::ChaCha8Rng;
use rand::RngExt;

use super::{Build, Entry, Needs};
use crate::{Criterion, PruneError, Scope, Scores, Subject};

pub(super) const ENTRY: Entry = Entry {
    name: "random",
    summary: "uniform draws",
    source: "the baseline that every method must beat",
    needs: Needs::NOTHING,
    exact: true,
    scope: Scope::Global,
    options: &[],
    build: Build::Criterion(1, |_| Arc::new(Random)),
};

/// Uniform draws in [0, 1): every weight is as good as another.
#[derive(Debug, Clone, Copy)]
pub struct Random;

impl Criterion for Random {
    fn scores(&self, subject: Subject<'_>, rng: &mut ChaCha8Rng) -> Result<Scores, PruneError> {
        let layers = subject.network.architecture().layers().iter();
        let draws =
            layers.map(|layer| (0..layer.weights()).map(|_| rng.random()).collect()).collect();
        Scores::new(subject.network, draws)
    }
}
