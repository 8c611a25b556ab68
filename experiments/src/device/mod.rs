//! Backends by name, among those that are compiled in, and their devices.

mod backend;
mod cpu;
#[cfg(feature = "cuda")]
mod cuda;
#[cfg(any(feature = "wgpu-lean", feature = "cuda", test))]
mod guard;
#[cfg(feature = "tuned")]
mod kept;
mod lack;
#[cfg(feature = "wgpu-lean")]
mod vulkan;

use burn::tensor::Device;

use crate::error::Error;
use backend::entry;
pub use backend::{BACKENDS, Backend};

/// What the user asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// Name of a backend, or [`AUTO`].
    pub backend: String,
    /// Number of the device, from 0 on; `None` for the first.
    pub index: Option<usize>,
}

/// A device that is ready to compute.
#[derive(Debug, Clone)]
pub struct Opened {
    /// What tensors are put on.
    pub device: Device,
    /// The backend.
    pub backend: &'static Backend,
    /// Graphics adapter and driver, as they name themselves; empty for a CPU backend.
    pub adapter: String,
    /// Why [`AUTO`] took this backend and none before it; empty for a backend that was named.
    pub reason: String,
}

/// The name that stands for the best backend that is compiled in and answers.
pub const AUTO: &str = "auto";

/// The order in which [`AUTO`] tries them.
const BEST_FIRST: [&str; 3] = ["cuda", "wgpu", "flex"];

impl Choice {
    /// A backend's first device.
    pub fn named(backend: &str) -> Self {
        Self { backend: backend.to_owned(), index: None }
    }

    /// Opens the device. Nothing takes the place of a backend that was named.
    ///
    /// # Errors
    /// When no backend has the name, it is not compiled in, none of its devices answers, or not so many;
    /// for [`AUTO`] when that is so of all. The message says what to do.
    pub fn open(&self) -> Result<Opened, Error> {
        match self.backend == AUTO {
            true => self.open_best(),
            false => entry(&self.backend)?.open(self.index),
        }
    }

    fn open_best(&self) -> Result<Opened, Error> {
        let mut reasons = Vec::new();
        for name in BEST_FIRST {
            let backend = entry(name)?;
            // A processor is better served by the backend that is written for it.
            let found = match backend.find(self.index) {
                Ok(found) if found.is_software => Err("a software adapter alone".to_owned()),
                Ok(found) => backend.start(&found),
                Err(problem) => Err(problem.to_string()),
            };
            match found {
                Ok(opened) => return Ok(Opened { reason: reasons.join("; "), ..opened }),
                Err(problem) => reasons.push(format!("{name}: {problem}")),
            }
        }
        Err(Error::Backend(format!("backend \"{AUTO}\": {}", reasons.join("; "))))
    }
}

impl Opened {
    /// Backend, adapter and reason in a few words.
    pub fn describe(&self) -> String {
        let mut text = self.backend.name.to_owned();
        if !self.adapter.is_empty() {
            text.push_str(&format!(" ({})", self.adapter));
        }
        if !self.reason.is_empty() {
            text.push_str(&format!(", chosen since {}", self.reason));
        }
        text
    }
}

#[cfg(test)]
mod tests;
