//! Adapters that Vulkan finds: discrete cards first, then integrated and virtual ones, software last.

use std::sync::Mutex;

use burn::tensor::wgpu::{WgpuBackend, WgpuInitError};
use burn::tensor::{Device, DeviceKind, DeviceType};

use super::backend::Found;
use super::guard::guarded;

/// Those that are open, with their names: burn opens a device once in a process.
static OPEN: Mutex<Vec<(Device, String)>> = Mutex::new(Vec::new());

pub(super) fn devices() -> Vec<Found> {
    let devices = guarded(|| Device::enumerate(DeviceType::Vulkan).into_iter().collect::<Vec<_>>());
    let software = Device::vulkan(DeviceKind::Cpu);
    let found = |device: Device| Found { is_software: device == software, device, open };
    devices.unwrap_or_default().into_iter().map(found).collect()
}

fn open(device: &Device) -> Result<String, String> {
    let mut all = OPEN.lock().map_err(|error| error.to_string())?;
    if let Some((_, name)) = all.iter().find(|(known, _)| known == device) {
        return Ok(name.clone());
    }
    let name = guarded(|| start(device))??;
    all.push((device.clone(), name.clone()));
    Ok(name)
}

fn start(device: &Device) -> Result<String, String> {
    let Some(kind) = kind(device) else {
        // An adapter of no kind that has a name: it is started by asking who it is.
        return Ok(device.identity().map(|identity| identity.name).unwrap_or_default());
    };
    let options = Device::wgpu_options().device_kind(kind).graphics_api(WgpuBackend::Vulkan);
    let (_, setup) = options.init_with_setup().map_err(|error: WgpuInitError| error.to_string())?;
    let info = setup.adapter.get_info();
    let parts = [info.name, info.driver, info.driver_info];
    let parts = parts.into_iter().map(|part| part.trim().to_owned());
    Ok(parts.filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", "))
}

/// burn tells a device's kind only by comparing it.
fn kind(device: &Device) -> Option<DeviceKind> {
    /// More adapters of one kind than any machine has.
    const MOST: usize = 64;
    let numbered = [DeviceKind::DiscreteGpu, DeviceKind::IntegratedGpu, DeviceKind::VirtualGpu];
    let numbered = numbered.into_iter().flat_map(|kind| (0..MOST).map(kind));
    numbered.chain([DeviceKind::Cpu]).find(|kind| Device::vulkan(kind.clone()) == *device)
}
