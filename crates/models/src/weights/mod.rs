//! Files of weights, by whoever wrote them.

mod names;
mod stored;
mod torch;

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Read;
use std::path::Path;

use safetensors::SafeTensors;

use crate::error::ModelError;
use crate::tensors::file_error;
pub(crate) use names::{Expected, Found};
pub(crate) use stored::Stored;

/// The tensors of a file in the safetensors format, or of one that `torch.save` wrote (see
/// [`torch`]); which of them it is its first bytes tell.
///
/// # Errors
/// When the file cannot be read, is neither, or is cut short.
pub(crate) fn read(path: &Path) -> Result<BTreeMap<String, Stored>, ModelError> {
    let mut start = Vec::new();
    let file = File::open(path).and_then(|file| file.take(512).read_to_end(&mut start));
    file.map_err(|error| file_error(path, error))?;
    if torch::is_written_by_torch(&start) {
        return torch::read(path);
    }
    let bytes = std::fs::read(path).map_err(|error| file_error(path, error))?;
    let file = SafeTensors::deserialize(&bytes).map_err(|error| {
        let problem = format!("not a whole safetensors file, nor one of torch.save ({error})");
        file_error(path, problem)
    })?;
    Ok(file.iter().map(|(name, view)| (name.to_owned(), Stored::held(&view))).collect())
}
