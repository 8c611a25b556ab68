//! A run of survivors: density after density.

mod between;
mod gradual;
mod inference;
mod norms;
mod on_the_way;
mod retrain;
mod rounds;
mod small;
mod soft;
mod stability;
mod start;
mod while_training;

use std::time::Instant;

use models::Network;
use pruning::{Density, Mask, Pruned};

use super::certificates::Certificates;
use super::choice::{Candidates, Choice, How, checkpoint};
use super::context::Context;
use super::corruptions::ParentTested;
use super::orphan::orphaned;
use super::rows::layer_rows;
use crate::config::{Retraining, Timing};
use crate::error::Error;
use crate::plan::Run;
use crate::records::{CertificateRow, CurveRow, files};
pub(super) use gradual::Moments;

/// Prunes and retrains a seed's network at every density.
pub(super) fn run(context: &Context<'_>, run: &Run, how: How) -> Result<(), Error> {
    let started = Instant::now();
    let Some(mut survivors) = Survivors::new(context, run, how)? else {
        return orphaned(context, run);
    };
    let mut behind = survivors.resume()?;
    let before = behind.seconds;
    let done = behind.rounds.checked_sub(1).map_or(0, |last| run.at[last]);
    for k in done + 1..=run.at.last().copied().unwrap_or(0) {
        if run.at.contains(&k) {
            behind.rounds += 1;
            context.at_round(run, behind.rounds)?;
            behind.failed += usize::from(survivors.at_density(k)? != "ok");
            behind.seconds = before + started.elapsed().as_secs_f64();
            survivors.keep(behind)?;
            context.forget_trainings(run, (k, &[survivors.first_iteration()]));
        } else if survivors.is_between(k) {
            survivors.prune_on(k)?;
        }
    }
    let failed = behind.failed;
    let status =
        if failed == 0 { "ok".to_owned() } else { format!("{failed} densities without a result") };
    survivors.certificates.as_ref().map_or(Ok(()), Certificates::finish)?;
    context.finished(run, status, before + started.elapsed().as_secs_f64())?;
    survivors.discard();
    Ok(())
}

struct Survivors<'a> {
    context: &'a Context<'a>,
    run: &'a Run,
    how: How,
    /// The dense network that is pruned: trained, or initial where pruning comes first.
    parent: Network,
    /// What the trained dense network makes of the test images, for the rows.
    tested: ParentTested,
    /// Where `rewind` goes back to.
    rewind: Network,
    /// What the next density is pruned from under the iterative schedule.
    current: (Network, Mask),
    choice: Choice<'a>,
    certificates: Option<Certificates<'a>>,
    /// Why an iterative run cannot go on.
    broken: Option<String>,
}

impl<'a> Survivors<'a> {
    /// `None` when the parent has diverged.
    fn new(context: &'a Context<'a>, run: &'a Run, how: How) -> Result<Option<Self>, Error> {
        let prepared = context.prepared;
        let parent = &run.needs[0];
        if !context.store.ended_well(parent) {
            return Ok(None);
        }
        let load = |moment: &str| -> Result<Network, Error> {
            let path = checkpoint(files::weights(&context.store.home(parent), parent, moment))?;
            Ok(Network::load(prepared.architecture.clone(), &path, &prepared.device)?)
        };
        let initial = context.initial(run.seed);
        // Tested again from its weights: a run that goes on later has them too, to the bit.
        let trained = load("trained")?;
        let tested = context.test_parent(&trained)?;
        let parent = match how.retraining {
            Retraining::AtInit => initial.clone(),
            _ => trained,
        };
        let rewind = match context.rewind_to(run) {
            0 => initial,
            moment => load(&context.rewind_name(moment))?,
        };
        Ok(Some(Self {
            context,
            run,
            how,
            current: (parent.clone(), Mask::full(&prepared.architecture)),
            parent,
            tested,
            rewind,
            choice: Choice::new(context, run, how)?,
            certificates: Certificates::new(context, run, how)?,
            broken: None,
        }))
    }

    /// Prunes to the k-th density (from 1), retrains, and writes the rows; the status.
    fn at_density(&mut self, k: usize) -> Result<String, Error> {
        let context = self.context;
        let density = context.prepared.experiment.densities[k - 1];
        let everything = Mask::full(&context.prepared.architecture);
        let mut row = context.row(self.run, density.value(), &everything);
        let outcome = self.fill(k, density, &mut row);
        if let Err(Error::Invariant { violation, .. }) = &outcome {
            // What is known of it, and why there is no more.
            row.status = violation.to_string();
            context.store.append(&row, &[], &[], &[])?;
        }
        outcome.map(|()| row.status)
    }

    /// Does the work of a density and writes its rows.
    fn fill(&mut self, k: usize, density: Density, row: &mut CurveRow) -> Result<(), Error> {
        if self.how.timing == Timing::Gradual {
            return self.gradually(k, density, row);
        }
        if self.is_soft() && self.broken.is_none() {
            return self.softly(k, density, row);
        }
        let context = self.context;
        let started = Instant::now();
        let found = if self.broken.is_none() { self.choose(k, density)? } else { None };
        let full = || Pruned::unchanged(Mask::full(&context.prepared.architecture));
        let pruned = found.unwrap_or_else(full);
        *row = context.row(self.run, density.value(), &pruned.mask);
        row.points = self.choice.points();
        row.seconds_prune = started.elapsed().as_secs_f64();
        if let Some(reason) = &self.broken {
            row.status = format!("not run: {reason}");
            context.meter.skip(self.iterations() + context.prepared.second_iterations(self.run));
            return context.store.append(row, &[], &[], &[]);
        }
        let certificate = self.certify(k, &pruned, row)?;
        let looks = self.retrain(k, &pruned, row)?;
        let layers = layer_rows(row, &context.prepared.architecture, &pruned.mask);
        context.store.append(row, &layers, &looks, &certificate)
    }

    /// What stays at the k-th density; `None`, and the reason in `broken`, where there is none.
    fn choose(&mut self, k: usize, density: Density) -> Result<Option<Pruned>, Error> {
        let candidates =
            Candidates { dense: &self.parent, survivor: (&self.current.0, &self.current.1) };
        match self.choice.pruned(k, density, &candidates) {
            Ok(Some(pruned)) => return Ok(Some(pruned)),
            Ok(None) => self.broken = Some("its ticket has no mask at this density".to_owned()),
            // A network that cannot be scored is this run's matter and not the experiment's.
            Err(Error::Prune(error)) => self.broken = Some(error.to_string()),
            Err(error) => return Err(error),
        }
        Ok(None)
    }

    /// The certificate of this pruning, where there is one to give.
    fn certify(
        &mut self,
        k: usize,
        pruned: &Pruned,
        row: &mut CurveRow,
    ) -> Result<Vec<CertificateRow>, Error> {
        let Some(mut certificates) = self.certificates.take() else { return Ok(Vec::new()) };
        let dense = self.pruned_from(self.how.timing);
        let rows = certificates.certify(dense, &self.survivors(k, pruned), pruned, row);
        self.certificates = Some(certificates);
        rows
    }
}
