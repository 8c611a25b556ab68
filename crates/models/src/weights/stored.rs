use half::{bf16, f16};
use pytorch_reader::{DType, Tensor};
use safetensors::Dtype;
use safetensors::tensor::TensorView;

use crate::tensors::HostTensor;

/// A tensor in a file whose values were not looked at yet.
#[derive(Debug)]
pub(crate) struct Stored {
    /// Length of each dimension.
    pub(crate) shape: Vec<usize>,
    kind: Kind,
    bytes: Bytes,
}

/// What a value is.
#[derive(Debug)]
enum Kind {
    F64,
    F32,
    F16,
    BF16,
    /// No number with a fraction, by its name in the format.
    Other(String),
}

#[derive(Debug)]
enum Bytes {
    /// In memory, little-endian.
    Held(Vec<u8>),
    /// In the file, where an optimiser's state may be many times as large as the weights.
    OfTorch(Tensor),
}

impl Stored {
    /// One that was read already.
    pub(crate) fn of(tensor: &HostTensor) -> Self {
        let bytes = tensor.values.iter().flat_map(|value| value.to_le_bytes()).collect();
        Self { shape: tensor.shape.clone(), kind: Kind::F32, bytes: Bytes::Held(bytes) }
    }

    pub(super) fn held(view: &TensorView<'_>) -> Self {
        let kind = match view.dtype() {
            Dtype::F64 => Kind::F64,
            Dtype::F32 => Kind::F32,
            Dtype::F16 => Kind::F16,
            Dtype::BF16 => Kind::BF16,
            other => Kind::Other(format!("{other:?}")),
        };
        Self { shape: view.shape().to_vec(), kind, bytes: Bytes::Held(view.data().to_vec()) }
    }

    pub(super) fn of_torch(tensor: Tensor) -> Self {
        let kind = match tensor.dtype() {
            DType::F64 => Kind::F64,
            DType::F32 => Kind::F32,
            DType::F16 => Kind::F16,
            DType::BF16 => Kind::BF16,
            other => Kind::Other(format!("{other:?}")),
        };
        Self { shape: tensor.shape().to_vec(), kind, bytes: Bytes::OfTorch(tensor) }
    }

    /// The values, row-major: halves are exact in 32 bits, doubles are rounded.
    ///
    /// # Errors
    /// When they are whole numbers or the like, or cannot be read.
    pub(crate) fn values(self) -> Result<Vec<f32>, String> {
        if let Kind::Other(name) = self.kind {
            return Err(format!("type {name}; expected F32 (or F64, F16, BF16)"));
        }
        let bytes = match self.bytes {
            Bytes::Held(bytes) => bytes,
            Bytes::OfTorch(tensor) => little_endian(&tensor).map_err(|error| error.to_string())?,
        };
        Ok(match self.kind {
            Kind::F64 => each(&bytes, |bytes| f64::from_le_bytes(bytes) as f32),
            Kind::F16 => each(&bytes, |bytes| f16::from_le_bytes(bytes).to_f32()),
            Kind::BF16 => each(&bytes, |bytes| bf16::from_le_bytes(bytes).to_f32()),
            Kind::F32 | Kind::Other(_) => each(&bytes, f32::from_le_bytes),
        })
    }
}

fn each<const N: usize>(bytes: &[u8], value: impl Fn([u8; N]) -> f32) -> Vec<f32> {
    let (chunks, _) = bytes.as_chunks::<N>();
    chunks.iter().map(|&chunk| value(chunk)).collect()
}

/// The reader gives bytes in the machine's order.
fn little_endian(tensor: &Tensor) -> std::io::Result<Vec<u8>> {
    let mut bytes = tensor.read()?;
    if cfg!(target_endian = "big") {
        bytes.chunks_exact_mut(tensor.dtype().size()).for_each(<[u8]>::reverse);
    }
    Ok(bytes)
}
