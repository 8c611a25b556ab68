use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use burn::tensor::Device;

use crate::architecture::Architecture;
use crate::error::ModelError;
use crate::network::Network;
use crate::tensors::{self, HostTensor};

impl Network {
    /// Writes the weights as safetensors in PyTorch's layout and names: `fc1.weight`
    /// `[units, channels]` or `[units, channels, height, width]`, `fc1.bias` `[units]`.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn save(&self, path: &Path) -> Result<(), ModelError> {
        let mut file = BTreeMap::new();
        for (index, layer) in self.architecture().layers().iter().enumerate() {
            let weight =
                HostTensor { shape: layer.torch_shape(), values: self.weight_values(index) };
            file.insert(format!("{}.weight", layer.name), weight);
            if let Some(values) = self.bias_values(index) {
                file.insert(
                    format!("{}.bias", layer.name),
                    HostTensor { shape: vec![layer.units], values },
                );
            }
        }
        tensors::write(path, &file)
    }

    /// Reads weights that [`save`](Self::save) or PyTorch wrote.
    ///
    /// # Errors
    /// When the file cannot be read; when tensors are missing or unknown; when a tensor's shape is
    /// not the layer's, or it holds a value that is not finite.
    pub fn load(
        architecture: Architecture,
        path: &Path,
        device: &Device,
    ) -> Result<Self, ModelError> {
        let mut file = tensors::read(path)?;
        check_names(&architecture, &file, path)?;
        let mut values = Vec::new();
        for layer in architecture.layers() {
            let weight =
                take(&mut file, &format!("{}.weight", layer.name), &layer.torch_shape(), path)?;
            let bias = match layer.bias {
                true => take(&mut file, &format!("{}.bias", layer.name), &[layer.units], path)?,
                false => Vec::new(),
            };
            values.push((weight, bias));
        }
        let mut values = values.into_iter();
        Ok(Self::from_values(Arc::new(architecture), device, |_| {
            values.next().expect("one pair a layer")
        }))
    }
}

fn check_names(
    architecture: &Architecture,
    file: &BTreeMap<String, HostTensor>,
    path: &Path,
) -> Result<(), ModelError> {
    let expected: Vec<String> = architecture
        .layers()
        .iter()
        .flat_map(|layer| {
            let bias = layer.bias.then(|| format!("{}.bias", layer.name));
            std::iter::once(format!("{}.weight", layer.name)).chain(bias)
        })
        .collect();
    let missing: Vec<_> =
        expected.iter().filter(|name| !file.contains_key(*name)).cloned().collect();
    let unknown: Vec<_> = file.keys().filter(|name| !expected.contains(name)).cloned().collect();
    if missing.is_empty() && unknown.is_empty() {
        return Ok(());
    }
    let list =
        |names: Vec<String>| if names.is_empty() { "none".to_owned() } else { names.join(", ") };
    let problem = format!("missing: {}; not known: {}", list(missing), list(unknown));
    Err(ModelError::Names {
        file: path.to_owned(),
        network: architecture.name().to_owned(),
        problem,
    })
}

/// The tensor's values, after a look at its shape and for values that are not finite.
fn take(
    file: &mut BTreeMap<String, HostTensor>,
    name: &str,
    shape: &[usize],
    path: &Path,
) -> Result<Vec<f32>, ModelError> {
    let tensor = file.remove(name).expect("names were checked before");
    let reject = |problem| {
        Err(ModelError::Tensor { file: path.to_owned(), tensor: name.to_owned(), problem })
    };
    if tensor.shape != shape {
        return reject(format!("shape {:?}; expected {shape:?}", tensor.shape));
    }
    match tensor.values.iter().position(|value| !value.is_finite()) {
        Some(index) => reject(format!(
            "value {} at index {index}; expected finite numbers",
            tensor.values[index]
        )),
        None => Ok(tensor.values),
    }
}
