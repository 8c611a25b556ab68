use chacha20::ChaCha8Rng;

use super::{Build, Entry};
use crate::{Criterion, PruneError, Scores, Subject};

pub(super) const ENTRY: Entry = Entry {
    name: "magnitude",
    summary: "|w| (Han et al., arXiv 1506.02626)",
    needs_points: false,
    exact: true,
    options: &[],
    build: Build::Criterion(|_| Box::new(Magnitude)),
};

/// |w|: large weights stay (Han et al. 2015, arXiv 1506.02626).
#[derive(Debug, Clone, Copy)]
pub struct Magnitude;

impl Criterion for Magnitude {
    fn scores(&self, subject: Subject<'_>, _: &mut ChaCha8Rng) -> Result<Scores, PruneError> {
        Scores::by_layer(subject.network, |layer| subject.network.weight(layer).abs())
    }
}
