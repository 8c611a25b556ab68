//! A results folder as a whole: made, held, cleared.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::ErrorKind;
use std::path::Path;

use super::files;
use super::table::PART;
use crate::error::Error;

/// Makes a folder and those above it.
pub(super) fn make(folder: &Path) -> Result<(), Error> {
    fs::create_dir_all(folder).map_err(|error| Error::file(folder, &error))
}

/// Makes the folder and keeps other processes from writing to it, until the file is closed.
pub(super) fn lock(folder: &Path) -> Result<File, Error> {
    make(folder)?;
    let path = folder.join(files::LOCK);
    let file = OpenOptions::new().create(true).truncate(false).write(true).open(&path);
    let file = file.map_err(|error| Error::file(&path, &error))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => {
            let problem = "another process is writing to this folder; wait for it, or choose another --results DIR";
            Err(Error::File { path, problem: problem.to_owned() })
        }
        Err(TryLockError::Error(error)) => Err(Error::file(&path, &error)),
    }
}

/// Takes part in writing to the folder, beside others that do: nobody has it for itself until the file is
/// closed. `None` where the file system has no locks; then nothing keeps them apart but the user.
///
/// # Errors
/// When a process has it for itself, or the folder cannot be written.
pub(crate) fn lock_shared(folder: &Path) -> Result<Option<File>, Error> {
    let path = folder.join(files::LOCK);
    let file = OpenOptions::new().create(true).truncate(false).read(true).write(true).open(&path);
    let file = file.map_err(|error| Error::file(&path, &error))?;
    match file.try_lock_shared() {
        Ok(()) => Ok(Some(file)),
        Err(TryLockError::WouldBlock) => {
            let problem = "a process that was started without `run` has this folder for itself; wait for it, or \
                           choose another --results DIR";
            Err(Error::File { path, problem: problem.to_owned() })
        }
        Err(TryLockError::Error(error)) => {
            tracing::warn!("{}: cannot be locked ({error})", path.display());
            Ok(None)
        }
    }
}

/// Deletes the results that this program writes, and nothing else that may lie in the folder.
pub(super) fn clear(folder: &Path) -> Result<(), Error> {
    let tables = [files::RUNS, files::CURVES, files::LAYERS, files::HISTORY, files::CERTIFICATES];
    for name in tables.into_iter().chain([
        files::CORRUPTIONS,
        files::STABILITY,
        files::CONFIG,
        files::CALIBRATION,
        files::PLAN,
        files::BEAT,
        files::SUMMARY,
        files::VERDICTS,
        files::POTENTIALS,
        files::COSTS,
        files::REPORT_TEXT,
        files::REPORT_PAGE,
    ]) {
        accept_missing(&folder.join(name), |path| fs::remove_file(path))?;
    }
    for name in
        [files::PLOTS, files::CHECKPOINTS, files::SIDES, files::WORKERS, files::CLAIMS, files::DONE]
    {
        accept_missing(&folder.join(name), |path| fs::remove_dir_all(path))?;
    }
    Ok(())
}

/// Deletes what a process that was killed has left behind and nobody reads: files that are half written, and
/// what finished runs had reached on their way.
pub(super) fn sweep(folder: &Path, is_finished: impl Fn(&str) -> bool) -> Result<(), Error> {
    for folder in [folder.to_owned(), folder.join(files::CHECKPOINTS)] {
        let Ok(entries) = fs::read_dir(&folder) else { continue };
        for entry in entries.flatten() {
            let name = entry.file_name().to_string_lossy().into_owned();
            if name.ends_with(PART) || files::run_under_way(&name).is_some_and(&is_finished) {
                accept_missing(&entry.path(), |path| fs::remove_file(path))?;
            }
        }
    }
    Ok(())
}

fn accept_missing(path: &Path, remove: fn(&Path) -> std::io::Result<()>) -> Result<(), Error> {
    match remove(path) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(Error::file(path, &error)),
        _ => Ok(()),
    }
}
