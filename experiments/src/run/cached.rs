//! Dense networks that another experiment has trained.

use std::path::Path;

use models::Network;

use super::context::Context;
use crate::archive::Archive;
use crate::error::Error;
use crate::plan::Run;
use crate::records::{CurveRow, Rows, files, from_text, to_text};

/// Names in the archive.
const ROWS: &str = "rows/";
const STATUS: &str = "status";
const SECONDS: &str = "seconds";
const ASKED: &str = "corruptions";

/// What the weights are called that other runs start from: after training, and at every moment that is gone
/// back to, but for the beginning.
fn moments(context: &Context<'_>) -> Vec<String> {
    let later = context.moments().into_iter().filter(|&moment| moment > 0);
    std::iter::once("trained".to_owned()).chain(later.map(|m| context.rewind_name(m))).collect()
}

/// Makes a parent finished by what the cache has of it; `false` where it has nothing of use.
pub(super) fn take(context: &Context<'_>, run: &Run) -> Result<bool, Error> {
    let Some(archive) = context.cache.and_then(|cache| cache.get(&run.id)) else {
        return Ok(false);
    };
    let seconds = archive.fact(SECONDS).and_then(|seconds| seconds.parse().ok());
    let (Some(status), Some(seconds)) = (archive.fact(STATUS), seconds) else { return Ok(false) };
    // What is tested beside the result is no part of the id.
    if archive.fact(ASKED) != Some(&context.corruptions_asked()) {
        return Ok(false);
    }
    let Ok((rows, networks)) = parts(context, &archive) else { return Ok(false) };
    for (moment, network) in networks {
        network.save(&files::weights(context.store.folder(), &run.id, &moment))?;
    }
    if !context.store.restore(&run.id, &rows)? {
        return Ok(false);
    }
    tracing::info!("{}: the dense network of seed {} is in the cache", run.id, run.seed);
    context.meter.skip(context.prepared.all_iterations(run));
    context.finished(run, status.to_owned(), seconds)?;
    Ok(true)
}

/// Rows under this experiment's name, and the networks of each moment.
fn parts(
    context: &Context<'_>,
    archive: &Archive,
) -> Result<(Rows, Vec<(String, Network)>), Error> {
    let prepared = context.prepared;
    let mut rows = archive.texts(ROWS);
    if let Some(curves) = rows.get_mut(files::CURVES) {
        let mut own: Vec<CurveRow> = from_text(curves, Path::new(files::CURVES))?;
        own.iter_mut().for_each(|row| row.experiment.clone_from(&prepared.experiment.name));
        *curves = to_text(&own)?;
    }
    let network = |moment: String| {
        let prefix = format!("{moment}/");
        let origin = Path::new(&moment);
        let network = archive.network(&prefix, &prepared.architecture, origin, &prepared.device);
        network.map(|network| (moment, network))
    };
    let networks: Result<_, Error> = moments(context).into_iter().map(network).collect();
    Ok((rows, networks?))
}

/// Keeps a parent, before its last line is written, for other experiments.
pub(super) fn keep(context: &Context<'_>, run: &Run, status: &str, seconds: f64) {
    let (Some(cache), "ok") = (context.cache, status) else { return };
    let mut archive = Archive::default();
    archive.set(STATUS, status);
    archive.set(SECONDS, seconds);
    archive.set(ASKED, context.corruptions_asked());
    for (table, rows) in context.store.rows_of(&run.id) {
        archive.put_text(&format!("{ROWS}{table}"), &rows);
    }
    for moment in moments(context) {
        let path = files::weights(context.store.folder(), &run.id, &moment);
        let prepared = context.prepared;
        match Network::load(prepared.architecture.clone(), &path, &prepared.device) {
            Ok(network) => archive.put_network(&format!("{moment}/"), &network),
            Err(error) => return tracing::warn!("{error}; the network is not kept for others"),
        }
    }
    cache.put(&run.id, archive);
}
