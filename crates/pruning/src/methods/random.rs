use chacha20::ChaCha8Rng;
use rand::RngExt;

use super::{Build, Entry};
use crate::{Criterion, PruneError, Scores, Subject};

pub(super) const ENTRY: Entry = Entry {
    name: "random",
    summary: "uniform draws: the baseline that every method must beat",
    needs_points: false,
    exact: true,
    options: &[],
    build: Build::Criterion(|_| Box::new(Random)),
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
