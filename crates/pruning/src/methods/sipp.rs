use std::sync::Arc;

use chacha20::ChaCha8Rng;

use super::{Build, Entry, Needs};
use crate::sensitivity::Reduction;
use crate::sipp::{SensitivityPruner, Strategy};
use crate::{Criterion, PruneError, Scope, Scores, Subject, sensitivities};

const SOURCE: &str = "Baykal et al. 2019, arXiv 1910.05422";

pub(super) const DETERMINISTIC: Entry = Entry {
    name: "sipp",
    summary: "SiPP, deterministic: the largest sensitivities over points",
    source: SOURCE,
    needs: Needs::POINTS,
    exact: true,
    scope: Scope::Global,
    options: &["reduction"],
    build: Build::Criterion(1, |options| {
        Arc::new(Sipp {
            reduction: options.reduction.unwrap_or(Reduction::Mean),
            ..Sipp::default()
        })
    }),
};

pub(super) const SAMPLED: Entry = Entry {
    name: "sipp-rand",
    summary: "SiPP, sampled: weights drawn by sensitivity and reweighted",
    source: SOURCE,
    needs: Needs::POINTS,
    exact: false,
    scope: Scope::Global,
    options: &["reduction", "error_form", "failure_probability", "constant"],
    build: Build::Pruner(|options| Box::new(SensitivityPruner::new(Strategy::Sampled, options))),
};

pub(super) const HYBRID: Entry = Entry {
    name: "sipp-hybrid",
    summary: "SiPP, hybrid: each side of a unit drawn or cut, by the smaller error",
    source: SOURCE,
    needs: Needs::POINTS,
    exact: false,
    scope: Scope::Global,
    options: SAMPLED.options,
    build: Build::Pruner(|options| Box::new(SensitivityPruner::new(Strategy::Hybrid, options))),
};

/// SiPP's deterministic method: keep the largest empirical sensitivities, without reweighting
/// (arXiv 1910.05422; see [`sensitivities`] for the formula). Under the global scope it is one
/// threshold over all layers, as published.
#[derive(Debug, Clone, Copy)]
pub struct Sipp {
    /// How relative importance is reduced over positions.
    pub reduction: Reduction,
    /// Points taken through the network at a time; it bounds the memory and changes only rounding.
    pub chunk: usize,
}

impl Default for Sipp {
    fn default() -> Self {
        Self { reduction: Reduction::Mean, chunk: 256 }
    }
}

impl Criterion for Sipp {
    fn scores(&self, subject: Subject<'_>, _: &mut ChaCha8Rng) -> Result<Scores, PruneError> {
        let Subject { network, images, .. } = subject;
        let found = sensitivities(network, images, self.reduction, self.chunk)?;
        Scores::new(network, found.layers.into_iter().map(|layer| layer.values).collect())
    }
}
