use std::fs;
use std::path::{Path, PathBuf};

use super::{Calibration, Subject, VERSION, work_of};
use crate::digest::digest;
use crate::error::Error;
use crate::processor;
use crate::records::{files, write_atomically};
use crate::share::create_once;

/// The calibration that a results folder has been chosen by so far. Where there is none, the machine's becomes
/// it: of several processes one writes it, and all take what is written.
///
/// # Errors
/// When the file cannot be read or written, or is of something else.
pub fn in_folder(folder: &Path, subject: &Subject<'_>) -> Result<Calibration, Error> {
    let path = folder.join(files::CALIBRATION);
    if !path.exists() {
        let text = toml::to_string(&of_machine(subject)).expect("plain values have a TOML form");
        create_once(&path, &text)?;
    }
    let text = fs::read_to_string(&path).map_err(|error| Error::file(&path, &error))?;
    let problem = |problem: String| {
        let problem = format!(
            "{problem}; delete it to measure again (densities that are finished keep what they were \
             trained with), or start anew with --fresh"
        );
        Error::File { path: path.clone(), problem }
    };
    let calibration = parsed(&text).map_err(problem)?;
    if !subject.is_of(&calibration) {
        let Calibration { network, batch_size, optimizer, backend, .. } = &calibration;
        return Err(problem(format!(
            "a calibration of {network}, batch {batch_size}, {optimizer} on {backend}; expected one of {}, \
             batch {}, {} on {}",
            subject.network.architecture().name(),
            subject.batch_size,
            work_of(subject.optimiser),
            subject.backend
        )));
    }
    Ok(calibration)
}

/// What was measured on a machine of this kind before, from the user's cache folder, or now.
pub fn of_machine(subject: &Subject<'_>) -> Calibration {
    let path = path(subject);
    let kept = path.as_ref().and_then(|path| fs::read_to_string(path).ok());
    let is_it = |kept: &Calibration| subject.is_of(kept) && kept.processor == processor::kind();
    if let Some(kept) = kept.and_then(|text| parsed(&text).ok()).filter(is_it) {
        tracing::info!("steps: {}", kept.line());
        return kept;
    }
    let measured = subject.measure();
    tracing::info!("steps: {} (measured in {:.1} s)", measured.line(), measured.seconds);
    // A cache that cannot be written is no reason to end anything.
    if let Some(path) = path
        && let Err(error) = keep(&path, &measured)
    {
        tracing::warn!("{error}; steps are measured again next time");
    }
    measured
}

/// Forgets what was measured on this machine.
///
/// # Errors
/// When there is something, and it cannot be deleted.
pub fn forget(subject: &Subject<'_>) -> Result<(), Error> {
    match path(subject) {
        Some(path) if path.exists() => {
            fs::remove_file(&path).map_err(|error| Error::file(&path, &error))
        }
        _ => Ok(()),
    }
}

fn keep(path: &Path, calibration: &Calibration) -> Result<(), Error> {
    let folder = path.parent().unwrap_or(Path::new(""));
    fs::create_dir_all(folder).map_err(|error| Error::file(folder, &error))?;
    let text = toml::to_string(calibration).expect("plain values have a TOML form");
    write_atomically(path, text.as_bytes())
}

/// A file for each kind of processor, network, batch and optimiser; none where the user has no cache folder.
pub(super) fn path(subject: &Subject<'_>) -> Option<PathBuf> {
    let key = format!(
        "{VERSION} {} {} {} {} {}",
        processor::kind(),
        subject.backend,
        subject.shapes(),
        subject.batch_size,
        work_of(subject.optimiser)
    );
    let name = digest(key, 8);
    let network = subject.network.architecture().name();
    let folder = dirs::cache_dir()?.join("pruning-lab").join("calibrations");
    Some(folder.join(format!("{network}-{name}.toml")))
}

fn parsed(text: &str) -> Result<Calibration, String> {
    let calibration: Calibration =
        toml::from_str(text).map_err(|error| format!("no calibration ({})", error.message()))?;
    match calibration.problem() {
        None => Ok(calibration),
        Some(problem) => Err(problem),
    }
}
