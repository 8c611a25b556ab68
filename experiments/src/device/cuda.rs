//! NVIDIA's cards, as CUDA numbers them.

use burn::tensor::{Device, DeviceType};

use super::backend::Found;
use super::guard::guarded;
use super::kept::keep_kernels;

pub(super) fn devices() -> Vec<Found> {
    keep_kernels();
    let devices = guarded(|| Device::enumerate(DeviceType::Cuda).into_iter().collect::<Vec<_>>());
    let found = |device| Found { is_software: false, open: Box::new(move || open(&device)) };
    devices.unwrap_or_default().into_iter().map(found).collect()
}

/// The runtime is started by asking who the device is.
fn open(device: &Device) -> Result<(Device, String), String> {
    let name = guarded(|| device.identity().map(|identity| identity.name).unwrap_or_default())?;
    Ok((device.clone(), name))
}
