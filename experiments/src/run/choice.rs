//! Which weights survive: the method's choice, the ticket's, or chance.

use std::path::PathBuf;

use burn::tensor::Tensor;
use models::Network;
use pruning::{Budget, Density, Examined, Mask, Pruned, Subject, methods};

use super::context::Context;
use super::invariants;
use crate::config::{Method, Retraining, Timing};
use crate::error::Error;
use crate::masks;
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
    /// What the method knows of the dense network, once it has looked at it.
    dense: Option<Box<dyn Examined>>,
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
        let points = match methods::entry(how.method.name)?.needs_points {
            true => context.points(run.seed),
            false => Tensor::empty([0, 1, 1, 1], &prepared.device),
        };
        let ticket = ticket_of(&prepared.experiment, &prepared.data.name, run.seed, kind);
        Ok(Self { context, run, how, points, dense: None, ticket })
    }

    /// How many points the method looks at.
    pub(super) fn points(&self) -> usize {
        self.points.dims()[0]
    }

    /// What stays at the k-th density; `None` where the ticket that should have found it did not get
    /// so far.
    pub(super) fn pruned(
        &mut self,
        k: usize,
        density: Density,
        candidates: &Candidates<'_>,
    ) -> Result<Option<Pruned>, Error> {
        let prepared = self.context.prepared;
        let budget = density.budget(prepared.architecture.prunable_weights());
        let store = self.context.store;
        let pruned = match &self.ticket {
            None => self.prune(k, budget, candidates)?,
            Some(ticket) => {
                let path = files::mask(store.folder(), ticket, k);
                if !store.ended_well(ticket) && !path.exists() {
                    return Ok(None);
                }
                Pruned::unchanged(masks::load(&checkpoint(path)?, &prepared.architecture)?)
            }
        };
        let seeds = Seeds::new(self.run.seed);
        let pruned = match self.how.retraining {
            Retraining::RandomMask => {
                let mut rng = pruning::generator(seeds.random_mask(k));
                Pruned::unchanged(pruning::random_like(&pruned.mask, &mut rng))
            }
            _ => pruned,
        };
        let exact = methods::entry(self.how.method.name)?.exact;
        invariants::budget_is_met(&self.run.id, &pruned.mask, budget.0, exact)?;
        Ok(Some(pruned))
    }

    fn prune(
        &mut self,
        k: usize,
        budget: Budget,
        candidates: &Candidates<'_>,
    ) -> Result<Pruned, Error> {
        let mut draws = pruning::generator(Seeds::new(self.run.seed).draw(k));
        if self.how.timing == Timing::Iterative {
            let (network, within) = candidates.survivor;
            return Ok(self.examine(network, k)?.prune(within, budget, &mut draws)?);
        }
        // Always the same network and the same scores: one look serves all densities, and the masks
        // of methods that draw nothing are nested.
        let examined = match self.dense.take() {
            Some(examined) => examined,
            None => self.examine(candidates.dense, 1)?,
        };
        let full = Mask::full(&self.context.prepared.architecture);
        let pruned = examined.prune(&full, budget, &mut draws)?;
        self.dense = Some(examined);
        Ok(pruned)
    }

    fn examine(&self, network: &Network, draw: usize) -> Result<Box<dyn Examined>, Error> {
        let Method { name, scope, options } = self.how.method;
        let pruner = methods::entry(name)?.build(scope, &options)?;
        let mut rng = pruning::generator(Seeds::new(self.run.seed).prune(draw));
        Ok(pruner.examine(Subject { network, images: &self.points }, &mut rng)?)
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
