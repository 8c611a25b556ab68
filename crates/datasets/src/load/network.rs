//! Downloading with burn-dataset's downloader, confined.
//!
//! The downloader has no limit of time, does not look at the status of an answer, and panics on any
//! error. So a host is probed first, a download runs in a thread of its own that is waited for only
//! so long, and its panic becomes an error without a trace on the terminal.

use std::{
    any::Any,
    panic,
    sync::{
        Once,
        mpsc::{self, RecvTimeoutError},
    },
    thread,
    time::Duration,
};

use burn_dataset::network::downloader::download_file_as_bytes;
use url::Url;

use super::probe::probe;
use crate::DatasetError;

/// How long to wait for the network.
#[derive(Clone, Copy, Debug)]
pub(super) struct Limits {
    /// For a name to be resolved and a connection to be made.
    pub(super) connect: Duration,
    /// For one file to arrive.
    pub(super) transfer: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(4),
            // The largest file has 10 MB: a line of 40 kB/s still makes it.
            transfer: Duration::from_secs(300),
        }
    }
}

/// A folder on a host that answers.
pub(super) struct Network {
    base: Url,
    limits: Limits,
}

impl Network {
    /// The folder at `address`, if a connection to its host can be made.
    pub(super) fn reach(address: &str, limits: Limits) -> Result<Self, DatasetError> {
        let base = parse(address)?;
        probe(&base, limits.connect).map_err(|reason| failed(&base, reason))?;
        Ok(Self { base, limits })
    }

    /// Address and content of a file in the folder. Shows a progress bar.
    pub(super) fn get(&self, file: &str) -> Result<(String, Vec<u8>), DatasetError> {
        let url = self.base.join(file).map_err(|error| not_an_address(file, error))?;
        let bytes = download(&url, self.limits.transfer).map_err(|reason| failed(&url, reason))?;
        Ok((url.into(), bytes))
    }
}

/// The address of a folder: `http://host/folder/`.
fn parse(address: &str) -> Result<Url, DatasetError> {
    // Without the slash a file would take the folder's place instead of being put into it.
    let folder = format!("{}/", address.trim_end_matches('/'));
    let url = Url::parse(&folder).map_err(|error| not_an_address(address, error))?;
    match url.scheme() {
        "http" | "https" => Ok(url),
        scheme => Err(not_an_address(address, format!("its scheme is `{scheme}`"))),
    }
}

fn not_an_address(address: &str, reason: impl ToString) -> DatasetError {
    DatasetError::Url { url: address.to_owned(), reason: reason.to_string() }
}

fn failed(url: &Url, reason: String) -> DatasetError {
    DatasetError::Download { url: url.to_string(), reason }
}

const THREAD: &str = "dataset-download";

fn download(url: &Url, limit: Duration) -> Result<Vec<u8>, String> {
    silence_panics();
    let (sender, receiver) = mpsc::channel();
    let url = url.to_string();
    let work = move || {
        let file = url.rsplit('/').next().unwrap_or_default();
        // Nobody listens any more if the limit has passed; the bytes are then of no use.
        let _ = sender.send(download_file_as_bytes(&url, file));
    };
    let spawned = thread::Builder::new().name(THREAD.to_owned()).spawn(work);
    let thread = spawned.map_err(|error| error.to_string())?;
    match receiver.recv_timeout(limit) {
        Ok(bytes) => Ok(bytes),
        // The thread is left to itself: there is no way to stop it.
        Err(RecvTimeoutError::Timeout) => Err(format!("not finished within {limit:?}")),
        Err(RecvTimeoutError::Disconnected) => Err(match thread.join() {
            Ok(()) => "the download ended without a result".to_owned(),
            Err(payload) => explain(payload.as_ref()),
        }),
    }
}

/// Keeps panics of the download's thread off the terminal; all others are reported as before.
fn silence_panics() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let report = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            if thread::current().name() != Some(THREAD) {
                report(info);
            }
        }));
    });
}

/// The downloader's panic in one line.
fn explain(payload: &(dyn Any + Send)) -> String {
    let text = match (payload.downcast_ref::<String>(), payload.downcast_ref::<&str>()) {
        (Some(text), _) => text.as_str(),
        (None, Some(text)) => text,
        (None, None) => "unknown error",
    };
    if text.contains("`None`") {
        return "the server does not tell the length of the file".to_owned();
    }
    let error = text.rsplit_once("`Err` value: ").map_or(text, |(_, error)| error);
    error.lines().next().unwrap_or_default().chars().take(300).collect()
}

#[cfg(test)]
#[path = "network_tests.rs"]
mod tests;
