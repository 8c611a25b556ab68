use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use models::tensors::Element;
use models::zoo;
use models::{Architecture, LayerSpec, ModelError, NormSpec, NormValues};
use safetensors::tensor::TensorView;
use safetensors::{Dtype, SafeTensors};

use super::header::{Header, KEY};
use super::{Names, of_norm};
use crate::pattern::{MalformedRows, Pattern};

/// What stands in a file, checked.
pub(crate) struct Contents {
    pub(crate) architecture: Architecture,
    pub(crate) layers: Vec<LayerContents>,
    pub(crate) norms: Vec<NormValues>,
}

/// A layer's stored weights and its biases, where it has any.
pub(crate) struct LayerContents {
    pub(crate) pattern: Pattern,
    pub(crate) values: Vec<f32>,
    pub(crate) bias: Option<Vec<f32>>,
}

/// Reads a file of a network of the zoo.
pub(crate) fn read(path: &Path) -> Result<Contents, ModelError> {
    let bytes = fs::read(path).map_err(|error| ModelError::io(path, &error))?;
    let file = File::open(path, &bytes)?;
    let (length, count) = (bytes.len(), file.tensors.len());
    let request = Header::request(&file.header, length, count);
    let request = request.map_err(|problem| file_error(path, problem))?;
    let described = zoo::architecture(&request)
        .map_err(|error| file_error(path, format!("metadata \"{KEY}\": {error}")))?;
    file.contents(&described)
}

/// Reads a file of a network of this description, or a narrower one of it.
pub(crate) fn read_as(described: &Architecture, path: &Path) -> Result<Contents, ModelError> {
    let bytes = fs::read(path).map_err(|error| ModelError::io(path, &error))?;
    let file = File::open(path, &bytes)?;
    let request = Header::request(&file.header, bytes.len(), file.tensors.len());
    let request = request.map_err(|problem| file_error(path, problem))?;
    let (name, input) = (described.name(), described.input_shape());
    if request.name != name || request.input != input {
        let problem = format!(
            "holds the network \"{}\" for images of {:?}; expected \"{name}\" for images of {input:?}",
            request.name, request.input
        );
        return Err(file_error(path, problem));
    }
    file.contents(described)
}

/// A file's header and tensors.
struct File<'a> {
    path: &'a Path,
    header: String,
    tensors: BTreeMap<String, TensorView<'a>>,
}

impl<'a> File<'a> {
    fn open(path: &'a Path, bytes: &'a [u8]) -> Result<Self, ModelError> {
        let broken = |error| file_error(path, format!("not a whole safetensors file ({error})"));
        let (_, metadata) = SafeTensors::read_metadata(bytes).map_err(broken)?;
        let header = metadata.metadata().as_ref().and_then(|entries| entries.get(KEY));
        let header = header.cloned().ok_or_else(|| {
            let problem = format!(
                "no file of compressed rows: it lacks the metadata \"{KEY}\"; `experiments export \
                 --format csr-safetensors` makes one"
            );
            file_error(path, problem)
        })?;
        let file = SafeTensors::deserialize(bytes).map_err(broken)?;
        let tensors = file.tensors().into_iter().collect();
        Ok(Self { path, header, tensors })
    }

    /// All of it, for a network of this description, with the widths that the file tells.
    fn contents(&self, described: &Architecture) -> Result<Contents, ModelError> {
        let shapes = self.shapes(described)?;
        let narrowed = described.narrowed_to(|name| shapes.get(name).map(Vec::as_slice));
        let architecture = narrowed.map_err(|error| match error {
            ModelError::Layer { layer, problem, .. } => {
                self.rejection(&format!("{layer}.shape"), problem)
            }
            error => error,
        })?;
        self.check_size(&architecture)?;
        self.check_names(&architecture)?;
        let layers = architecture.layers().iter().map(|layer| self.layer(layer));
        let layers = layers.collect::<Result<Vec<_>, _>>()?;
        let norms = architecture.norms().iter().map(|norm| self.norm(norm));
        let norms = norms.collect::<Result<Vec<_>, _>>()?;
        Ok(Contents { architecture, layers, norms })
    }

    /// The shapes of dense weights and of biases, by their names; those that are there.
    fn shapes(&self, described: &Architecture) -> Result<BTreeMap<String, Vec<usize>>, ModelError> {
        let mut shapes = BTreeMap::new();
        for layer in described.layers() {
            let Names { shape, bias, .. } = Names::of(&layer.name);
            if self.tensors.contains_key(&shape) {
                let lengths: Vec<u32> = self.take(&shape, layer.torch_shape().len())?;
                let lengths = lengths.into_iter().map(|length| length as usize).collect();
                shapes.insert(format!("{}.weight", layer.name), lengths);
            }
            if let Some(tensor) = self.tensors.get(&bias) {
                shapes.insert(bias, tensor.shape().to_vec());
            }
        }
        Ok(shapes)
    }

