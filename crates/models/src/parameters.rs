use burn::module::{Module, Param};
use burn::nn::conv::Conv2d;
use burn::nn::{Linear, PaddingConfig2d};
use burn::tensor::{Device, Tensor, TensorData};

use crate::layer::{LayerKind, LayerSpec};

/// Weight and bias of one layer, in burn's own layout.
#[derive(Module, Debug)]
pub enum Parameters {
    /// Weight `[channels, units]`.
    Linear(Linear),
    /// Weight `[units, channels, height, width]`.
    Convolution(Conv2d),
}

impl Parameters {
    pub(crate) fn new(
        layer: &LayerSpec,
        weight: Vec<f32>,
        bias: Vec<f32>,
        device: &Device,
    ) -> Self {
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
    pub(crate) fn arrange(&self, x: Tensor<4>) -> Tensor<4> {
        let [batch, channels, height, width] = x.dims();
        match self {
            Self::Linear(_) if height * width > 1 => {
                x.reshape([batch, channels * height * width, 1, 1])
            }
            _ => x,
        }
    }

    pub(crate) fn forward(&self, x: Tensor<4>) -> Tensor<4> {
        let [batch, features, ..] = x.dims();
        match self {
            Self::Linear(layer) => {
                layer.forward(x.reshape([batch, features])).unsqueeze_dims(&[2, 3])
            }
            Self::Convolution(layer) => {
                let PaddingConfig2d::Explicit(vertical, horizontal, ..) = layer.padding else {
                    unreachable!("`new` gives every convolution its padding in numbers")
                };
                let (weight, bias) = (layer.weight.val(), layer.bias.as_ref().map(Param::val));
                kernels::convolution(x, weight, bias, layer.stride, [vertical, horizontal])
            }
        }
    }
}

/// Without gradient, whatever the device.
pub(crate) fn plain<const D: usize>(tensor: Tensor<D>) -> Tensor<D> {
    tensor.without_autodiff()
}

/// On the host, row-major.
pub(crate) fn values<const D: usize>(tensor: Tensor<D>) -> Vec<f32> {
    tensor.into_data().convert::<f32>().try_into_vec().expect("converted to f32 just before")
}
