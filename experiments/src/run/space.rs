//! The room that results take on a disk.

use super::{Options, Prepared};
use crate::config::{Retraining, Timing};
use crate::error::Error;
use crate::plan::{Kind, Run};

/// Bytes of a row with all its figures; real ones have less.
const ROW: usize = 1500;
/// Bytes of a line about a layer, a look, or a side of a unit.
const LINE: usize = 250;

/// Bytes that the runs write which are not finished: rows, certificates, weights and masks. An upper bound, a
/// little generous.
pub(crate) fn needed(prepared: &Prepared, jobs: usize, is_finished: impl Fn(&str) -> bool) -> u64 {
    let left = prepared.runs.iter().filter(|run| !is_finished(&run.id));
    let (count, bytes) =
        left.fold((0, 0), |(count, bytes), run| (count + 1, bytes + of_run(prepared, run) as u64));
    bytes + (jobs.min(count) * under_way(prepared)) as u64
}

/// Bytes of the checkpoint of a training under way: its network, two moments of every weight, the network of the best
/// look and that of each moment to go back to; once more while one takes the place of the one before.
fn under_way(prepared: &Prepared) -> usize {
    2 * (4 + prepared.experiment.rewind_to.len()) * weights(prepared)
}

/// Bytes of a network's file.
fn weights(prepared: &Prepared) -> usize {
    let Prepared { architecture, .. } = prepared;
    // Norms have two values a channel that are no parameters.
    let norms: usize = architecture.norms().iter().map(|norm| 2 * norm.channels).sum();
    4 * (architecture.parameters() + norms)
}

fn of_run(prepared: &Prepared, run: &Run) -> usize {
    let Prepared { experiment, architecture, .. } = prepared;
    let weights = weights(prepared);
    let masks = architecture.prunable_weights();
    let every = experiment.retrain.evaluate_every.iterations(epoch(prepared)).max(1);
    let looks = prepared.iterations(run) / every + 1;
    let layers = architecture.layers().len();
    match run.kind {
        Kind::Parent => 2 * weights + ROW + LINE * looks,
        Kind::Survivors { timing, retraining, .. } => {
            let units: usize = architecture.layers().iter().map(|layer| layer.units).sum();
            let certified = experiment.certificates.is_some() && retraining.keeps_values();
            let sides = if certified { 2 * units * LINE } else { 0 };
            let kept = match (timing, retraining) {
                // For the controls that train the same masks.
                (Timing::Iterative, Retraining::Rewind) => masks,
                _ => 0,
            };
            // Rows are kept a second time until the run is finished, with the last survivor.
            let round = 2 * (ROW + LINE * (2 * layers + looks) + sides) + kept;
            run.at.len() * round + weights + masks
        }
    }
}

fn epoch(prepared: &Prepared) -> usize {
    prepared.data.batches_per_epoch(prepared.experiment.retrain.batch_size)
}

/// The results have room on the disk of this folder.
///
/// # Errors
/// When they do not.
pub(super) fn check(
    prepared: &Prepared,
    options: &Options,
    is_finished: impl Fn(&str) -> bool,
) -> Result<(), Error> {
    let Options { folder, jobs, .. } = options;
    // Where the system does not tell, it will when the disk is full.
    let Ok(free) = fs4::available_space(folder) else { return Ok(()) };
    fits(needed(prepared, *jobs, is_finished), free)
        .map_err(|problem| Error::File { path: folder.clone(), problem })
}

fn fits(needed: u64, free: u64) -> Result<(), String> {
    const MB: u64 = 1_000_000;
    match needed <= free {
        true => Ok(()),
        false => Err(format!(
            "{} MB are free on its disk, and the runs that are left may write {} MB; make room, or choose a \
             folder on another disk with --results DIR",
            free / MB,
            needed.div_ceil(MB)
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_does_not_fit_is_told_in_numbers() {
        assert_eq!(fits(10, 10), Ok(()));
        let told = fits(12_000_001, 11_999_999).unwrap_err();
        assert!(told.starts_with("11 MB are free") && told.contains("may write 13 MB"), "{told}");
    }
}
