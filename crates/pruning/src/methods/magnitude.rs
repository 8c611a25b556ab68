use std::sync::Arc;

use chacha20::ChaCha8Rng;

use super::{Build, Entry, Needs};
use crate::{Criterion, PruneError, Scope, Scores, Subject};

pub(super) const ENTRY: Entry = Entry {
    name: "magnitude",
    summary: "|w|",
    source: "Han et al. 2015, arXiv 1506.02626",
    needs: Needs::NOTHING,
    exact: true,
    scope: Scope::Global,
    options: &[],
    build: Build::Criterion(1, |_| Arc::new(Magnitude)),
};

/// |w|: large weights stay (Han et al. 2015, arXiv 1506.02626).
#[derive(Debug, Clone, Copy)]
pub struct Magnitude;

impl Criterion for Magnitude {
    fn scores(&self, subject: Subject<'_>, _: &mut ChaCha8Rng) -> Result<Scores, PruneError> {
        Scores::by_layer(subject.network, |layer| subject.network.weight(layer).abs())
    }
}
