//! Networks on corrupted test images.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::atomic::Ordering;

use models::Network;

use super::context::Context;
use crate::data::Corrupted;
use crate::error::Error;
use crate::evidence::{Paired, judge};
use crate::records::{CorruptionRow, CurveRow, RunRow, files, read_table};
use crate::train::{Evaluation, Steps};

/// What a parent makes of the test images, to set others beside it.
#[derive(Debug, Clone)]
pub(super) struct ParentTested {
    /// The classes that it predicts for the images as they are.
    pub(super) predicted: Vec<u16>,
    /// Its accuracy there.
    accuracy: f64,
    /// The same under each corruption.
    corrupted: Vec<Tested>,
}

/// A network's results on the test images under one corruption.
#[derive(Debug, Clone)]
struct Tested {
    evaluation: Evaluation,
    predicted: Vec<u16>,
}

impl Context<'_> {
    /// Tests a parent on all that its survivors will be tested on.
    pub(super) fn test_parent(&self, network: &Network) -> Result<ParentTested, Error> {
        let clean = judge(network, &Steps::Dense, self.prepared.data.test.to_report());
        let corrupted = self.prepared.data.corrupted.iter();
        Ok(ParentTested {
            predicted: clean.predicted,
            accuracy: clean.evaluation.accuracy,
            corrupted: corrupted
                .map(|set| self.tested(network, &Steps::Dense, set))
                .collect::<Result<_, _>>()?,
        })
    }

    /// Tests a network whose row is filled in under every corruption that is asked for, beside its parent where it
    /// has one, and writes the rows. As with all test images, nothing is chosen by them.
    pub(super) fn test_corrupted(
        &self,
        row: &CurveRow,
        (network, steps): (&Network, &Steps),
        parent: Option<&ParentTested>,
    ) -> Result<(), Error> {
        let Some(clean) = row.test_accuracy else { return Ok(()) };
        let sets = &self.prepared.data.corrupted;
        let labels = self.prepared.data.test.to_report().host_labels();
        let mut rows = Vec::with_capacity(sets.len());
        for (index, set) in sets.iter().enumerate() {
            let own = self.tested(network, steps, set)?;
            let plain = plain(row, set, own.evaluation, clean);
            let beside = |parent| beside(plain.clone(), (clean, &own), parent, index, labels);
            rows.push(parent.map_or_else(|| plain.clone(), beside));
        }
        self.store.append_corruptions(&rows)
    }

    fn tested(&self, network: &Network, steps: &Steps, set: &Corrupted) -> Result<Tested, Error> {
        if self.stop.load(Ordering::Relaxed) {
            return Err(Error::Interrupted);
        }
        let judged = judge(network, steps, set.images().to_report());
        Ok(Tested { evaluation: judged.evaluation, predicted: judged.predicted })
    }
}

/// What a row says without a parent.
fn plain(row: &CurveRow, set: &Corrupted, evaluation: Evaluation, clean: f64) -> CorruptionRow {
    let row = row.clone();
    CorruptionRow {
        run: row.run,
        dataset: row.dataset,
        network: row.network,
        method: row.method,
        scope: row.scope,
        options: row.options,
        schedule: row.schedule,
        retraining: row.retraining,
        seed: row.seed,
        repeat: row.repeat,
        density_asked: row.density_asked,
        density: row.density,
        corruption: set.corruption.to_string(),
        severity: set.severity.number(),
        amount: set.corruption.amount(set.severity),
        corruption_seed: set.seed,
        test_accuracy: evaluation.accuracy,
        test_loss: evaluation.loss,
        accuracy_drop: clean - evaluation.accuracy,
        ..CorruptionRow::default()
    }
}

/// The same beside the parent.
fn beside(
    row: CorruptionRow,
    (clean, own): (f64, &Tested),
    parent: &ParentTested,
    index: usize,
    labels: &[u16],
) -> CorruptionRow {
    let theirs = &parent.corrupted[index];
    let (accuracy, before) = (own.evaluation.accuracy, theirs.evaluation.accuracy);
    let paired = Paired::of(labels, &theirs.predicted, &own.predicted);
    let over = |part: f64, whole: f64| (whole > 0.0).then_some(part / whole);
    CorruptionRow {
        accuracy_change: Some(accuracy - before),
        churn: paired.as_ref().map(|paired| paired.churn),
        newly_wrong: paired.as_ref().map(|paired| paired.newly_wrong),
        newly_right: paired.as_ref().map(|paired| paired.newly_right),
        relative_error: over(1.0 - accuracy, 1.0 - before),
        relative_drop: over(clean - accuracy, parent.accuracy - before),
        ..row
    }
}

/// Every finished run of the folder was tested under what is asked for now: survivors are not kept, so that
/// it could not be made up for.
pub(super) fn check_finished(folder: &Path, corrupted: &[Corrupted]) -> Result<(), Error> {
    let runs: Vec<RunRow> = read_table(&folder.join(files::RUNS))?;
    let path = folder.join(files::CORRUPTIONS);
    let rows: Vec<CorruptionRow> = read_table(&path)?;
    type Set = (String, u8, u64);
    let asked: BTreeSet<Set> = corrupted
        .iter()
        .map(|set| (set.corruption.to_string(), set.severity.number(), set.seed))
        .collect();
    for run in runs.iter().filter(|run| run.status == "ok") {
        let own = rows.iter().filter(|row| row.run == run.run);
        let found: BTreeSet<Set> =
            own.map(|row| (row.corruption.clone(), row.severity, row.corruption_seed)).collect();
        if found != asked {
            let problem = format!(
                "run {} is finished and was tested under {} of the {} corruptions that [evaluate] asks for (each severity counts \
                 as one), and {} others; pruned networks are not kept, so that it cannot be tested again: put [evaluate] back, \
                 choose another folder (--results DIR), or start anew with --fresh",
                run.run,
                found.intersection(&asked).count(),
                asked.len(),
                found.difference(&asked).count()
            );
            return Err(Error::File { path, problem });
        }
    }
    Ok(())
}
