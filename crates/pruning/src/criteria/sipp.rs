use chacha20::ChaCha8Rng;

use super::Entry;
use crate::{Criterion, PruneError, Scores, Subject, sensitivities};

pub(super) const ENTRY: Entry = Entry {
    name: "sipp",
    summary: "largest relative contribution to a unit's output over points (SiPP, arXiv 1910.05422)",
    needs_points: true,
    build: || Box::new(Sipp::default()),
};

/// SiPP's deterministic method: keep the largest empirical sensitivities, without reweighting
/// (arXiv 1910.05422; see [`sensitivities`] for the formula). Under the global scope it is one
/// threshold over all layers, as published.
#[derive(Debug, Clone, Copy)]
pub struct Sipp {
    /// Points taken through the network at a time; it bounds the memory and changes nothing else.
    pub chunk: usize,
}

impl Default for Sipp {
    fn default() -> Self {
        Self { chunk: 32 }
    }
}

impl Criterion for Sipp {
    fn scores(&self, subject: Subject<'_>, _: &mut ChaCha8Rng) -> Result<Scores, PruneError> {
        if subject.images.dims()[0] == 0 {
            return Err(PruneError::NoPoints);
        }
        let mut scores =
            sensitivities(subject.network, subject.images, self.chunk.max(1)).into_iter();
        Scores::by_layer(subject.network, |_| scores.next().expect("one tensor a layer"))
    }
}
