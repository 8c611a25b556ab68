use burn::tensor::Device;

#[cfg(feature = "cuda")]
use super::cuda;
use super::lack::Lack;
#[cfg(feature = "wgpu-lean")]
use super::vulkan;
use super::{AUTO, Opened, cpu};
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
pub(super) struct Found {
    /// Whether a program on the processor stands in for a graphics card.
    pub(super) is_software: bool,
    /// Opens the device and tells the adapter and its driver, or why it cannot be opened.
    pub(super) open: Box<dyn Fn() -> Result<(Device, String), String>>,
}

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
        #[cfg(feature = "wgpu-lean")]
        devices: Some(vulkan::devices),
        #[cfg(not(feature = "wgpu-lean"))]
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

/// The backend of this name.
pub(super) fn entry(name: &str) -> Result<&'static Backend, Error> {
    let names = || BACKENDS.iter().map(|backend| backend.name).collect::<Vec<_>>().join(", ");
    BACKENDS.iter().find(|backend| backend.name == name).ok_or_else(|| {
        Error::Backend(format!("unknown backend \"{name}\"; expected one of: {}, {AUTO}", names()))
    })
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

    pub(super) fn find(&self, index: Option<usize>) -> Result<Found, Lack> {
        let mut devices = self.devices.ok_or(Lack::Feature(self.feature))?();
        let (count, index) = (devices.len(), index.unwrap_or(0));
        match count {
            0 => Err(Lack::Devices),
            _ if index >= count => Err(Lack::Index { index, count }),
            _ => Ok(devices.swap_remove(index)),
        }
    }

    pub(super) fn start(&'static self, found: &Found) -> Result<Opened, String> {
        let (device, adapter) = (found.open)()?;
        Ok(Opened { device, backend: self, adapter, reason: String::new() })
    }

    pub(super) fn open(&'static self, index: Option<usize>) -> Result<Opened, Error> {
        let found = self.find(index).map_err(|lack| Error::Backend(lack.explain(self.name)))?;
        self.start(&found).map_err(|problem| {
            let name = self.name;
            Error::Backend(format!("backend \"{name}\": the device cannot be opened: {problem}"))
        })
    }
}
