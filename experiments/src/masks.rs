//! Masks on disk: for the controls that train another run's masks, and for users.

use std::collections::BTreeMap;
use std::path::Path;

use models::Architecture;
use models::tensors::{self, HostTensor};
use pruning::Mask;

use crate::error::Error;

/// Writes `<layer>.mask`, u8 in the weight's PyTorch shape, 1 where the weight stays.
pub(crate) fn save(path: &Path, mask: &Mask, architecture: &Architecture) -> Result<(), Error> {
    let layers = mask.layers().iter().zip(architecture.layers());
    let tensors: BTreeMap<String, HostTensor<u8>> = layers
        .map(|(mask, layer)| {
            let values = mask.keep.iter().map(|&keep| u8::from(keep)).collect();
            (format!("{}.mask", layer.name), HostTensor { shape: layer.torch_shape(), values })
        })
        .collect();
    Ok(tensors::write(path, &tensors)?)
}

/// Reads what [`save`] wrote.
pub(crate) fn load(path: &Path, architecture: &Architecture) -> Result<Mask, Error> {
    let mut tensors = tensors::read::<u8>(path)?;
    let layers = architecture.layers().iter().map(|layer| {
        let tensor = tensors.remove(&format!("{}.mask", layer.name));
        let tensor = tensor.filter(|tensor| tensor.shape == layer.torch_shape());
        tensor.map(|tensor| tensor.values.into_iter().map(|keep| keep != 0).collect()).ok_or_else(
            || {
                let problem = format!(
                    "holds no mask of layer \"{}\"; delete it and start anew with --fresh",
                    layer.name
                );
                Error::File { path: path.to_owned(), problem }
            },
        )
    });
    let layers: Vec<Vec<bool>> = layers.collect::<Result<_, _>>()?;
    Ok(Mask::new(architecture, layers))
}

#[cfg(test)]
mod tests {
    use models::zoo;

    use super::*;

    #[test]
    fn masks_survive_the_file() {
        let architecture = zoo::architecture(&zoo::Request::named("lenet-5")).unwrap();
        let keep = architecture.layers().iter().map(|layer| {
            // Without a pattern that a transposition would keep.
            (0..layer.weights()).map(|k| k * k % 7 < 3).collect()
        });
        let mask = Mask::new(&architecture, keep.collect());
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("m.safetensors");
        assert!(load(&path, &architecture).is_err());
        save(&path, &mask, &architecture).unwrap();
        assert_eq!(load(&path, &architecture).unwrap(), mask);
        let other = zoo::architecture(&zoo::Request::named("lenet-300-100")).unwrap();
        assert!(load(&path, &other).unwrap_err().to_string().contains("fc1"));
    }
}
