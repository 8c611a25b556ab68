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
use crate::tensors::HostTensor;
use crate::weights::{self, Expected, Found, Stored};

impl Network {
    /// Reads weights that [`save`](Self::save) or PyTorch wrote: a safetensors file, or one of
    /// `torch.save` (`.pt`, `.pth`) with a `state_dict`, a checkpoint that has one, or a module; nothing in
    /// it is executed. Numbers of 16 and 64 bits become such of 32 bits. The running statistics of norms
    /// come from the file and are shared with no other network; a norm's `num_batches_tracked` is
    /// ignored.
    ///
    /// Tensors have the names that [`tensors`](Self::tensors) gives them, which are those of torchvision
    /// and, but for the wrappers around networks, of the SiPP authors' code. Two things are found as well:
    ///
    /// - All of them behind one prefix, whatever it is: `module.` of `DataParallel`, `state_dict.` of a
    ///   checkpoint, `net.torchnet.` of the authors' checkpoints. What the file has beside it, such as an
    ///   optimiser's state, is left aside.
    /// - Other names for the same: `linear` for `fc`, `shortcut` for `downsample`;
    ///   `block1.layer.0` for `layer1.0` and `convShortcut` for `downsample.0` of wide residual networks;
    ///   `layers.linear0` for `fc1` and so on, of fully connected ones.
    ///
    /// # Errors
    /// When the file cannot be read; when tensors are missing or unknown, or all there under more than one
    /// prefix; when a tensor's shape is not the layer's, it holds no numbers, a value that is not finite, or
    /// a variance below 0.
    pub fn load(
        architecture: Architecture,
        path: &Path,
        device: &Device,
    ) -> Result<Self, ModelError> {
        let file = File::read(path, &architecture)?;
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
        let tensors = tensors.into_iter().map(|(name, tensor)| (name, Stored::of(&tensor)));
        let file = File { path: origin, tensors: tensors.collect(), reason: "" };
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
        let mut file = File::read(path, architecture)?;
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
    tensors: BTreeMap<String, Stored>,
    /// Why a shape is expected, where it is not the description's.
    reason: &'static str,
}

impl<'a> File<'a> {
    fn read(path: &'a Path, architecture: &Architecture) -> Result<Self, ModelError> {
        let required = expected_names(architecture);
        let all = expected_names(&architecture.with_biases(|_| true));
        let optional = all.into_iter().filter(|name| !required.contains(name)).collect();
        let norms = architecture.norms().iter().map(|norm| norm.name.clone()).collect();
        let expected = Expected { required, optional, norms };
        let Found { tensors, ambiguous } = expected.find(weights::read(path)?);
        let file = Self { path, tensors, reason: "" };
        if ambiguous.is_empty() {
            return Ok(file);
        }
        let places = ambiguous.join("\", \"");
        let problem = format!(
            "they are there more than once, under \"{places}\"; save the one that is meant by itself"
        );
        Err(file.names(architecture, problem))
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
        let unknown = self.tensors.keys().filter(|name| !expected.contains(name));
        let unknown: Vec<_> = unknown.map(String::as_str).collect();
        if missing.is_empty() && unknown.is_empty() {
            return Ok(());
        }
        let list =
            |names: &[&str]| if names.is_empty() { "none".to_owned() } else { names.join(", ") };
        let problem = format!("missing: {}; not known: {}", list(&missing), list(&unknown));
        Err(self.names(architecture, problem))
    }

    fn names(&self, architecture: &Architecture, problem: String) -> ModelError {
        let network = architecture.name().to_owned();
        ModelError::Names { file: self.path.to_owned(), network, problem }
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
        let values = tensor.values().map_err(|problem| self.rejection(name, problem))?;
        match values.iter().position(|value| !value.is_finite()) {
            Some(index) => {
                let value = values[index];
                let problem = format!("value {value} at index {index}; expected finite numbers");
                Err(self.rejection(name, problem))
            }
            None => Ok(values),
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
