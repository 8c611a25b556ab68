//! What an optimiser remembers of the weights.
//!
//! burn keeps it to itself, but gives it as the bytes of a burnpack.

use burn::optim::ModuleOptimizer;
use burn_pack::{Bytes, DType, Reader, Tensor, Writer};

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
