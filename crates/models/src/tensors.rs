//! Files of named tensors in the safetensors format.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::Write;
use std::path::Path;

use safetensors::tensor::TensorView;
use safetensors::{Dtype, SafeTensorError, SafeTensors};

use crate::error::ModelError;

/// A tensor on the host: its shape and its values, row-major.
#[derive(Debug, Clone, PartialEq)]
pub struct HostTensor<T = f32> {
    /// Length of each dimension.
    pub shape: Vec<usize>,
    /// The values; as many as the product of the shape.
    pub values: Vec<T>,
}

/// What a tensor in a file can be made of: f32 for weights, u8 for masks, i64 for labels, u16 and u32 for
/// where the weights of compressed rows stand.
pub trait Element: Copy {
    /// Its name in the format.
    const DTYPE: Dtype;
    /// Its little-endian bytes, appended.
    fn append_to(self, bytes: &mut Vec<u8>);
    /// Values from little-endian bytes.
    fn from_bytes(bytes: &[u8]) -> Vec<Self>;
}

macro_rules! elements {
    ($($number:ty: $dtype:ident),*) => {$(
        impl Element for $number {
            const DTYPE: Dtype = Dtype::$dtype;

            fn append_to(self, bytes: &mut Vec<u8>) {
                bytes.extend(self.to_le_bytes());
            }

            fn from_bytes(bytes: &[u8]) -> Vec<Self> {
                let (chunks, _) = bytes.as_chunks();
                chunks.iter().map(|&chunk| Self::from_le_bytes(chunk)).collect()
            }
        }
    )*};
}

elements!(f32: F32, i64: I64, u8: U8, u16: U16, u32: U32);

/// Names of PyTorch's counters of seen batches end so. They are whole numbers in a file of any
/// type, and nothing here needs them.
const COUNTER: &str = ".num_batches_tracked";

/// Reads every tensor of a safetensors file; each must be of the same type. PyTorch's counters of
/// seen batches (`*.num_batches_tracked`) are left out.
///
/// # Errors
/// When the file cannot be read, is no safetensors file or cut short, or holds another type.
pub fn read<T: Element>(path: &Path) -> Result<BTreeMap<String, HostTensor<T>>, ModelError> {
    let bytes = fs::read(path).map_err(|error| ModelError::io(path, &error))?;
    let file = SafeTensors::deserialize(&bytes)
        .map_err(|error| file_error(path, format!("not a whole safetensors file ({error})")))?;
    let tensors = file.iter().filter(|(name, _)| !name.ends_with(COUNTER));
    tensors.map(|(name, view)| Ok((name.to_owned(), host(path, name, &view)?))).collect()
}

/// Reads the tensor of this name, whatever else the file holds; `None` where there is none.
///
/// # Errors
/// When the file cannot be read, is no safetensors file or cut short, or the tensor is of another
/// type.
pub fn read_one<T: Element>(path: &Path, name: &str) -> Result<Option<HostTensor<T>>, ModelError> {
    let bytes = fs::read(path).map_err(|error| ModelError::io(path, &error))?;
    let file = SafeTensors::deserialize(&bytes)
        .map_err(|error| file_error(path, format!("not a whole safetensors file ({error})")))?;
    file.tensor(name).ok().map(|view| host(path, name, &view)).transpose()
}

/// Writes tensors to a safetensors file: to a temporary file beside it first, so that a file of
/// this name is always whole; afterwards it is on the disk.
///
/// # Errors
/// When the file cannot be written.
pub fn write<T: Element>(
    path: &Path,
    tensors: &BTreeMap<String, HostTensor<T>>,
) -> Result<(), ModelError> {
    let bytes = serialised(tensors).map_err(|error| file_error(path, error))?;
    write_bytes(path, &bytes)
}

/// Writes the bytes of a file, to a temporary file beside it first.
///
/// # Errors
/// When the file cannot be written.
pub fn write_bytes(path: &Path, bytes: &[u8]) -> Result<(), ModelError> {
    let temporary = path.with_extension("safetensors.part");
    let mut file = File::create(&temporary).map_err(|error| file_error(&temporary, error))?;
    file.write_all(bytes)
        .and_then(|()| file.sync_all())
        .map_err(|error| file_error(&temporary, error))?;
    fs::rename(&temporary, path)
        .and_then(|()| sync_folder_of(path))
        .map_err(|error| file_error(path, error))
}

/// The names in the folder of this file are on the disk.
fn sync_folder_of(path: &Path) -> std::io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    // Elsewhere a folder is no file.
    if cfg!(unix) { File::open(folder.unwrap_or(Path::new(".")))?.sync_all() } else { Ok(()) }
}

fn host<T: Element>(
    path: &Path,
    name: &str,
    view: &TensorView<'_>,
) -> Result<HostTensor<T>, ModelError> {
    if view.dtype() != T::DTYPE {
        return Err(ModelError::Tensor {
            file: path.to_owned(),
            tensor: name.to_owned(),
            problem: format!(
                "type {:?}; expected {:?}: convert it before saving",
                view.dtype(),
                T::DTYPE
            ),
        });
    }
    Ok(HostTensor { shape: view.shape().to_vec(), values: T::from_bytes(view.data()) })
}

/// The bytes of a file with these tensors.
pub(crate) fn serialised<T: Element>(
    tensors: &BTreeMap<String, HostTensor<T>>,
) -> Result<Vec<u8>, SafeTensorError> {
    let bytes: Vec<(&String, &HostTensor<T>, Vec<u8>)> =
        tensors.iter().map(|(name, tensor)| (name, tensor, bytes(&tensor.values))).collect();
    let views = bytes.iter().map(|(name, tensor, bytes)| {
        let view = TensorView::new(T::DTYPE, tensor.shape.clone(), bytes);
        view.map(|view| (name.as_str(), view))
    });
    safetensors::serialize(views.collect::<Result<Vec<_>, _>>()?, None)
}

/// Little-endian bytes of some values, as they stand in a file.
pub fn bytes<T: Element>(values: &[T]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(size_of_val(values));
    values.iter().for_each(|value| value.append_to(&mut bytes));
    bytes
}

pub(crate) fn file_error(path: &Path, problem: impl ToString) -> ModelError {
    ModelError::File { file: path.to_owned(), problem: problem.to_string() }
}
