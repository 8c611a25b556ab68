use burn::module::{Param, ParamId};
use burn::optim::GradientsParams;
use burn::tensor::{Device, Tensor, TensorData};

use crate::architecture::Architecture;
use crate::layer::{LayerKind, LayerSpec};
use crate::network::Network;
use crate::parameters::{Parameters, plain, values};

/// One number for each prunable weight, kept on the device in the layout in which the network
/// stores its weights, so that applying it costs one operation and no transposition.
///
/// A mask is a factor of 0 or 1 for each weight.
#[derive(Debug, Clone)]
pub struct PerWeight {
    layers: Vec<Stored>,
}

#[derive(Debug, Clone)]
enum Stored {
    Linear(Tensor<2>),
    Convolution(Tensor<4>),
}

impl PerWeight {
    /// From one slice a layer, each `[units, fan_in]` row by row, in the order of
    /// [`Architecture::layers`].
    ///
    /// # Panics
    /// When the number of layers or of weights is not the architecture's.
    pub fn new<'a>(
        architecture: &Architecture,
        factors: impl IntoIterator<Item = &'a [f32]>,
        device: &Device,
    ) -> Self {
        let specs = architecture.layers();
        let layers: Vec<_> =
            specs.iter().zip(factors).map(|(spec, f)| Stored::new(spec, f, device)).collect();
        assert_eq!(layers.len(), specs.len(), "one slice of factors for each layer");
        Self { layers }
    }

    /// Multiplies every weight of the network by its factor. A zero has no sign afterwards: files with signs at random
    /// where weights were pruned compress to twice the size.
    pub fn scale(&self, network: Network) -> Network {
        network.map_parameters(|index, parameters| match (parameters, &self.layers[index]) {
            (Parameters::Linear(mut layer), Stored::Linear(factor)) => {
                layer.weight = scaled(layer.weight, factor);
                Parameters::Linear(layer)
            }
            (Parameters::Convolution(mut layer), Stored::Convolution(factor)) => {
                layer.weight = scaled(layer.weight, factor);
                Parameters::Convolution(layer)
            }
            _ => unreachable!("factors are built for the network's own layers"),
        })
    }

    /// Puts these numbers into the network in place of its weights.
    pub fn put_into(&self, network: Network) -> Network {
        network.map_parameters(|index, parameters| match (parameters, &self.layers[index]) {
            (Parameters::Linear(mut layer), Stored::Linear(weight)) => {
                layer.weight = replaced(layer.weight, weight);
                Parameters::Linear(layer)
            }
            (Parameters::Convolution(mut layer), Stored::Convolution(weight)) => {
                layer.weight = replaced(layer.weight, weight);
                Parameters::Convolution(layer)
            }
            _ => unreachable!("numbers are laid out for the network's own layers"),
        })
    }

    /// Multiplies the gradient of every weight by its factor.
    ///
    /// With a mask this keeps pruned weights, and whatever an optimiser remembers of them, at
    /// exactly zero: their gradient is zero, and so are momentum, moments and weight decay.
    pub fn scale_gradients(&self, network: &Network, gradients: &mut GradientsParams) {
        for (parameters, factor) in network.parameters().iter().zip(&self.layers) {
            match (parameters, factor) {
                (Parameters::Linear(layer), Stored::Linear(factor)) => {
                    scale_gradient(gradients, layer.weight.id, factor);
                }
                (Parameters::Convolution(layer), Stored::Convolution(factor)) => {
                    scale_gradient(gradients, layer.weight.id, factor);
                }
                _ => unreachable!("factors are built for the network's own layers"),
            }
        }
    }

    /// How many weights whose factor is 0 are not 0 themselves, over the whole network: one number,
    /// counted on the device and not yet read from it.
    pub fn escaped(&self, network: &Network) -> Tensor<1> {
        let pairs = network.parameters().iter().zip(&self.layers);
        let counts = pairs.map(|(parameters, factor)| match (parameters, factor) {
            (Parameters::Linear(layer), Stored::Linear(factor)) => escaped(&layer.weight, factor),
            (Parameters::Convolution(layer), Stored::Convolution(factor)) => {
                escaped(&layer.weight, factor)
            }
            _ => unreachable!("factors are built for the network's own layers"),
        });
        counts.reduce(|sum, count| sum + count).expect("a network has at least one layer")
    }

    /// Factors of the layer with this index on the host, in the order of
    /// [`Network::weight_values`]: `[units, fan_in]`, row by row.
    pub fn values(&self, layer: usize) -> Vec<f32> {
        match &self.layers[layer] {
            Stored::Linear(factor) => values(factor.clone().transpose()),
            Stored::Convolution(factor) => values(factor.clone()),
        }
    }

    /// The same factors in the order in which the network stores the layer's weights, which is that
    /// of whatever an optimiser remembers of them.
    pub fn stored_values(&self, layer: usize) -> Vec<f32> {
        match &self.layers[layer] {
            Stored::Linear(factor) => values(factor.clone()),
            Stored::Convolution(factor) => values(factor.clone()),
        }
    }
}

