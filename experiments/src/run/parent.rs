use std::time::Instant;

use models::Network;
use pruning::Mask;

use super::cached;
use super::context::Context;
use super::rows::{history, set_before};
use super::stability::Copies;
use crate::error::Error;
use crate::plan::Run;
use crate::records::{CurveRow, files};
use crate::train::{Masking, Steps, Stop, Trained};

/// Trains the dense network of a seed, once for all methods, and keeps its weights for them.
pub(super) fn run(context: &Context<'_>, run: &Run) -> Result<(), Error> {
    let started = Instant::now();
    if cached::take(context, run)? {
        return Ok(());
    }
    let prepared = context.prepared;
    let initial = context.initial(run.seed);
    let mut row = context.row(run, 1.0, &Mask::full(&prepared.architecture));
    let before = context.quality(&initial, &Steps::Dense);
    set_before(&mut row, &before);
    let trained = match prepared.iterations(run) {
        0 => Ok(Trained::as_given(initial)),
        _ => {
            let recipe = &prepared.experiment.train;
            let steps = context.steps((run, 1.0), recipe, None);
            row.compute = steps.to_string();
            context.train(run, initial, (recipe, steps), (0, 0), Masking::None)
        }
    };
    let earlier = trained.as_ref().map_or(0.0, |trained| trained.seconds_before);
    row.seconds_train = earlier + started.elapsed().as_secs_f64();
    let looks = match trained {
        Err(Stop::Interrupted) => return Err(Error::Interrupted),
        Err(Stop::Failed(error)) => return Err(error),
        Err(Stop::Diverged { iteration }) => {
            row.status = format!("diverged: loss not finite at iteration {iteration}");
            row.iterations = iteration;
            Vec::new()
        }
        Err(Stop::Violated(violation)) => {
            row.status = violation.to_string();
            context.store.append(&row, &[], &[], &[])?;
            return Err(violation.in_run(&run.id));
        }
        Ok(trained) => {
            let folder = context.store.folder();
            trained.network.save(&files::weights(folder, &run.id, "trained"))?;
            for (moment, snapshot) in &trained.snapshots {
                let name = context.rewind_name(*moment);
                snapshot.save(&files::weights(folder, &run.id, &name))?;
            }
            row.iterations = trained.looks.last().map_or(0, |look| look.iteration);
            context.set_after(&mut row, &trained, None);
            if trained.looks.is_empty() {
                row.validation_accuracy = Some(before.validation.accuracy);
                row.validation_loss = Some(before.validation.loss);
            }
            context.test_corrupted(&row, (&trained.network, &trained.steps), None)?;
            set_stability(context, run, &trained.network, &mut row)?;
            history(&row, &trained.looks)
        }
    };
    context.store.append(&row, &[], &looks, &[])?;
    let seconds = earlier + started.elapsed().as_secs_f64();
    cached::keep(context, run, &row.status, seconds);
    context.finished(run, row.status, seconds)?;
    context.forget_trainings(run, (0, &context.moments()));
    Ok(())
}

/// Trains the network a second time for each moment that tickets go back to, where that is wanted: up to that
/// moment bit for bit the same, then in another order of batches.
fn set_stability(
    context: &Context<'_>,
    run: &Run,
    first: &Network,
    row: &mut CurveRow,
) -> Result<(), Error> {
    let prepared = context.prepared;
    let moments = context.moments();
    if prepared.second_iterations(run) == 0 {
        return Ok(());
    }
    for &moment in &moments {
        let started = Instant::now();
        let (initial, recipe) = (context.initial(run.seed), &prepared.experiment.train);
        let how = (recipe, context.steps((run, 1.0), recipe, None));
        let second = context.train_again(run, initial, how, (0, 0, moment), Masking::None);
        let iterations = prepared.iterations(run);
        let copies = Copies { first, second, started, iterations, rewind_to: moment, index: 0 };
        let found = context.compare_copies(run, row, copies)?;
        if moments.len() == 1 {
            row.set_stability(&found);
        }
    }
    Ok(())
}
