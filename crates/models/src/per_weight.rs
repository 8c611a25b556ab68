use burn::module::{Param, ParamId};
use burn::optim::GradientsParams;
use burn::tensor::{Device, Tensor, TensorData};

use crate::architecture::Architecture;
use crate::layer::{LayerKind, LayerSpec};
use crate::network::Network;
use crate::parameters::Parameters;

/// One factor for each prunable weight, kept on the device in the layout in which the network
/// stores its weights, so that applying it costs one multiplication and no transposition.
///
/// A mask is the case in which every factor is 0 or 1.
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

    /// Multiplies every weight of the network by its factor.
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

/// The product as a new leaf, with the parameter's identity and its claim to a gradient.
fn scaled<const D: usize>(weight: Param<Tensor<D>>, factor: &Tensor<D>) -> Param<Tensor<D>> {
    weight.map(|weight| {
        if !weight.is_autodiff() {
            return weight * factor.clone();
        }
        let wants_gradient = weight.is_require_grad();
        Tensor::from_inner(weight.inner() * factor.clone()).set_require_grad(wants_gradient)
    })
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
