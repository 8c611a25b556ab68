//! What a run found, as rows.

use models::{Architecture, Network};
use pruning::{LayerMask, Mask};

use super::context::Quality;
use crate::records::{CurveRow, HistoryRow, LayerRow};
use crate::train::Look;

/// Writes the quality before retraining into a row.
pub(super) fn set_before(row: &mut CurveRow, quality: Quality) {
    row.test_accuracy_before = Some(quality.test.accuracy);
    row.test_loss_before = Some(quality.test.loss);
    row.validation_accuracy_before = Some(quality.validation.accuracy);
    row.validation_loss_before = Some(quality.validation.loss);
}

/// Writes into a row how large the survivors are without what is not needed.
pub(super) fn set_shrunk(row: &mut CurveRow, survivors: &Network) {
    let shrunk = survivors.shrink().network;
    row.shrunk_parameters = Some(shrunk.architecture().parameters());
    row.shrunk_multiply_adds = Some(shrunk.architecture().multiply_adds());
}

/// Without retraining, what stands after is what stood before.
pub(super) fn set_untrained(row: &mut CurveRow, quality: Quality) {
    (row.test_accuracy, row.test_loss) = (Some(quality.test.accuracy), Some(quality.test.loss));
    row.validation_accuracy = Some(quality.validation.accuracy);
    row.validation_loss = Some(quality.validation.loss);
}

/// The looks of a training as rows.
pub(super) fn history(row: &CurveRow, looks: &[Look]) -> Vec<HistoryRow> {
    let line = |look: &Look| HistoryRow {
        run: row.run.clone(),
        method: row.method.clone(),
        retraining: row.retraining.clone(),
        seed: row.seed,
        density_asked: row.density_asked,
        iteration: look.iteration,
        learning_rate: look.learning_rate,
        train_loss: look.train_loss,
        validation_loss: look.validation.loss,
        validation_accuracy: look.validation.accuracy,
    };
    looks.iter().map(line).collect()
}

/// The layers of a mask as rows.
pub(super) fn layer_rows(
    row: &CurveRow,
    architecture: &Architecture,
    mask: &Mask,
) -> Vec<LayerRow> {
    let live = pruning::live(architecture, mask);
    let line = |(layer, live): (&LayerMask, &LayerMask)| LayerRow {
        run: row.run.clone(),
        network: row.network.clone(),
        method: row.method.clone(),
        scope: row.scope.clone(),
        options: row.options.clone(),
        schedule: row.schedule.clone(),
        retraining: row.retraining.clone(),
        seed: row.seed,
        density_asked: row.density_asked,
        layer: layer.name.clone(),
        kept_weights: layer.kept(),
        total_weights: layer.keep.len(),
        density: layer.kept() as f64 / layer.keep.len() as f64,
        effective_weights: Some(live.kept()),
    };
    mask.layers().iter().zip(live.layers()).map(line).collect()
}
