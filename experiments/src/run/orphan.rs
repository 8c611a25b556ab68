use pruning::Mask;

use super::context::Context;
use crate::error::Error;
use crate::plan::Run;

/// The rows of a run whose parent has diverged.
pub(super) fn orphaned(context: &Context<'_>, run: &Run) -> Result<(), Error> {
    let status = "not run: the parent's training diverged".to_owned();
    let prepared = context.prepared;
    for &k in &run.at {
        let density = prepared.experiment.densities[k - 1];
        context.meter.skip(prepared.iterations(run) + prepared.second_iterations(run));
        let mut row =
            context.row(run, density.value(), &Mask::full(&context.prepared.architecture));
        row.status.clone_from(&status);
        context.store.append(&row, &[], &[], &[])?;
    }
    context.finished(run, status, 0.0)
}
