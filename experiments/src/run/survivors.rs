use std::time::Instant;

use models::Network;
use pruning::{Density, Mask, Pruned};

use super::certificates::Certificates;
use super::choice::{Candidates, Choice, How, checkpoint};
use super::context::Context;
use super::invariants;
use super::orphan::orphaned;
use super::rows::{history, layer_rows, set_before, set_untrained};
use crate::config::{Retraining, Timing};
use crate::error::Error;
use crate::masks;
use crate::plan::Run;
use crate::records::{CertificateRow, CurveRow, HistoryRow, files};
use crate::seeds::Seeds;
use crate::train::Stop;

/// Prunes and retrains a seed's network at every density.
pub(super) fn run(context: &Context<'_>, run: &Run, how: How) -> Result<(), Error> {
    let started = Instant::now();
    let Some(mut survivors) = Survivors::new(context, run, how)? else {
        return orphaned(context, run);
    };
    let mut failed = 0;
    for k in 1..=context.prepared.experiment.densities.len() {
        failed += usize::from(survivors.at_density(k)? != "ok");
    }
    let status =
        if failed == 0 { "ok".to_owned() } else { format!("{failed} densities without a result") };
    survivors.certificates.as_ref().map_or(Ok(()), Certificates::finish)?;
    context.finished(run, status, started.elapsed().as_secs_f64())
}

struct Survivors<'a> {
    context: &'a Context<'a>,
    run: &'a Run,
    how: How,
    /// The dense network that is pruned: trained, or initial where pruning comes first.
    parent: Network,
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
            let path = checkpoint(files::weights(context.store.folder(), parent, moment))?;
            Ok(Network::load(prepared.architecture.clone(), &path, &prepared.device)?)
        };
        let initial = context.initial(run.seed);
        let parent =
            if how.retraining == Retraining::AtInit { initial.clone() } else { load("trained")? };
        let rewind = if context.rewind_to() == 0 { initial } else { load("rewind")? };
        Ok(Some(Self {
            context,
            run,
            how,
            current: (parent.clone(), Mask::full(&prepared.architecture)),
            parent,
            rewind,
            choice: Choice::new(context, run, how)?,
            certificates: Certificates::new(context, run, how),
            broken: None,
        }))
    }

    /// Prunes to the k-th density (from 1), retrains, and writes the rows; the status.
    fn at_density(&mut self, k: usize) -> Result<String, Error> {
        let context = self.context;
        let density = context.prepared.experiment.densities[k - 1];
        let started = Instant::now();
        let found = if self.broken.is_none() { self.choose(k, density)? } else { None };
        let full = || Pruned::unchanged(Mask::full(&context.prepared.architecture));
        let pruned = found.unwrap_or_else(full);
        let mut row = context.row(self.run, density.value(), &pruned.mask);
        row.points = self.choice.points();
        row.seconds_prune = started.elapsed().as_secs_f64();
        if let Some(reason) = &self.broken {
            row.status = format!("not run: {reason}");
            context.meter.skip(self.iterations());
            context.store.append(&row, &[], &[], &[])?;
            return Ok(row.status);
        }
        let certificate = self.certify(k, &pruned, &mut row)?;
        let looks = self.retrain(k, &pruned, &mut row)?;
        context.store.append(&row, &layer_rows(&row, &pruned.mask), &looks, &certificate)?;
        Ok(row.status)
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

    /// The network that is pruned.
    fn pruned_from(&self, timing: Timing) -> &Network {
        match timing {
            Timing::OneShot => &self.parent,
            Timing::Iterative => &self.current.0,
        }
    }

    /// The survivors as they start into retraining. New values that the method gives to weights are
    /// for those that it pruned; values that are put in their place take the mask alone.
    fn survivors(&self, k: usize, pruned: &Pruned) -> Network {
        let start = self.start(k);
        match self.how.retraining.keeps_values() {
            true => pruned.apply(&start),
            false => pruned.mask.factors(start.architecture(), &start.device()).scale(start),
        }
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

    /// The values that survivors start from, before the mask.
    fn start(&self, k: usize) -> Network {
        match (self.how.retraining, self.how.timing) {
            (Retraining::None | Retraining::FineTune | Retraining::AtInit, timing) => {
                self.pruned_from(timing).clone()
            }
            (Retraining::Rewind | Retraining::RandomMask, _) => self.rewind.clone(),
            (Retraining::Reinit, _) => self.parent.redrawn(
                self.context.prepared.experiment.init,
                Seeds::new(self.run.seed).reinit(k),
            ),
        }
    }

    fn retrain(
        &mut self,
        k: usize,
        pruned: &Pruned,
        row: &mut CurveRow,
    ) -> Result<Vec<HistoryRow>, Error> {
        let mask = &pruned.mask;
        let (context, prepared) = (self.context, self.context.prepared);
        let factors = mask.factors(&prepared.architecture, &prepared.device);
        let start = self.survivors(k, pruned);
        let before = context.quality(&start);
        set_before(row, before);
        if self.how.retraining == Retraining::None {
            set_untrained(row, before);
            self.current = (start, mask.clone());
            return Ok(Vec::new());
        }
        let started = Instant::now();
        let recipe = &prepared.experiment.retrain;
        let trained = context.train(
            self.run,
            start.clone(),
            recipe,
            (k, self.first_iteration()),
            Some(&factors),
        );
        row.seconds_train = started.elapsed().as_secs_f64();
        let trained = match trained {
            Ok(trained) => trained,
            Err(Stop::Interrupted) => return Err(Error::Interrupted),
            Err(Stop::Diverged { iteration }) => {
                row.status = format!("diverged: loss not finite at iteration {iteration}");
                row.iterations = iteration - self.first_iteration();
                context.meter.skip(self.iterations() - row.iterations);
                self.broken = (self.how.timing == Timing::Iterative)
                    .then(|| format!("retraining diverged at density {}", row.density_asked));
                return Ok(Vec::new());
            }
        };
        invariants::pruned_are_zero(&self.run.id, &trained.network, mask)?;
        row.iterations = self.iterations();
        context.set_after(row, &trained);
        if self.how.retraining == Retraining::Rewind && self.how.timing == Timing::Iterative {
            masks::save(
                &files::mask(context.store.folder(), &self.run.id, k),
                mask,
                &prepared.architecture,
            )?;
        }
        // Under prune-at-init the next scores are those of the untrained survivors.
        let survivor =
            if self.how.retraining == Retraining::AtInit { start } else { trained.network };
        self.current = (survivor, mask.clone());
        Ok(history(row, &trained.looks))
    }

    /// Where in the recipe this retraining starts.
    fn first_iteration(&self) -> usize {
        match self.how.retraining {
            Retraining::Rewind | Retraining::RandomMask => self.context.rewind_to(),
            _ => 0,
        }
    }

    /// Iterations of one retraining.
    fn iterations(&self) -> usize {
        self.context.prepared.iterations(self.run.kind)
    }
}
