//! Messages: to the terminal beside the progress bars, and to a file beside the results.

use std::fs::File;
use std::io::{self, IsTerminal, Write};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, OnceLock, PoisonError};

use indicatif::{MultiProgress, ProgressDrawTarget};
use tracing::level_filters::LevelFilter;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::prelude::*;

use crate::error::Error;

/// The bars of this process; hidden when the terminal is none, or is asked to be quiet.
pub(crate) fn bars() -> &'static MultiProgress {
    static BARS: OnceLock<MultiProgress> = OnceLock::new();
    BARS.get_or_init(MultiProgress::new)
}

/// The log file, once there is a results folder.
static FILE: Mutex<Option<File>> = Mutex::new(None);

/// Sets up messages: warnings alone when quiet, details when verbose.
pub(crate) fn start(verbose: bool, quiet: bool) {
    let level = match (quiet, verbose) {
        (true, _) => LevelFilter::WARN,
        (false, true) => LevelFilter::DEBUG,
        (false, false) => LevelFilter::INFO,
    };
    if quiet {
        bars().set_draw_target(ProgressDrawTarget::hidden());
    }
    let ours = |level: LevelFilter| {
        ["experiments", "datasets", "models", "pruning"]
            .into_iter()
            .fold(Targets::new(), |targets, name| targets.with_target(name, level))
    };
    let terminal = tracing_subscriber::fmt::layer()
        .without_time()
        .with_target(false)
        .with_ansi(io::stderr().is_terminal())
        .with_writer(|| AboveBars(Vec::new()))
        .with_filter(ours(level));
    let file = tracing_subscriber::fmt::layer()
        .with_ansi(false)
        .with_target(false)
        .with_writer(LogFile)
        .with_filter(ours(LevelFilter::DEBUG));
    // A second call, as tests in one process make, changes nothing.
    let _ = tracing_subscriber::registry().with(terminal).with(file).try_init();
}

/// Whether somebody else has the terminal.
static IS_TAKEN: AtomicBool = AtomicBool::new(false);

/// Keeps messages and bars off the terminal, or lets messages back.
#[cfg_attr(not(feature = "tui"), expect(dead_code, reason = "nobody takes the terminal"))]
pub(crate) fn to_file_alone(alone: bool) {
    IS_TAKEN.store(alone, Ordering::Relaxed);
    if alone {
        bars().set_draw_target(ProgressDrawTarget::hidden());
    }
}

/// From now on messages also go to this file, at its end.
///
/// # Errors
/// When the file cannot be written.
pub(crate) fn also_to(path: &Path) -> Result<(), Error> {
    let file = File::options().append(true).create(true).open(path);
    *FILE.lock().unwrap_or_else(PoisonError::into_inner) =
        Some(file.map_err(|error| Error::file(path, &error))?);
    Ok(())
}

/// Collects one message and prints it with the bars out of the way.
struct AboveBars(Vec<u8>);

impl Write for AboveBars {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.extend(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Drop for AboveBars {
    fn drop(&mut self) {
        if IS_TAKEN.load(Ordering::Relaxed) {
            return;
        }
        // Nobody can be told that the terminal is gone.
        let _ = bars().suspend(|| io::stderr().write_all(&self.0));
    }
}

#[derive(Clone, Copy)]
struct LogFile;

impl<'a> MakeWriter<'a> for LogFile {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        *self
    }
}

impl Write for LogFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        // A log that cannot be written must not end an experiment whose results can.
        if let Some(file) = FILE.lock().unwrap_or_else(PoisonError::into_inner).as_mut() {
            let _ = file.write_all(bytes);
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
