//! Backends by name, among those that are compiled in.

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
    open: Option<fn() -> Device>,
}

impl Backend {
    /// Whether it is compiled in.
    pub fn is_available(&self) -> bool {
        self.open.is_some()
    }
}

/// Backends that compute on the host's processor.
pub const ON_CPU: &[&str] = &["flex", "ndarray"];

/// Every backend.
pub const BACKENDS: &[Backend] = &[
    Backend { name: "flex", summary: "CPU, burn-flex", feature: "", open: Some(Device::flex) },
    Backend { name: "ndarray", summary: "CPU, burn-ndarray", feature: "ndarray", open: ndarray() },
    Backend { name: "wgpu", summary: "GPU over Vulkan", feature: "wgpu", open: wgpu() },
    Backend { name: "cuda", summary: "NVIDIA GPU", feature: "cuda", open: cuda() },
];

/// The backend of this name, opened.
///
/// # Errors
/// When no backend has the name, or it is not compiled in; the message says how to get it.
pub fn open(name: &str) -> Result<Device, Error> {
    let names = || BACKENDS.iter().map(|backend| backend.name).collect::<Vec<_>>().join(", ");
    let backend = BACKENDS.iter().find(|backend| backend.name == name).ok_or_else(|| {
        Error::Backend(format!("unknown backend \"{name}\"; expected one of: {}", names()))
    })?;
    let open = backend.open.ok_or_else(|| {
        Error::Backend(format!(
            "backend \"{name}\" is not compiled in; build with `--features {}` or use backend = \"flex\"",
            backend.feature
        ))
    })?;
    Ok(open())
}

#[cfg_attr(
    feature = "ndarray",
    expect(
        deprecated,
        reason = "a second CPU backend to compare with, for as long as burn has it"
    )
)]
const fn ndarray() -> Option<fn() -> Device> {
    #[cfg(feature = "ndarray")]
    return Some(Device::ndarray);
    #[cfg(not(feature = "ndarray"))]
    None
}

const fn wgpu() -> Option<fn() -> Device> {
    #[cfg(feature = "wgpu")]
    return Some(|| Device::vulkan(burn::tensor::DeviceKind::DefaultDevice));
    #[cfg(not(feature = "wgpu"))]
    None
}

const fn cuda() -> Option<fn() -> Device> {
    #[cfg(feature = "cuda")]
    return Some(|| Device::cuda(0usize));
    #[cfg(not(feature = "cuda"))]
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_backend_that_is_not_there_says_how_to_get_it() {
        assert!(open("flex").is_ok());
        let message = open("flux").unwrap_err().to_string();
        assert!(message.contains("flex, ndarray, wgpu, cuda"), "{message}");
        if !cfg!(feature = "cuda") {
            assert!(open("cuda").unwrap_err().to_string().contains("--features cuda"));
        }
    }
}
