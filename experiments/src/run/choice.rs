//! Which weights survive: the method's choice, a control made from it, or the ticket's.

use std::path::PathBuf;

use burn::tensor::Tensor;
use datasets::Batch;
use models::Network;
use pruning::{Budget, Density, Grain, Mask, Pruned, methods};

use super::Prepared;
use super::context::Context;
use super::look::{Look, channels, shuffled};
use crate::config::{Method, Retraining, Sharing, Timing};
use crate::error::Error;
use crate::invariants;
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
    pub(super) context: &'a Context<'a>,
    pub(super) run: &'a Run,
    pub(super) how: How,
    /// None of them, for methods that look at none.
    pub(super) points: Batch,
    /// The untrained network, for methods that look at it.
    pub(super) initial: Option<Network>,
    /// What the method knows of the dense network, once it has looked at it.
    dense: Option<Look>,
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
        let entries = entries(how.method)?;
        let device = &prepared.device;
        let points = match entries.iter().any(|entry| entry.needs.points) {
            true => context.points(run)?,
            false => Batch {
                images: Tensor::empty([0, 1, 1, 1], device),
                labels: Tensor::empty([0], device),
            },
        };
        let needs_initial = entries.iter().any(|entry| entry.needs.initial);
        let initial = needs_initial.then(|| context.initial(run.seed));
        let what = (kind, run.rewind_to);
        let ticket = ticket_of(&prepared.experiment, &prepared.data.identity, run.seed, what);
        Ok(Self { context, run, how, points, initial, dense: None, ticket })
    }

    /// Whether its masks are those of the ticket that it is a control of.
    pub(super) fn is_of_ticket(&self) -> bool {
        self.ticket.is_some()
    }

    /// How many points the method looks at.
    pub(super) fn points(&self) -> usize {
        self.points.images.dims()[0]
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
        let budget = prepared.budget(density);
        let pruned = match &self.ticket {
            None => self.prune(k, budget, candidates)?,
            Some(ticket) => {
                let store = self.context.store;
                let path = files::mask(&store.home(ticket), ticket, k);
                if !store.ended_well(ticket) && !path.exists() {
                    return Ok(None);
                }
                Pruned::unchanged(masks::load(&checkpoint(path)?, &prepared.architecture)?)
            }
        };
        let pruned = match self.how.retraining {
            Retraining::RandomMask => {
                let mut rng =
                    pruning::generator(Seeds::new(self.run.seed).random_mask(k, self.run.repeat));
                let everything = Mask::full(&prepared.architecture);
                let method = &self.how.method;
                let mask = &pruned.mask;
                Pruned::unchanged(shuffled(
                    method,
                    &prepared.architecture,
                    mask,
                    &everything,
                    &mut rng,
                ))
            }
            _ => pruned,
        };
        self.check_budget(&pruned.mask, budget)?;
        // A random mask is drawn anew for each density.
        if self.how.timing == Timing::Iterative && self.how.retraining != Retraining::RandomMask {
            let nested = invariants::nested(&pruned.mask, candidates.survivor.1);
            nested.map_err(|violation| violation.in_run(&self.run.id))?;
        }
        Ok(Some(pruned))
    }

    /// The mask keeps as many weights as were asked for, or whole channels that come as close.
    pub(super) fn check_budget(&self, mask: &Mask, budget: Budget) -> Result<(), Error> {
        let exact = entries(self.how.method)?.iter().all(|entry| entry.exact);
        let Prepared { experiment, architecture, .. } = self.context.prepared;
        let met = match self.how.method.grain() {
            Grain::Weights => invariants::budget_is_met(mask, budget.0, exact),
            Grain::Channels => {
                let channels = channels(&self.how.method, architecture);
                invariants::channels_are_whole(mask, &channels).and_then(|()| {
                    let (asked, measure) = (budget.0, experiment.measure);
                    invariants::budget_is_closest(mask, &channels, asked, measure, exact)
                })
            }
        };
        met.map_err(|violation| violation.in_run(&self.run.id))
    }

    fn prune(
        &mut self,
        k: usize,
        budget: Budget,
        candidates: &Candidates<'_>,
    ) -> Result<Pruned, Error> {
        let seeds = Seeds::new(self.run.seed);
        let mut draws = pruning::generator(seeds.draw(k));
        let mut control = pruning::generator(seeds.mask_control(k));
        let (network, within) = candidates.survivor;
        if self.how.timing == Timing::Iterative {
            let look = self.look(network, k)?;
            return look.prune(self, within, budget, &mut draws, &mut control);
        }
        // Always the same network and the same scores: one look serves all densities, and the masks
        // of methods that draw nothing are nested.
        let look = match self.dense.take() {
            Some(look) => look,
            None => self.look(candidates.dense, 1)?,
        };
        let full = Mask::full(&self.context.prepared.architecture);
        let pruned = look.prune(self, &full, budget, &mut draws, &mut control)?;
        self.dense = Some(look);
        Ok(pruned)
    }

    fn look(&self, network: &Network, draw: usize) -> Result<Look, Error> {
        let mut rng = pruning::generator(Seeds::new(self.run.seed).prune(draw));
        Look::new(self, network, &mut rng)
    }
}

/// The method, and the one whose counts it takes.
fn entries(method: Method) -> Result<Vec<&'static methods::Entry>, Error> {
    let mut entries = vec![methods::entry(method.name)?];
    if let Sharing::SameAs(other) = method.scope {
        entries.push(methods::entry(other)?);
    }
    Ok(entries)
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
