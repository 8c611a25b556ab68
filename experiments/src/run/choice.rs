//! Which weights survive: the method's choice, the ticket's, or chance.

use std::path::PathBuf;

use burn::tensor::Tensor;
use models::Network;
use pruning::{Budget, Density, Mask, Scores, Subject, criteria};

use super::context::Context;
use super::{invariants, masks};
use crate::config::{Method, Retraining, Timing};
use crate::error::Error;
use crate::plan::{Kind, Run, ticket_of};
use crate::records::files;
use crate::seeds::Seeds;

/// What the run does.
#[derive(Debug, Clone, Copy)]
pub(super) struct How {
    pub(super) method: Method,
    pub(super) timing: Timing,
    pub(super) retraining: Retraining,
}

/// Finds the masks of a run.
pub(super) struct Choice<'a> {
    context: &'a Context<'a>,
    run: &'a Run,
    how: How,
    points: Tensor<4>,
    /// The dense network's scores, once they are known.
    dense_scores: Option<Scores>,
    /// The run whose masks are trained, for a control.
    ticket: Option<String>,
}

/// What a mask is chosen from.
pub(super) struct Candidates<'a> {
    /// The dense network.
    pub(super) dense: &'a Network,
    /// The last survivor and its mask.
    pub(super) survivor: (&'a Network, &'a Mask),
}

impl<'a> Choice<'a> {
    pub(super) fn new(context: &'a Context<'a>, run: &'a Run, how: How) -> Result<Self, Error> {
        let prepared = context.prepared;
        let kind =
            Kind::Survivors { method: how.method, timing: how.timing, retraining: how.retraining };
        let points = match criteria::entry(how.method.name)?.needs_points {
            true => context.points(run.seed),
            false => Tensor::empty([0, 1, 1, 1], &prepared.device),
        };
        let ticket = ticket_of(&prepared.experiment, &prepared.data.name, run.seed, kind);
        Ok(Self { context, run, how, points, dense_scores: None, ticket })
    }

    /// How many points the method looks at.
    pub(super) fn points(&self) -> usize {
        self.points.dims()[0]
    }

    /// The mask of the k-th density, with exactly the weights that are asked for; `None` where the
    /// ticket that should have found it did not get so far.
    pub(super) fn mask(
        &mut self,
        k: usize,
        density: Density,
        candidates: &Candidates<'_>,
    ) -> Result<Option<Mask>, Error> {
        let prepared = self.context.prepared;
        let budget = density.budget(prepared.architecture.prunable_weights());
        let store = self.context.store;
        let mask = match &self.ticket {
            None => self.prune(k, budget, candidates)?,
            Some(ticket) => {
                let path = files::mask(store.folder(), ticket, k);
                if !store.ended_well(ticket) && !path.exists() {
                    return Ok(None);
                }
                masks::load(&checkpoint(path)?, &prepared.architecture)?
            }
        };
        let seeds = Seeds::new(self.run.seed);
        let mask = match self.how.retraining {
            Retraining::RandomMask => {
                pruning::random_like(&mask, &mut pruning::generator(seeds.random_mask(k)))
            }
            _ => mask,
        };
        invariants::budget_is_met(&self.run.id, &mask, budget.0)?;
        Ok(Some(mask))
    }

    fn prune(
        &mut self,
        k: usize,
        budget: Budget,
        candidates: &Candidates<'_>,
    ) -> Result<Mask, Error> {
        let scope = self.how.method.scope;
        if self.how.timing == Timing::Iterative {
            let (network, within) = candidates.survivor;
            return Ok(pruning::select(&self.scores(network, k)?, scope, within, budget)?);
        }
        // Always the same network and the same draw: one scoring serves all densities, and its masks
        // are nested.
        let scores = match self.dense_scores.take() {
            Some(scores) => scores,
            None => self.scores(candidates.dense, 1)?,
        };
        let full = Mask::full(&self.context.prepared.architecture);
        let mask = pruning::select(&scores, scope, &full, budget)?;
        self.dense_scores = Some(scores);
        Ok(mask)
    }

    fn scores(&self, network: &Network, draw: usize) -> Result<Scores, Error> {
        let criterion = criteria::entry(self.how.method.name)?.build();
        let mut rng = pruning::generator(Seeds::new(self.run.seed).prune(draw));
        Ok(criterion.scores(Subject { network, images: &self.points }, &mut rng)?)
    }
}

/// The path, if there still is a file.
pub(super) fn checkpoint(path: PathBuf) -> Result<PathBuf, Error> {
    if path.exists() {
        return Ok(path);
    }
    let problem =
        "is gone, and a run that is still to be done starts from it; start anew with --fresh";
    Err(Error::File { path, problem: problem.to_owned() })
}
