use std::collections::BTreeMap;
use std::path::Path;

use crate::error::ModelError;
use crate::network::Network;
use crate::norm::NormValues;
use crate::tensors::{self, HostTensor};

impl Network {
    /// Everything the network holds, on the host, in PyTorch's layout and names: `fc1.weight`
    /// `[units, channels]` or `[units, channels, height, width]`, `fc1.bias` `[units]`; for norms
    /// `bn1.weight`, `bn1.bias`, `bn1.running_mean` and `bn1.running_var`, each `[channels]`.
    pub fn tensors(&self) -> BTreeMap<String, HostTensor> {
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
        for (spec, norm) in self.architecture().norms().iter().zip(self.norms()) {
            for (tensor, values) in NormValues::of(norm).named() {
                let shape = vec![spec.channels];
                file.insert(format!("{}.{tensor}", spec.name), HostTensor { shape, values });
            }
        }
        file
    }

    /// Writes the [`tensors`](Self::tensors) to a safetensors file.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn save(&self, path: &Path) -> Result<(), ModelError> {
        tensors::write(path, &self.tensors())
    }

    /// What [`save`](Self::save) writes.
    pub fn serialised(&self) -> Vec<u8> {
        tensors::serialised(&self.tensors()).expect("shapes are those of the values")
    }
}
