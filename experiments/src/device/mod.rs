//! Backends by name, among those that are compiled in, and their devices.

mod cpu;
#[cfg(feature = "cuda")]
mod cuda;
mod guard;
#[cfg(feature = "wgpu")]
mod vulkan;

use burn::tensor::Device;

use crate::error::Error;

/// A backend that this program knows of.
#[derive(Debug)]
pub struct Backend {
    /// Its name in configuration files.
    pub name: &'static str,
    /// What it is, in a line.
    pub summary: &'static str,
    /// The cargo feature that compiles it in.
    pub feature: &'static str,
    /// Whether its devices are graphics cards, which all runs share.
    pub is_gpu: bool,
    devices: Option<fn() -> Vec<Found>>,
}

/// A device that answers; nothing is computed on it yet.
#[derive(Debug)]
struct Found {
    device: Device,
    /// Whether a program on the processor stands in for a graphics card.
    is_software: bool,
    /// Opens the device and tells the adapter and its driver, or why it cannot be opened.
    open: fn(&Device) -> Result<String, String>,
}

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

/// Every backend.
pub const BACKENDS: &[Backend] = &[
    Backend {
        name: "flex",
        summary: "CPU, burn-flex",
        feature: "",
        is_gpu: false,
        devices: Some(cpu::flex),
    },
    Backend {
        name: "ndarray",
        summary: "CPU, burn-ndarray",
        feature: "ndarray",
        is_gpu: false,
        #[cfg(feature = "ndarray")]
        devices: Some(cpu::ndarray),
        #[cfg(not(feature = "ndarray"))]
        devices: None,
    },
    Backend {
        name: "wgpu",
        summary: "GPU over Vulkan",
        feature: "wgpu",
        is_gpu: true,
        #[cfg(feature = "wgpu")]
        devices: Some(vulkan::devices),
        #[cfg(not(feature = "wgpu"))]
        devices: None,
    },
    Backend {
        name: "cuda",
        summary: "NVIDIA GPU",
        feature: "cuda",
        is_gpu: true,
        #[cfg(feature = "cuda")]
        devices: Some(cuda::devices),
        #[cfg(not(feature = "cuda"))]
        devices: None,
    },
];

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

/// The backend of this name.
fn entry(name: &str) -> Result<&'static Backend, Error> {
    let names = || BACKENDS.iter().map(|backend| backend.name).collect::<Vec<_>>().join(", ");
    BACKENDS.iter().find(|backend| backend.name == name).ok_or_else(|| {
        Error::Backend(format!("unknown backend \"{name}\"; expected one of: {}, {AUTO}", names()))
    })
}

/// Why a backend gives no device.
#[derive(Debug, thiserror::Error)]
enum Lack {
    #[error("not compiled in (cargo feature {0})")]
    Feature(&'static str),
    #[error("no device answers")]
    Devices,
    #[error("no device {index} among {count}")]
    Index { index: usize, count: usize },
}

impl Backend {
    /// Whether it is compiled in.
    pub fn is_available(&self) -> bool {
        self.devices.is_some()
    }

    /// How many devices answer; none where it is not compiled in.
    pub fn count(&self) -> usize {
        self.devices.map_or(0, |devices| devices().len())
    }

    fn find(&self, index: Option<usize>) -> Result<Found, Lack> {
        let mut devices = self.devices.ok_or(Lack::Feature(self.feature))?();
        let (count, index) = (devices.len(), index.unwrap_or(0));
        match count {
            0 => Err(Lack::Devices),
            _ if index >= count => Err(Lack::Index { index, count }),
            _ => Ok(devices.swap_remove(index)),
        }
    }

    fn start(&'static self, found: &Found) -> Result<Opened, String> {
        let adapter = (found.open)(&found.device)?;
        let device = found.device.clone();
        Ok(Opened { device, backend: self, adapter, reason: String::new() })
    }

    fn open(&'static self, index: Option<usize>) -> Result<Opened, Error> {
        let found = self.find(index).map_err(|lack| Error::Backend(self.explain(&lack)))?;
        self.start(&found).map_err(|problem| {
            let name = self.name;
            Error::Backend(format!("backend \"{name}\": the device cannot be opened: {problem}"))
        })
    }

    fn explain(&self, lack: &Lack) -> String {
        let Self { name, feature, .. } = self;
        match lack {
            Lack::Feature(_) => format!(
                "backend \"{name}\" is not compiled in; use `cargo run -p experiments --features {feature} -- …`, \
                 or backend = \"flex\""
            ),
            Lack::Devices => {
                let remedy = match *name {
                    "cuda" => "install NVIDIA's driver (nvidia-smi should list the card)",
                    _ => {
                        "install the card's Vulkan driver and the loader (of Debian: mesa-vulkan-drivers and \
                         libvulkan1)"
                    }
                };
                format!(
                    "backend \"{name}\": no device answers; {remedy}, or use backend = \"flex\""
                )
            }
            Lack::Index { index, count } => {
                let known = match count {
                    1 => "there is only device 0".to_owned(),
                    count => format!("there are devices 0 to {}", count - 1),
                };
                format!("backend \"{name}\": no device {index}; {known}")
            }
        }
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
