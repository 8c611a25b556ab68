//! Adapters that Vulkan finds: discrete cards first, then integrated and virtual ones, software last.

use std::sync::{Mutex, OnceLock};

use burn::tensor::wgpu::wgpu::{self, DeviceType};
use burn::tensor::wgpu::{WgpuBackend, WgpuInitError};
use burn::tensor::{Device, DeviceKind};

use super::backend::Found;
use super::guard::guarded;

/// What kinds of adapters there are, best first, and how burn numbers those of a kind. It has one name for
/// all that are made of software.
const KINDS: [(DeviceType, fn(usize) -> DeviceKind); 4] = [
    (DeviceType::DiscreteGpu, DeviceKind::DiscreteGpu),
    (DeviceType::IntegratedGpu, DeviceKind::IntegratedGpu),
    (DeviceType::VirtualGpu, DeviceKind::VirtualGpu),
    (DeviceType::Cpu, |_| DeviceKind::Cpu),
];

/// Those that are open, with their names: burn opens a device once in a process.
static OPEN: Mutex<Vec<(DeviceKind, Device, String)>> = Mutex::new(Vec::new());

/// Of all adapters: asked for once, since drivers are loaded for it.
static TYPES: OnceLock<Vec<DeviceType>> = OnceLock::new();

pub(super) fn devices() -> Vec<Found> {
    let types = TYPES.get_or_init(|| guarded(types).unwrap_or_default());
    let kinds = KINDS.iter().flat_map(|&(wanted, kind)| {
        let count = types.iter().filter(|&&found| found == wanted).count();
        let count = if wanted == DeviceType::Cpu { count.min(1) } else { count };
        (0..count).map(kind)
    });
    let found = |kind: DeviceKind| Found {
        is_software: kind == DeviceKind::Cpu,
        open: Box::new(move || open(&kind)),
    };
    kinds.map(found).collect()
}

/// Of each adapter of Vulkan's, in the order in which burn numbers them.
fn types() -> Vec<DeviceType> {
    let backends = wgpu::Backends::VULKAN;
    let descriptor = wgpu::InstanceDescriptor::new_without_display_handle();
    let instance = wgpu::Instance::new(wgpu::InstanceDescriptor { backends, ..descriptor });
    let adapters = pollster::block_on(instance.enumerate_adapters(backends));
    adapters.iter().map(|adapter| adapter.get_info().device_type).collect()
}

fn open(kind: &DeviceKind) -> Result<(Device, String), String> {
    let mut all = OPEN.lock().map_err(|error| error.to_string())?;
    if let Some((_, device, name)) = all.iter().find(|(known, ..)| known == kind) {
        return Ok((device.clone(), name.clone()));
    }
    let (device, name) = guarded(|| start(kind))??;
    all.push((kind.clone(), device.clone(), name.clone()));
    Ok((device, name))
}

fn start(kind: &DeviceKind) -> Result<(Device, String), String> {
    #[cfg(feature = "tuned")]
    super::kept::keep_kernels();
    let options = Device::wgpu_options().device_kind(kind.clone());
    let options = options.graphics_api(WgpuBackend::Vulkan);
    let (device, setup) =
        options.init_with_setup().map_err(|error: WgpuInitError| error.to_string())?;
    let info = setup.adapter.get_info();
    let parts = [info.name, info.driver, info.driver_info];
    let parts = parts.into_iter().map(|part| part.trim().to_owned());
    let name: Vec<_> = parts.filter(|part| !part.is_empty()).collect();
    Ok((device, name.join(", ")))
}
