//! Backends that compute on the processor: one device each.

use burn::tensor::Device;

use super::backend::Found;

pub(super) fn flex() -> Vec<Found> {
    vec![processor(Device::flex())]
}

#[cfg(feature = "ndarray")]
#[expect(deprecated, reason = "a second CPU backend to compare with, for as long as burn has it")]
pub(super) fn ndarray() -> Vec<Found> {
    vec![processor(Device::ndarray())]
}

fn processor(device: Device) -> Found {
    let open = Box::new(move || Ok((device.clone(), String::new())));
    Found { is_software: false, open }
}
