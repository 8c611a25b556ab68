//! Which steps trainings take, and how much faster those are.

use std::collections::HashMap;
use std::path::Path;
use std::time::Duration;

use models::{Network, PerWeight};

use super::Prepared;
use super::context::Context;
use crate::calibration::{self, Calibration, Subject, computed, gone_by, least, stored};
use crate::config::{Compute, Recipe, Retraining};
use crate::error::Error;
use crate::plan::{Kind, Run};
use crate::records::Store;
use crate::seeds::Seeds;
use crate::train::{Compressed, Learner, Steps};

/// The steps of trainings that were done before, by the run's id and the bits of the density asked for.
pub type Recorded = HashMap<(String, u64), Steps>;

/// What `auto` chooses by; `None` where nothing is to be chosen. It is measured before anything is trained, and
/// so not while other runs of this process keep the cores busy.
pub(super) fn calibration(
    prepared: &Prepared,
    store: &Store,
    folder: &Path,
) -> Result<Option<Calibration>, Error> {
    let is_open = |run: &&Run| {
        let densities = run.at.iter().map(|&k| prepared.experiment.densities[k - 1].value());
        let is_known =
            |density: f64| prepared.recorded.contains_key(&(run.id.clone(), density.to_bits()));
        let retraining = match run.kind {
            Kind::Parent => Retraining::None,
            Kind::Survivors { retraining, .. } => retraining,
        };
        retraining != Retraining::None
            && !store.is_finished(&run.id)
            && !densities.into_iter().all(is_known)
    };
    let recipe = &prepared.experiment.retrain;
    if recipe.compute != Compute::Auto || !prepared.runs.iter().any(|run| is_open(&run)) {
        return Ok(None);
    }
    let network = prepared.initial(prepared.experiment.seeds[0]);
    calibration::in_folder(folder, &prepared.subject(&network)).map(Some)
}

impl Prepared {
    /// The network of a seed before it is trained: drawn, or the one that is given.
    pub(crate) fn initial(&self, seed: u64) -> Network {
        let Self { experiment, architecture, given, device, .. } = self;
        let drawn =
            || Network::new(architecture.clone(), experiment.init, Seeds::new(seed).init(), device);
        given.as_ref().map_or_else(drawn, Network::detached)
    }

    /// What there is to measure, of such a network.
    pub(crate) fn subject<'a>(&'a self, network: &'a Network) -> Subject<'a> {
        let Recipe { batch_size, optimiser, .. } = &self.experiment.retrain;
        let backend = &self.experiment.device.backend;
        Subject { network, batch_size: *batch_size, optimiser, backend }
    }
}

impl Context<'_> {
    /// Which steps a training takes whose weights are zero from beginning to end where these factors are.
    pub(super) fn steps(
        &self,
        (run, density): (&Run, f64),
        recipe: &Recipe,
        factors: Option<&PerWeight>,
    ) -> Steps {
        match (recipe.compute, factors) {
            (Compute::Dense, _) | (Compute::Auto, None) => Steps::Dense,
            (Compute::Sparse, _) => Steps::sparse(),
            (Compute::Auto, Some(factors)) => {
                let before = self.prepared.recorded.get(&(run.id.clone(), density.to_bits()));
                let choose = || {
                    let stored = stored(&self.prepared.architecture, factors);
                    self.calibration.map_or(Steps::Dense, |costs| costs.choose(&stored))
                };
                before.cloned().unwrap_or_else(choose)
            }
        }
    }

    /// How many times as fast as a dense step of the large network under its mask a step of these survivors is:
    /// both in turn, some of many steps.
    pub(super) fn speed_up(
        &self,
        (large, mask): (&Network, &PerWeight),
        (network, factors, steps): (&Network, Option<&PerWeight>, &Steps),
        iterations: usize,
    ) -> f64 {
        let is_same = network.architecture() == large.architecture();
        if !steps.are_sparse() && is_same {
            return 1.0;
        }
        let Prepared { experiment, data, .. } = self.prepared;
        let Recipe { batch_size, optimiser, precision, .. } = &experiment.retrain;
        let count = (*batch_size).min(data.images.to_report().len());
        let batch = data.images.to_report().slice(0..count);
        let dense = |network: &Network, factors: Option<&PerWeight>| {
            let mut learner = Some(Learner::new(network, optimiser, factors.cloned(), *precision));
            let batch = &batch;
            move || {
                learner = learner.take().map(|learner| learner.step(batch, RATE));
                learner.iter().for_each(Learner::wait);
            }
        };
        let sparse = |filled: &[usize]| {
            let mut compressed = Compressed::new(network, factors, optimiser).filled(filled);
            let batch = &batch;
            move || drop(compressed.step(batch.clone(), RATE))
        };
        let mut own: Box<dyn FnMut()> = match steps {
            Steps::Dense => Box::new(dense(network, factors)),
            Steps::Sparse { filled } => Box::new(sparse(filled)),
        };
        let rounds = (iterations / PER_ROUND).clamp(2, 8);
        let works = &mut [&mut dense(large, Some(mask)) as &mut dyn FnMut(), &mut own];
        let now = if self.prepared.opened.backend.is_gpu { gone_by } else { computed };
        let [slow, fast] = least(now, (rounds, Duration::ZERO), works);
        slow / fast
    }
}

/// At any rate the arithmetic is the same.
const RATE: f64 = 0.0;
/// A step of each kind is timed for so many that are trained.
const PER_ROUND: usize = 400;
