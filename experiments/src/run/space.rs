//! The room that results take on a disk.

use std::path::Path;

use super::Prepared;
use crate::config::{Retraining, Timing};
use crate::error::Error;
use crate::plan::{Kind, Run};

/// Bytes of a row with all its figures; real ones have less.
const ROW: usize = 1500;
/// Bytes of a line about a layer, a look, or a side of a unit.
const LINE: usize = 250;

/// Bytes that the runs write which are not finished: rows, certificates, weights and masks. An upper bound, a
/// little generous.
pub(crate) fn needed(prepared: &Prepared, is_finished: impl Fn(&str) -> bool) -> u64 {
    let left = prepared.runs.iter().filter(|run| !is_finished(&run.id));
    left.map(|run| of_run(prepared, run) as u64).sum()
}

fn of_run(prepared: &Prepared, run: &Run) -> usize {
    let Prepared { experiment, architecture, .. } = prepared;
    // Norms have two values a channel that are no parameters.
    let norms: usize = architecture.norms().iter().map(|norm| 2 * norm.channels).sum();
    let weights = 4 * (architecture.parameters() + norms);
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
    folder: &Path,
    is_finished: impl Fn(&str) -> bool,
) -> Result<(), Error> {
    // Where the system does not tell, it will when the disk is full.
    let Ok(free) = fs4::available_space(folder) else { return Ok(()) };
    fits(needed(prepared, is_finished), free)
        .map_err(|problem| Error::File { path: folder.to_owned(), problem })
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
