use std::sync::Arc;

use burn::module::{Module, Param};
use burn::nn::conv::Conv2d;
use burn::nn::{Linear, PaddingConfig2d};
use burn::tensor::activation::relu;
use burn::tensor::module::max_pool2d;
use burn::tensor::ops::MaxPoolOptions;
use burn::tensor::{Device, Tensor, TensorData};

use crate::architecture::{Architecture, Op};
use crate::init::Initialisation;
use crate::layer::{LayerKind, LayerSpec};

/// A network: an [`Architecture`] and the parameters of its layers.
///
/// It is a burn [`Module`]; cloning it is cheap, and `train()` and `valid()` give its twins with
/// and without gradients.
#[derive(Module, Debug)]
pub struct Network {
    parameters: Vec<Parameters>,
    #[module(skip)]
    architecture: Arc<Architecture>,
}

/// Weight and bias of one layer, in burn's own layout.
#[derive(Module, Debug)]
pub enum Parameters {
    /// Weight `[channels, units]`.
    Linear(Linear),
    /// Weight `[units, channels, height, width]`.
    Convolution(Conv2d),
}

impl Network {
    /// A network with initial values drawn from `seed`.
    pub fn new(
        architecture: Architecture,
        scheme: Initialisation,
        seed: u64,
        device: &Device,
    ) -> Self {
        Self::from_values(Arc::new(architecture), device, |layer| {
            (scheme.weight(layer, seed), scheme.bias(layer, seed))
        })
    }

    /// A network from explicit values: for each layer its weights as `[units, fan_in]`, row by
    /// row, and its biases (ignored where the layer has none).
    pub(crate) fn from_values(
        architecture: Arc<Architecture>,
        device: &Device,
        mut values: impl FnMut(&LayerSpec) -> (Vec<f32>, Vec<f32>),
    ) -> Self {
        let build = |layer: &LayerSpec| {
            let (weight, bias) = values(layer);
            Parameters::new(layer, weight, bias, device)
        };
        let parameters = architecture.layers().iter().map(build).collect();
        Self { parameters, architecture }
    }

    /// The same architecture with fresh initial values drawn from `seed`, on the same device.
    pub fn redrawn(&self, scheme: Initialisation, seed: u64) -> Self {
        Self::from_values(self.architecture.clone(), &self.device(), |layer| {
            (scheme.weight(layer, seed), scheme.bias(layer, seed))
        })
    }

    /// The network's description.
    pub fn architecture(&self) -> &Architecture {
        &self.architecture
    }

    /// The device that holds the parameters.
    pub fn device(&self) -> Device {
        match &self.parameters[0] {
            Parameters::Linear(layer) => layer.weight.device(),
            Parameters::Convolution(layer) => layer.weight.device(),
        }
    }

    /// Logits `[batch, classes]` of images `[batch, channels, height, width]`.
    pub fn forward(&self, images: Tensor<4>) -> Tensor<2> {
        self.forward_watched(images, |_, _| {})
    }

    /// As [`forward`](Self::forward), and hands every prunable layer's input to `watch` on the
    /// way: the layer's index in [`Architecture::layers`] and its input
    /// `[batch, channels, height, width]` (`[batch, features, 1, 1]` in front of a linear layer).
    pub fn forward_watched(
        &self,
        images: Tensor<4>,
        mut watch: impl FnMut(usize, &Tensor<4>),
    ) -> Tensor<2> {
        let nodes = self.architecture.nodes();
        let mut last_use = vec![0; nodes.len()];
        for (index, node) in nodes.iter().enumerate() {
            node.inputs.iter().for_each(|&input| last_use[input] = index);
        }
        let mut values: Vec<Option<Tensor<4>>> = vec![None; nodes.len()];
        values[0] = Some(images);
        for (index, node) in nodes.iter().enumerate().skip(1) {
            let source = node.inputs[0];
            // The last reader takes the value, so that nothing lives longer than it must.
            let value = if last_use[source] == index {
                values[source].take()
            } else {
                values[source].clone()
            };
            let x = value.expect("nodes are in order of computation");
            values[index] = Some(match node.op {
                Op::Input => x,
                Op::Layer(layer) => {
                    let x = self.parameters[layer].arrange(x);
                    watch(layer, &x);
                    self.parameters[layer].forward(x)
                }
                Op::Relu => relu(x),
                Op::MaxPool(size) => max_pool2d(x, MaxPoolOptions::new([size; 2])),
            });
        }
        let output = values.pop().flatten().expect("the last node is the output");
        output.flatten(1, 3)
    }

