//! What an optimiser remembers of the weights.
//!
//! burn keeps it to itself, but gives it as the bytes of a burnpack.

use std::collections::{BTreeMap, HashMap};

use burn::module::list_param_ids;
use burn::optim::ModuleOptimizer;
use burn_pack::{Bytes, DType, Reader, Tensor, Writer};
use models::Network;

use super::masking::MaskedLayer;
use crate::invariants::Violation;

/// Velocities and moments of pruned weights are exactly zero.
pub(super) fn are_zero(
    optimiser: &ModuleOptimizer,
    layers: &[MaskedLayer],
) -> Result<(), Violation> {
    let tensors = read(optimiser).into_tensors().expect(WHOLE);
    for layer in layers {
        for tensor in tensors.iter().filter(|tensor| layer.owns(tensor)) {
            are_zero_in(tensor, layer)?;
        }
    }
    Ok(())
}

fn are_zero_in(tensor: &Tensor, layer: &MaskedLayer) -> Result<(), Violation> {
    let bytes = tensor.to_bytes().expect(WHOLE);
    let bits = || bytes.chunks_exact(4).map(|b| u32::from_le_bytes([b[0], b[1], b[2], b[3]]));
    // All bits but the sign, and no branch: this is done at every look.
    let seen = bits()
        .zip(&layer.pruned)
        .fold(0, |seen, (bits, &pruned)| seen | (bits & u32::from(pruned).wrapping_neg()));
    if seen << 1 == 0 {
        return Ok(());
    }
    let pruned = bits().zip(&layer.pruned).filter(|(_, pruned)| **pruned);
    let moving = pruned.map(|(bits, _)| f32::from_bits(bits)).filter(|value| *value != 0.0);
    let moving: Vec<f32> = moving.collect();
    let (count, example) = (moving.len(), moving[0]);
    // Names start with the parameter's id, which says nothing to anybody.
    let field = tensor.name.split_once('.').map_or("", |(_, field)| field);
    let problem = format!("{field} of {count} pruned weights is not zero, such as {example}");
    Err(Violation::of_layer("moments-are-zero", &layer.name, problem))
}

/// The optimiser with velocities and moments of pruned weights at zero and all others as they were.
pub(super) fn zeroed(optimiser: ModuleOptimizer, layers: &[MaskedLayer]) -> ModuleOptimizer {
    let reader = read(&optimiser);
    let (scalars, metadata) = (reader.scalars().clone(), reader.metadata().clone());
    let tensors = reader.into_tensors().expect(WHOLE).into_iter();
    let tensors = tensors.map(|tensor| match layers.iter().find(|layer| layer.owns(&tensor)) {
        Some(layer) => zeroed_in(tensor, layer),
        None => tensor,
    });
    let writer = Writer::new(tensors.collect());
    let writer =
        scalars.iter().fold(writer, |writer, (key, value)| writer.with_scalar(key, *value));
    let writer =
        metadata.iter().fold(writer, |writer, (key, value)| writer.with_metadata(key, value));
    optimiser.from_bytes(writer.into_bytes().expect(WHOLE)).expect(WHOLE)
}

/// What the optimiser remembers, as bytes that know a parameter by its place in the network and not by its id,
/// which another network does not share.
pub(super) fn portable(optimiser: &ModuleOptimizer, network: &Network) -> Vec<u8> {
    let ids = list_param_ids(network);
    let places = ids.iter().enumerate().map(|(place, id)| (id.val(), place as u64)).collect();
    renamed(read(optimiser), &places).expect(WHOLE)
}

/// The optimiser with what such bytes remember of this network.
///
/// # Errors
/// When the bytes are no such thing.
pub(super) fn of_portable(
    optimiser: ModuleOptimizer,
    bytes: &[u8],
    network: &Network,
) -> Result<ModuleOptimizer, String> {
    let reader = Reader::from_bytes(Bytes::from_bytes_vec(bytes.to_vec()));
    let reader = reader.map_err(|error| error.to_string())?;
    let ids = list_param_ids(network);
    let ids = ids.iter().enumerate().map(|(place, id)| (place as u64, id.val())).collect();
    let bytes = Bytes::from_bytes_vec(renamed(reader, &ids)?);
    optimiser.from_bytes(bytes).map_err(|error| error.to_string())
}

/// The same with other names for parameters. Every name is a parameter's, alone or with a field after a dot.
fn renamed(reader: Reader, names: &HashMap<u64, u64>) -> Result<Vec<u8>, String> {
    let name = |old: &str| -> Result<String, String> {
        let (own, field) = old.split_at(old.find('.').unwrap_or(old.len()));
        let new = own.parse().ok().and_then(|own: u64| names.get(&own));
        new.map(|new| format!("{new}{field}")).ok_or_else(|| format!("{old}: of no parameter"))
    };
    let scalars: BTreeMap<String, _> = reader.scalars().clone();
    let metadata: BTreeMap<String, String> = reader.metadata().clone();
    let tensors = reader.into_tensors().map_err(|error| error.to_string())?;
    let tensors = tensors.into_iter().map(|tensor| {
        let parts = tensor.into_parts().map_err(|error| error.to_string())?;
        let (old, dtype, shape, id, bytes) = parts;
        let id = id.and_then(|id| names.get(&id).copied());
        Ok(Tensor::new(name(&old)?, dtype, shape, id, bytes))
    });
    let mut writer = Writer::new(tensors.collect::<Result<_, String>>()?);
    for (key, value) in &scalars {
        writer = writer.with_scalar(&name(key)?, *value);
    }
    for (key, value) in &metadata {
        writer = writer.with_metadata(&name(key)?, value);
    }
    Ok(writer.into_bytes().map_err(|error| error.to_string())?.to_vec())
}

fn zeroed_in(tensor: Tensor, layer: &MaskedLayer) -> Tensor {
    let (name, dtype, shape, id, bytes) = tensor.into_parts().expect(WHOLE);
    let mut bytes = bytes.to_vec();
    for (value, pruned) in bytes.chunks_exact_mut(4).zip(&layer.pruned) {
        if *pruned {
            value.fill(0);
        }
    }
    Tensor::new(name, dtype, shape, id, Bytes::from_bytes_vec(bytes))
}

const WHOLE: &str = "a burnpack that was written to memory just before";

pub(super) fn read(optimiser: &ModuleOptimizer) -> Reader {
    let bytes = optimiser.into_bytes().expect("states of parameters can be written to memory");
    Reader::from_bytes(bytes).expect(WHOLE)
}

impl MaskedLayer {
    /// Whether the tensor is about the layer's weights.
    fn owns(&self, tensor: &Tensor) -> bool {
        let is_mine = tensor.param_id == Some(self.id.val());
        assert!(
            !is_mine
                || tensor.dtype == DType::F32 && tensor.shape.num_elements() == self.pruned.len(),
            "{}: {:?} {:?}; expected one f32 for each of {} weights",
            tensor.name,
            tensor.dtype,
            tensor.shape,
            self.pruned.len()
        );
        is_mine
    }
}