    /// Places in memory are counted in 32 bits.
    fn check_size(&self, architecture: &Architecture) -> Result<(), ModelError> {
        // As much room around maps as any padding may need.
        let sides = architecture.layers().iter().flat_map(|layer| layer.kernel);
        let margin = 2 * sides.max().unwrap_or(0);
        let is_too_large = |[channels, height, width]: [usize; 3]| {
            let lengths = [channels, height + margin, width + margin];
            let places = lengths.iter().try_fold(1, |product: usize, &x| product.checked_mul(x));
            places.is_none_or(|places| places > u32::MAX as usize)
        };
        let nodes = architecture.nodes().iter();
        match nodes.map(|node| node.shape).find(|&shape| is_too_large(shape)) {
            None => Ok(()),
            Some(shape) => {
                let problem = format!(
                    "a value of the network \"{}\" has the shape {shape:?}; expected fewer than 2³² numbers",
                    architecture.name()
                );
                Err(file_error(self.path, problem))
            }
        }
    }

    fn check_names(&self, architecture: &Architecture) -> Result<(), ModelError> {
        let layers = architecture.layers().iter().flat_map(|layer| {
            let Names { values, columns, starts, shape, bias } = Names::of(&layer.name);
            let bias = layer.bias.then_some(bias);
            [values, columns, starts, shape].into_iter().chain(bias)
        });
        let norms = architecture.norms().iter().flat_map(|norm| {
            NormValues::NAMES.into_iter().map(|tensor| of_norm(&norm.name, tensor))
        });
        let expected: BTreeSet<String> = layers.chain(norms).collect();
        let missing = expected.iter().filter(|name| !self.tensors.contains_key(*name));
        let missing: Vec<_> = missing.map(String::as_str).collect();
        let unknown = self.tensors.keys().filter(|name| !expected.contains(*name));
        let unknown: Vec<_> = unknown.map(String::as_str).collect();
        if missing.is_empty() && unknown.is_empty() {
            return Ok(());
        }
        let list =
            |names: &[&str]| if names.is_empty() { "none".to_owned() } else { names.join(", ") };
        Err(ModelError::Names {
            file: self.path.to_owned(),
            network: architecture.name().to_owned(),
            problem: format!("missing: {}; not known: {}", list(&missing), list(&unknown)),
        })
    }

    fn layer(&self, layer: &LayerSpec) -> Result<LayerContents, ModelError> {
        let names = Names::of(&layer.name);
        let shape: Vec<u32> = self.take(&names.shape, layer.torch_shape().len())?;
        if !shape.iter().map(|&length| length as usize).eq(layer.torch_shape()) {
            let problem = format!("{shape:?}; expected {:?}", layer.torch_shape());
            return Err(self.rejection(&names.shape, problem));
        }
        let starts: Vec<u32> = self.take(&names.starts, layer.units + 1)?;
        let columns = self.columns(&names.columns)?;
        let stored = columns.len();
        let pattern = Pattern::from_rows(layer.fan_in(), starts, columns);
        let pattern = pattern.map_err(|error| match error {
            MalformedRows::Starts(problem) => self.rejection(&names.starts, problem),
            MalformedRows::Columns(problem) => self.rejection(&names.columns, problem),
        })?;
        let values = self.finite(&names.values, stored)?;
        let bias = layer.bias.then(|| self.finite(&names.bias, layer.units)).transpose()?;
        Ok(LayerContents { pattern, values, bias })
    }

    fn norm(&self, norm: &NormSpec) -> Result<NormValues, ModelError> {
        let values = NormValues::try_from_named(|tensor| {
            self.finite(&of_norm(&norm.name, tensor), norm.channels)
        })?;
        match values.variance.iter().position(|&value| value < 0.0) {
            Some(index) => {
                let problem = format!(
                    "value {} at index {index}; expected variances, which are at least 0",
                    values.variance[index]
                );
                Err(self.rejection(&of_norm(&norm.name, NormValues::VARIANCE), problem))
            }
            None => Ok(values),
        }
    }

    /// The columns, of either type.
    fn columns(&self, name: &str) -> Result<Vec<u32>, ModelError> {
        let length = self.tensors[name].shape().iter().product();
        match self.tensors[name].dtype() {
            Dtype::U16 => {
                let columns: Vec<u16> = self.take(name, length)?;
                Ok(columns.into_iter().map(u32::from).collect())
            }
            Dtype::U32 => self.take(name, length),
            other => Err(self.rejection(name, format!("type {other:?}; expected U16 or U32"))),
        }
    }

    fn finite(&self, name: &str, length: usize) -> Result<Vec<f32>, ModelError> {
        let values: Vec<f32> = self.take(name, length)?;
        match values.iter().position(|value| !value.is_finite()) {
            Some(index) => {
                let value = values[index];
                let problem = format!("value {value} at index {index}; expected finite numbers");
                Err(self.rejection(name, problem))
            }
            None => Ok(values),
        }
    }

    /// The values of a tensor that is there, which must be of this type and so many.
    fn take<T: Element>(&self, name: &str, length: usize) -> Result<Vec<T>, ModelError> {
        let tensor = &self.tensors[name];
        if tensor.dtype() != T::DTYPE {
            let problem = format!("type {:?}; expected {:?}", tensor.dtype(), T::DTYPE);
            return Err(self.rejection(name, problem));
        }
        if tensor.shape() != [length] {
            let problem = format!("shape {:?}; expected [{length}]", tensor.shape());
            return Err(self.rejection(name, problem));
        }
        Ok(T::from_bytes(tensor.data()))
    }

    fn rejection(&self, tensor: &str, problem: String) -> ModelError {
        ModelError::Tensor { file: self.path.to_owned(), tensor: tensor.to_owned(), problem }
    }
}

fn file_error(path: &Path, problem: String) -> ModelError {
    ModelError::File { file: path.to_owned(), problem }
}
