use models::Network;

use super::context::Context;
use crate::error::Error;
use crate::plan::Run;
use crate::run::Prepared;
use crate::seeds::Seeds;

/// Batches that statistics are taken from, at most an epoch of them: a few thousand images tell a
/// channel's mean and variance well, and cost no more than an evaluation.
const BATCHES: usize = 32;

/// A network with the statistics of its norms taken anew, from training images that the `index`-th draw of the
/// run's seed gives.
pub(super) fn reestimated(
    context: &Context<'_>,
    run: &Run,
    network: Network,
    index: usize,
) -> Result<Network, Error> {
    let Prepared { experiment, data, .. } = context.prepared;
    let images = data.images.to_select().map_err(|problem| problem.in_run(&run.id))?;
    let batch_size = experiment.retrain.batch_size;
    let mut batches = data.batches(batch_size, Seeds::new(run.seed).norms(index));
    let count = BATCHES.min(data.batches_per_epoch(batch_size));
    let images = (0..count).map(|_| images.select(batches.next_batch()).images);
    Ok(network.reestimated(images))
}
