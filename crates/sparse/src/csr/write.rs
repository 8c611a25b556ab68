use std::collections::{BTreeMap, HashMap};
use std::path::Path;

use models::tensors::{self, Element};
use models::zoo::{self, Request};
use models::{Architecture, LayerSpec, ModelError, Network};
use safetensors::Dtype;
use safetensors::tensor::TensorView;

use super::header::{Header, KEY};
use super::{Names, SHORT, of_norm};
use crate::pattern::Pattern;

/// Writes the weights of a network that are not zero, and everything else that it holds. `request` is what
/// [`zoo::architecture`] was asked for, or would be for a network that `shrink` made narrower.
///
/// # Errors
/// When the request describes another network, or the file cannot be written.
pub fn save(network: &Network, request: &Request, path: &Path) -> Result<(), ModelError> {
    tensors::write_bytes(path, &serialised(network, request)?)
}

/// The bytes that [`save`] writes; the same ones each time.
///
/// # Errors
/// When the request describes another network.
pub fn serialised(network: &Network, request: &Request) -> Result<Vec<u8>, ModelError> {
    let architecture = network.architecture();
    check(architecture, request)?;
    let mut parts = Parts::default();
    for (index, layer) in architecture.layers().iter().enumerate() {
        parts.add_layer(layer, &network.weight_values(index), network.bias_values(index));
    }
    for (index, norm) in architecture.norms().iter().enumerate() {
        for (tensor, values) in network.norm_values(index).named() {
            parts.add(of_norm(&norm.name, tensor), &values);
        }
    }
    Ok(parts.serialised(&Header::new(request)))
}

/// Whoever reads the file has the request alone, and the shapes of weights and biases.
fn check(architecture: &Architecture, request: &Request) -> Result<(), ModelError> {
    if zoo::entry(&request.name).is_err() && request.name == architecture.name() {
        // A network of the user's own, whose reader has its description.
        return Ok(());
    }
    let shapes = architecture.layers().iter().flat_map(|layer| {
        let bias = layer.bias.then(|| (format!("{}.bias", layer.name), vec![layer.units]));
        [(format!("{}.weight", layer.name), layer.torch_shape())].into_iter().chain(bias)
    });
    let shapes: BTreeMap<String, Vec<usize>> = shapes.collect();
    let described = zoo::architecture(request)?;
    let narrowed = described.narrowed_to(|name| shapes.get(name).map(Vec::as_slice))?;
    if narrowed == *architecture {
        return Ok(());
    }
    Err(ModelError::Request {
        network: request.name.clone(),
        problem: format!(
            "widths {:?}, input {:?} and {} classes do not describe the network \"{}\" that is to be \
             written; expected what it was built from",
            request.widths,
            request.input,
            request.classes,
            architecture.name()
        ),
    })
}

/// The tensors of a file.
#[derive(Default)]
struct Parts(BTreeMap<String, Part>);

struct Part {
    dtype: Dtype,
    length: usize,
    bytes: Vec<u8>,
}

impl Parts {
    fn add<T: Element>(&mut self, name: String, values: &[T]) {
        let (length, bytes) = (values.len(), tensors::bytes(values));
        self.0.insert(name, Part { dtype: T::DTYPE, length, bytes });
    }

    fn add_layer(&mut self, layer: &LayerSpec, weights: &[f32], bias: Option<Vec<f32>>) {
        let names = Names::of(&layer.name);
        let pattern = Pattern::of_weights(layer.fan_in(), weights);
        self.add(names.values, &pattern.compress(weights));
        self.add(names.starts, pattern.starts());
        // The shape's numbers are below 2³², since the network is in memory.
        let shape: Vec<u32> = layer.torch_shape().iter().map(|&length| length as u32).collect();
        self.add(names.shape, &shape);
        let columns = pattern.columns();
        match layer.fan_in() <= SHORT {
            true => {
                let columns: Vec<u16> = columns.iter().map(|&column| column as u16).collect();
                self.add(names.columns, &columns);
            }
            false => self.add(names.columns, columns),
        }
        if let Some(bias) = bias {
            self.add(names.bias, &bias);
        }
    }

    fn serialised(&self, header: &Header) -> Vec<u8> {
        let views = self.0.iter().map(|(name, Part { dtype, length, bytes })| {
            let view = TensorView::new(*dtype, vec![*length], bytes);
            (name.as_str(), view.expect("as many bytes as the values have"))
        });
        // One entry: several would stand in another order each time.
        let metadata = HashMap::from([(KEY.to_owned(), header.to_json())]);
        safetensors::serialize(views, Some(metadata)).expect("names are texts, views are whole")
    }
}
