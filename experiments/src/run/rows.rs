//! What a run found, as rows.

use models::{Architecture, Network};
use pruning::{LayerMask, Mask};

use super::context::Quality;
use crate::evidence::{Judged, Paired};
use crate::records::{CurveRow, HistoryRow, LayerRow};
use crate::train::Look;

/// Writes the quality before retraining into a row.
pub(super) fn set_before(row: &mut CurveRow, quality: &Quality) {
    let test = quality.test.evaluation;
    (row.test_accuracy_before, row.test_loss_before) = (Some(test.accuracy), Some(test.loss));
    row.validation_accuracy_before = Some(quality.validation.accuracy);
    row.validation_loss_before = Some(quality.validation.loss);
}

/// Writes into a row how large the survivors are without what is not needed.
pub(super) fn set_shrunk(row: &mut CurveRow, survivors: &Network) {
    let shrunk = survivors.shrink().network;
    row.shrunk_parameters = Some(shrunk.architecture().parameters());
    row.shrunk_multiply_adds = Some(shrunk.architecture().multiply_adds());
}

/// Writes into a row what the test images say of a network, beside what its parent predicts for them where
/// there is one. `labels` are the right classes.
pub(super) fn set_judged(
    row: &mut CurveRow,
    judged: &Judged,
    labels: &[u16],
    parent: Option<&[u16]>,
) {
    let (evaluation, calibration) = (judged.evaluation, judged.calibration);
    (row.test_accuracy, row.test_loss) = (Some(evaluation.accuracy), Some(evaluation.loss));
    (row.test_brier, row.test_ece) = (Some(calibration.brier), Some(calibration.ece));
    (row.test_top5_accuracy, row.test_images) = (calibration.top5, Some(labels.len()));
    let paired = parent.and_then(|parent| Paired::of(labels, parent, &judged.predicted));
    let Some(Paired { churn, newly_wrong, newly_right, mcnemar_p, worst_class }) = paired else {
        return;
    };
    (row.churn, row.mcnemar_p) = (Some(churn), Some(mcnemar_p));
    (row.newly_wrong, row.newly_right) = (Some(newly_wrong), Some(newly_right));
    row.worst_class = Some(worst_class.class);
    row.worst_class_accuracy = Some(worst_class.accuracy);
    row.worst_class_drop = Some(worst_class.drop);
}

/// Without retraining, what stands after on the validation set is what stood before.
pub(super) fn set_untrained(row: &mut CurveRow, quality: &Quality) {
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
        repeat: row.repeat,
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
        repeat: row.repeat,
        density_asked: row.density_asked,
        layer: layer.name.clone(),
        kept_weights: layer.kept(),
        total_weights: layer.keep.len(),
        density: layer.kept() as f64 / layer.keep.len() as f64,
        effective_weights: Some(live.kept()),
    };
    mask.layers().iter().zip(live.layers()).map(line).collect()
}
