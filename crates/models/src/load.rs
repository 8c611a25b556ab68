use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use burn::tensor::Device;

use crate::architecture::Architecture;
use crate::channels::Misfit;
use crate::error::ModelError;
use crate::layer::LayerSpec;
use crate::network::Network;
use crate::norm::{NormSpec, NormValues};
use crate::tensors::{self, COUNTER, HostTensor};

impl Network {
    /// Reads weights that [`save`](Self::save) or PyTorch wrote. The running statistics of norms
    /// come from the file and are shared with no other network; a norm's `num_batches_tracked` is
    /// ignored.
    ///
    /// # Errors
    /// When the file cannot be read; when tensors are missing or unknown; when a tensor's shape is
    /// not the layer's, it holds a value that is not finite, or a variance below 0.
    pub fn load(
        architecture: Architecture,
        path: &Path,
        device: &Device,
    ) -> Result<Self, ModelError> {
        let file = File::read(path)?;
        file.check_names(&architecture)?;
        file.into_network(architecture, device)
    }

    /// As [`load`](Self::load), from tensors that were read already, as [`tensors`](Self::tensors) gives
    /// them; `origin` is the file that errors name.
    ///
    /// # Errors
    /// When tensors are missing or unknown, or one is not what the network needs.
    pub fn from_tensors(
        architecture: Architecture,
        tensors: BTreeMap<String, HostTensor>,
        origin: &Path,
        device: &Device,
    ) -> Result<Self, ModelError> {
        let file = File { path: origin, tensors, counters: Vec::new(), reason: "" };
        file.check_names(&architecture)?;
        file.into_network(architecture, device)
    }

    /// As [`load`](Self::load), for a file whose layers may be narrower than those of the description,
    /// as [`shrink`](Self::shrink) leaves them: the weights' shapes tell the widths, and a layer whose
    /// bias is in the file has one. The same graph and the same classes in any case.
    ///
    /// # Errors
    /// As [`load`](Self::load), and when the widths do not fit together.
    pub fn load_narrowed(
        architecture: &Architecture,
        path: &Path,
        device: &Device,
    ) -> Result<Self, ModelError> {
        let mut file = File::read(path)?;
        file.check_names(&architecture.with_biases(|name| file.tensors.contains_key(name)))?;
        let shape = |name: &str| file.tensors.get(name).map(|tensor| tensor.shape.as_slice());
        let narrowed = architecture.narrowed(shape);
        let narrowed =
            narrowed.map_err(|Misfit { tensor, problem }| file.rejection(&tensor, problem))?;
        if narrowed != *architecture {
            file.reason = ", by the narrower weights in the file";
        }
        file.into_network(narrowed, device)
    }
}

/// The tensors of a file that have not been taken yet.
struct File<'a> {
    path: &'a Path,
    tensors: BTreeMap<String, HostTensor>,
    counters: Vec<String>,
    /// Why a shape is expected, where it is not the description's.
    reason: &'static str,
}

impl<'a> File<'a> {
    fn read(path: &'a Path) -> Result<Self, ModelError> {
        let (tensors, counters) = tensors::read_with_counters(path)?;
        Ok(Self { path, tensors, counters, reason: "" })
    }

    fn into_network(
        mut self,
        architecture: Architecture,
        device: &Device,
    ) -> Result<Network, ModelError> {
        let file = &mut self;
        let layers = architecture.layers().iter().map(|layer| file.layer(layer));
        let layers = layers.collect::<Result<Vec<_>, _>>()?;
        let norms = architecture.norms().iter().map(|norm| file.norm(norm));
        let norms = norms.collect::<Result<Vec<_>, _>>()?;
        Ok(Network::from_values(&Arc::new(architecture), layers, norms, device))
    }

    fn check_names(&self, architecture: &Architecture) -> Result<(), ModelError> {
        let expected = expected_names(architecture);
        let missing = expected.iter().filter(|name| !self.tensors.contains_key(*name));
        let missing: Vec<_> = missing.map(String::as_str).collect();
        let stray_counters = self.counters.iter().filter(|counter| {
            let norm = counter.strip_suffix(COUNTER);
            architecture.norms().iter().all(|other| Some(other.name.as_str()) != norm)
        });
        let unknown = self.tensors.keys().filter(|name| !expected.contains(name));
        let unknown: Vec<_> = unknown.chain(stray_counters).map(String::as_str).collect();
        if missing.is_empty() && unknown.is_empty() {
            return Ok(());
        }
        let list =
            |names: &[&str]| if names.is_empty() { "none".to_owned() } else { names.join(", ") };
        let problem = format!("missing: {}; not known: {}", list(&missing), list(&unknown));
        let network = architecture.name().to_owned();
        Err(ModelError::Names { file: self.path.to_owned(), network, problem })
    }

    /// Weights and biases.
    fn layer(&mut self, layer: &LayerSpec) -> Result<(Vec<f32>, Vec<f32>), ModelError> {
        let weight = self.take(&format!("{}.weight", layer.name), &layer.torch_shape())?;
        let bias = match layer.bias {
            true => self.take(&format!("{}.bias", layer.name), &[layer.units])?,
            false => Vec::new(),
        };
        Ok((weight, bias))
    }

    fn norm(&mut self, norm: &NormSpec) -> Result<NormValues, ModelError> {
        let values = NormValues::try_from_named(|tensor| {
            self.take(&format!("{}.{tensor}", norm.name), &[norm.channels])
        })?;
        match values.variance.iter().position(|&value| value < 0.0) {
            Some(index) => {
                let problem = format!(
                    "value {} at index {index}; expected variances, which are at least 0",
                    values.variance[index]
                );
                Err(self.rejection(&format!("{}.{}", norm.name, NormValues::VARIANCE), problem))
            }
            None => Ok(values),
        }
    }

    /// The tensor's values, after a look at its shape and for values that are not finite.
    fn take(&mut self, name: &str, shape: &[usize]) -> Result<Vec<f32>, ModelError> {
        let tensor = self.tensors.remove(name).expect("names were checked before");
        if tensor.shape != shape {
            let problem = format!("shape {:?}; expected {shape:?}{}", tensor.shape, self.reason);
            return Err(self.rejection(name, problem));
        }
        match tensor.values.iter().position(|value| !value.is_finite()) {
            Some(index) => {
                let value = tensor.values[index];
                let problem = format!("value {value} at index {index}; expected finite numbers");
                Err(self.rejection(name, problem))
            }
            None => Ok(tensor.values),
        }
    }

    fn rejection(&self, tensor: &str, problem: String) -> ModelError {
        ModelError::Tensor { file: self.path.to_owned(), tensor: tensor.to_owned(), problem }
    }
}

fn expected_names(architecture: &Architecture) -> Vec<String> {
    let layers = architecture.layers().iter().flat_map(|layer| {
        let bias = layer.bias.then(|| format!("{}.bias", layer.name));
        std::iter::once(format!("{}.weight", layer.name)).chain(bias)
    });
    let norms = architecture.norms().iter().flat_map(|norm| {
        NormValues::NAMES.into_iter().map(|tensor| format!("{}.{tensor}", norm.name))
    });
    layers.chain(norms).collect()
}
