//! What `torch.save` writes: an archive (zip; tar in its first years) or a stream of pickles, with a dictionary of
//! tensors somewhere inside: a `state_dict`, a checkpoint that has one under a key, or a whole module.
//!
//! Nothing in the file is executed. Dictionaries in each other become names with dots between, so that a
//! checkpoint's weights are `state_dict.conv1.weight`.

use std::collections::BTreeMap;
use std::path::Path;

use pytorch_reader::PytorchReader;

use super::Stored;
use crate::error::ModelError;
use crate::tensors::file_error;

/// Whether a file that begins like this is for PyTorch's reader.
pub(super) fn is_written_by_torch(start: &[u8]) -> bool {
    let is_zip = start.starts_with(b"PK");
    let is_tar = start.get(257..262) == Some(b"ustar");
    // A safetensors file begins with the length of its header, which may be any byte, and the header.
    let is_pickle = start.first() == Some(&0x80) && start.get(8) != Some(&b'{');
    is_zip || is_tar || is_pickle
}

/// The tensors of the file, by the path through its dictionaries.
pub(super) fn read(path: &Path) -> Result<BTreeMap<String, Stored>, ModelError> {
    let reader = PytorchReader::new(path).map_err(|error| {
        let problem = format!("not a whole file of torch.save that can be read ({error})");
        file_error(path, problem)
    })?;
    let tensors = reader.into_tensors().into_iter();
    Ok(tensors.map(|(name, tensor)| (name, Stored::of_torch(tensor))).collect())
}
