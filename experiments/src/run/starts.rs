use models::{Network, PerWeight};
use pruning::Mask;

use super::choice::checkpoint;
use super::context::Context;
use crate::config::Retraining;
use crate::error::Error;
use crate::invariants::{Violation, pruned_are_zero, redrawn, rewound};
use crate::plan::Run;
use crate::records::files;

/// Survivors are what they are said to be before anything is measured of them or trained: pruned
/// weights are zero, rewound ones have the saved values, redrawn ones have not.
pub(super) fn check(
    context: &Context<'_>,
    run: &Run,
    retraining: Retraining,
    (start, mask, factors): (&Network, &Mask, &PerWeight),
) -> Result<(), Error> {
    let in_run = |violation: Violation| violation.in_run(&run.id);
    pruned_are_zero(start, factors).map_err(in_run)?;
    let outcome = match retraining {
        Retraining::Rewind | Retraining::RandomMask => rewound(start, &saved(context, run)?, mask),
        Retraining::Reinit => redrawn(start, &saved(context, run)?, mask),
        _ => Ok(()),
    };
    outcome.map_err(in_run)
}

/// The saved values, read or drawn again: the copy in memory could have been trained on since.
fn saved(context: &Context<'_>, run: &Run) -> Result<Network, Error> {
    let moment = context.rewind_to(run);
    if moment == 0 {
        return Ok(context.initial(run.seed));
    }
    let (name, parent) = (context.rewind_name(moment), &run.needs[0]);
    let path = checkpoint(files::weights(&context.store.home(parent), parent, &name))?;
    let prepared = context.prepared;
    Ok(Network::load(prepared.architecture.clone(), &path, &prepared.device)?)
}