impl Network {
    /// The network with these weights, `[units, fan_in]` row by row for each layer, and everything
    /// else as it is.
    ///
    /// # Panics
    /// When the number of layers or of weights is not the network's.
    pub fn with_weights(&self, weights: &[Vec<f32>]) -> Self {
        let rows = weights.iter().map(Vec::as_slice);
        PerWeight::new(self.architecture(), rows, &self.device()).put_into(self.clone())
    }
}

impl Stored {
    fn new(spec: &LayerSpec, factors: &[f32], device: &Device) -> Self {
        let rows = TensorData::new(factors.to_vec(), [spec.units, spec.fan_in()]);
        match spec.kind {
            // Rebuilt from its data, because a transposed view would make every product strided.
            LayerKind::Linear => {
                let transposed = Tensor::<2>::from_data(rows, device).transpose();
                Self::Linear(Tensor::from_data(transposed.into_data(), device))
            }
            LayerKind::Convolution { .. } => {
                Self::Convolution(Tensor::<2>::from_data(rows, device).reshape([
                    spec.units,
                    spec.channels,
                    spec.kernel[0],
                    spec.kernel[1],
                ]))
            }
        }
    }
}

/// The number as a new leaf, with the parameter's identity and its claim to a gradient.
fn replaced<const D: usize>(weight: Param<Tensor<D>>, number: &Tensor<D>) -> Param<Tensor<D>> {
    weight.map(|weight| {
        if !weight.is_autodiff() {
            return number.clone();
        }
        let wants_gradient = weight.is_require_grad();
        Tensor::from_inner(number.clone()).set_require_grad(wants_gradient)
    })
}

/// The product as a new leaf, with the parameter's identity and its claim to a gradient.
fn scaled<const D: usize>(weight: Param<Tensor<D>>, factor: &Tensor<D>) -> Param<Tensor<D>> {
    // -0 + 0 is 0; nothing else is changed by it.
    let product = |weight: Tensor<D>| weight * factor.clone() + 0.0;
    weight.map(|weight| {
        if !weight.is_autodiff() {
            return product(weight);
        }
        let wants_gradient = weight.is_require_grad();
        Tensor::from_inner(product(weight.inner())).set_require_grad(wants_gradient)
    })
}

/// Weights other than 0 whose factor is 0. A weight that is not a number counts too.
fn escaped<const D: usize>(weight: &Param<Tensor<D>>, factor: &Tensor<D>) -> Tensor<1> {
    let pruned = factor.clone().equal_elem(0.0);
    plain(weight.val()).not_equal_elem(0.0).bool_and(pruned).float().sum()
}

fn scale_gradient<const D: usize>(
    gradients: &mut GradientsParams,
    id: ParamId,
    factor: &Tensor<D>,
) {
    if let Some(gradient) = gradients.remove::<D>(id) {
        gradients.register(id, gradient * factor.clone());
    }
}