    /// Weights of the layer with this index, `[units, fan_in]`, without gradient.
    pub fn weight(&self, layer: usize) -> Tensor<2> {
        let spec = &self.architecture.layers()[layer];
        match &self.parameters[layer] {
            Parameters::Linear(linear) => plain(linear.weight.val()).transpose(),
            Parameters::Convolution(conv) => {
                plain(conv.weight.val()).reshape([spec.units, spec.fan_in()])
            }
        }
    }

    /// Weights of the layer with this index on the host: `[units, fan_in]`, row by row.
    pub fn weight_values(&self, layer: usize) -> Vec<f32> {
        values(self.weight(layer))
    }

    /// Biases of the layer with this index on the host; `None` where it has none.
    pub fn bias_values(&self, layer: usize) -> Option<Vec<f32>> {
        let bias = match &self.parameters[layer] {
            Parameters::Linear(linear) => linear.bias.as_ref(),
            Parameters::Convolution(conv) => conv.bias.as_ref(),
        };
        bias.map(|bias| values(plain(bias.val())))
    }

    pub(crate) fn parameters(&self) -> &[Parameters] {
        &self.parameters
    }

    pub(crate) fn map_parameters(
        self,
        mut map: impl FnMut(usize, Parameters) -> Parameters,
    ) -> Self {
        let parameters =
            self.parameters.into_iter().enumerate().map(|(index, p)| map(index, p)).collect();
        Self { parameters, architecture: self.architecture }
    }
}

impl Parameters {
    fn new(layer: &LayerSpec, weight: Vec<f32>, bias: Vec<f32>, device: &Device) -> Self {
        let bias =
            layer.bias.then(|| Param::from_data(TensorData::new(bias, [layer.units]), device));
        let [height, width] = layer.kernel;
        match layer.kind {
            LayerKind::Linear => {
                // burn multiplies from the left: its weight is the transpose of PyTorch's.
                let rows = TensorData::new(weight, [layer.units, layer.channels]);
                let stored = Tensor::<2>::from_data(rows, device).transpose().into_data();
                Self::Linear(Linear { weight: Param::from_data(stored, device), bias })
            }
            LayerKind::Convolution { stride, padding } => Self::Convolution(Conv2d {
                weight: Param::from_data(
                    TensorData::new(weight, [layer.units, layer.channels, height, width]),
                    device,
                ),
                bias,
                stride,
                kernel_size: layer.kernel,
                dilation: [1, 1],
                groups: 1,
                padding: PaddingConfig2d::Explicit(padding[0], padding[1], padding[0], padding[1]),
            }),
        }
    }

    /// The value in the form that the layer reads: flat features in front of a linear layer.
    fn arrange(&self, x: Tensor<4>) -> Tensor<4> {
        let [batch, channels, height, width] = x.dims();
        match self {
            Self::Linear(_) if height * width > 1 => {
                x.reshape([batch, channels * height * width, 1, 1])
            }
            _ => x,
        }
    }

    fn forward(&self, x: Tensor<4>) -> Tensor<4> {
        let [batch, features, ..] = x.dims();
        match self {
            Self::Linear(layer) => {
                layer.forward(x.reshape([batch, features])).unsqueeze_dims(&[2, 3])
            }
            Self::Convolution(layer) => layer.forward(x),
        }
    }
}

fn plain<const D: usize>(tensor: Tensor<D>) -> Tensor<D> {
    tensor.without_autodiff()
}

fn values<const D: usize>(tensor: Tensor<D>) -> Vec<f32> {
    tensor.into_data().convert::<f32>().try_into_vec().expect("converted to f32 just before")
}
