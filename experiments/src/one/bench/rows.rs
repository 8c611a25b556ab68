use models::{ModelError, Network, zoo};
use sparse::csr;

use super::measure::{Networks, Speeds};
use crate::one::gzip::gzipped;
use crate::one::timing::Quartiles;
use crate::records::SpeedRow;

/// The row of a pruned network; `about` holds what all rows of a call share, and the density that was
/// asked for.
pub(super) fn pruned(
    about: SpeedRow,
    networks: &Networks<'_>,
    (change, largest): (f32, f32),
    Speeds { forward, latency, step }: &Speeds,
) -> SpeedRow {
    let Networks { dense, mask, small, .. } = networks;
    let (before, after) = (dense.architecture(), small.architecture());
    let [forward_dense, forward_small, forward_sparse] =
        forward.seconds().map(|seconds| seconds.median);
    let [step_dense, step_masked, step_small, step_sparse] =
        step.seconds().map(|seconds| seconds.median);
    let [latency_dense, latency_sparse] = latency.seconds().map(|seconds| seconds.median);
    let answers = latency.ratio(0, 1);
    let (faster_sparse, trains_sparse) = (forward.ratio(0, 2), step.ratio(0, 3));
    let (faster, trains) = (forward.ratio(0, 1), step.ratio(0, 2));
    let Quartiles { lower, median, upper } = step.ratio(0, 1);
    SpeedRow {
        density: mask.kept() as f64 / mask.total() as f64,
        kept_weights: mask.kept(),
        kept_multiply_adds: mask.multiply_adds(before),
        theoretical_speed_up: before.multiply_adds() as f64 / after.multiply_adds() as f64,
        logit_change: f64::from(change),
        largest_logit: f64::from(largest),
        forward_rounds: forward.len(),
        forward_seconds_dense: forward_dense,
        forward_seconds: forward_small,
        forward_speed_up: faster.median,
        forward_speed_up_q1: faster.lower,
        forward_speed_up_q3: faster.upper,
        step_rounds: step.len(),
        step_seconds_dense: step_dense,
        step_seconds_masked: Some(step_masked),
        step_seconds: step_small,
        step_speed_up: trains.median,
        step_speed_up_q1: trains.lower,
        step_speed_up_q3: trains.upper,
        masked_step_speed_up: Some(median),
        masked_step_speed_up_q1: Some(lower),
        masked_step_speed_up_q3: Some(upper),
        forward_seconds_sparse: Some(forward_sparse),
        sparse_forward_speed_up: Some(faster_sparse.median),
        sparse_forward_speed_up_q1: Some(faster_sparse.lower),
        sparse_forward_speed_up_q3: Some(faster_sparse.upper),
        step_seconds_sparse: Some(step_sparse),
        sparse_step_speed_up: Some(trains_sparse.median),
        sparse_step_speed_up_q1: Some(trains_sparse.lower),
        sparse_step_speed_up_q3: Some(trains_sparse.upper),
        latency_rounds: Some(latency.len()),
        latency_seconds_dense: Some(latency_dense),
        latency_seconds_sparse: Some(latency_sparse),
        sparse_latency_speed_up: Some(answers.median),
        sparse_latency_speed_up_q1: Some(answers.lower),
        sparse_latency_speed_up_q3: Some(answers.upper),
        ..sized(about, small)
    }
}

/// The row of the network before pruning: its times are those of all measurements.
pub(super) fn dense(about: SpeedRow, network: &Network, all: &[Speeds]) -> SpeedRow {
    let architecture = network.architecture();
    let forward = Quartiles::of(all.iter().flat_map(|speeds| speeds.forward.each(0))).median;
    let step = Quartiles::of(all.iter().flat_map(|speeds| speeds.step.each(0))).median;
    let latency = Quartiles::of(all.iter().flat_map(|speeds| speeds.latency.each(0))).median;
    SpeedRow {
        method: SpeedRow::DENSE.to_owned(),
        scope: String::new(),
        options: String::new(),
        density_asked: 1.0,
        density: 1.0,
        kept_weights: architecture.prunable_weights(),
        kept_multiply_adds: architecture.multiply_adds(),
        theoretical_speed_up: 1.0,
        forward_rounds: all.iter().map(|speeds| speeds.forward.len()).sum(),
        forward_seconds_dense: forward,
        forward_seconds: forward,
        forward_speed_up: 1.0,
        forward_speed_up_q1: 1.0,
        forward_speed_up_q3: 1.0,
        step_rounds: all.iter().map(|speeds| speeds.step.len()).sum(),
        step_seconds_dense: step,
        step_seconds: step,
        step_speed_up: 1.0,
        step_speed_up_q1: 1.0,
        step_speed_up_q3: 1.0,
        latency_rounds: Some(all.iter().map(|speeds| speeds.latency.len()).sum()),
        latency_seconds_dense: Some(latency),
        ..sized(about, network)
    }
}

/// With the size of the network that is left.
fn sized(about: SpeedRow, network: &Network) -> SpeedRow {
    let architecture = network.architecture();
    let file = network.serialised();
    SpeedRow {
        parameters: architecture.parameters(),
        prunable_weights: architecture.prunable_weights(),
        multiply_adds: architecture.multiply_adds(),
        bytes: file.len(),
        bytes_gzipped: Some(gzipped(&file)),
        ..about
    }
}

/// With the sizes of the masked network's files: with its zeros, and as compressed rows.
pub(super) fn in_files(
    row: SpeedRow,
    masked: &Network,
    request: &zoo::Request,
) -> Result<SpeedRow, ModelError> {
    let (zeros, rows) = (masked.serialised(), csr::serialised(masked, request)?);
    Ok(SpeedRow {
        bytes_masked: Some(zeros.len()),
        bytes_masked_gzipped: Some(gzipped(&zeros)),
        bytes_sparse: Some(rows.len()),
        bytes_sparse_gzipped: Some(gzipped(&rows)),
        ..row
    })
}
