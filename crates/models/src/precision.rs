//! Forward passes in numbers of 16 bits.

use burn::tensor::activation::relu;
use burn::tensor::module::{avg_pool2d, conv2d, max_pool2d};
use burn::tensor::ops::{AvgPoolOptions, ConvOptions};
use burn::tensor::{FloatDType, Tensor};

use crate::architecture::Op;
use crate::forward::padded;
use crate::layer::{LayerKind, LayerSpec};
use crate::network::Network;
use crate::parameters::Parameters;

/// A floating-point format of 16 bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Half {
    /// IEEE 754's half precision: 10 bits of mantissa, at most 65504. Gradients may be smaller than its smallest
    /// number, so that losses have to be scaled.
    F16,
    /// The upper half of a 32-bit float: 7 bits of mantissa and its whole range.
    BF16,
}

impl Half {
    /// burn's name for it.
    pub fn dtype(self) -> FloatDType {
        match self {
            Self::F16 => FloatDType::F16,
            Self::BF16 => FloatDType::BF16,
        }
    }
}

impl Network {
    /// As [`forward`](Self::forward), in mixed precision: layers, sums and activations compute in `half`, with the
    /// weights rounded to it for the pass; norms and means over positions compute in 32 bits, and logits come in
    /// 32 bits. Gradients reach the weights in 32 bits.
    pub fn forward_mixed(&self, images: Tensor<4>, half: Half) -> Tensor<2> {
        let dtype = half.dtype();
        let step = |op: &Op, inputs| self.mixed(op, inputs, dtype);
        self.architecture().walk(images, step).flatten(1, 3).cast(FloatDType::F32)
    }

    fn mixed(&self, op: &Op, mut inputs: Vec<Tensor<4>>, dtype: FloatDType) -> Tensor<4> {
        if inputs.len() > 1 {
            return match op {
                Op::Concat => Tensor::cat(inputs, 1),
                Op::AddPadded => {
                    let [wide, narrow] = inputs.try_into().expect("a padded sum takes two values");
                    // Zeros are made in 32 bits.
                    let channels = wide.dims()[1];
                    wide + padded(narrow.cast(FloatDType::F32), channels).cast(dtype)
                }
                _ => inputs.into_iter().reduce(Tensor::add).expect("there are several"),
            };
        }
        let x = inputs.pop().expect("the builder gives the operation one value");
        match *op {
            Op::Layer(index) => {
                let (spec, layer) =
                    (&self.architecture().layers()[index], &self.parameters()[index]);
                rounded(spec, layer, layer.arrange(x), dtype)
            }
            Op::BatchNorm(index) => {
                self.norms()[index].forward(x.cast(FloatDType::F32)).cast(dtype)
            }
            Op::Relu => relu(x),
            Op::MaxPool(window) => max_pool2d(x, window.options()),
            Op::AveragePool(size) => {
                let mean = avg_pool2d(x.cast(FloatDType::F32), AvgPoolOptions::new([size; 2]));
                mean.cast(dtype)
            }
            Op::Input | Op::Add | Op::AddPadded | Op::Concat => x.cast(dtype),
        }
    }
}

/// What a layer computes with its weights and biases rounded.
fn rounded(spec: &LayerSpec, layer: &Parameters, x: Tensor<4>, dtype: FloatDType) -> Tensor<4> {
    match layer {
        Parameters::Linear(layer) => {
            let [batch, features, ..] = x.dims();
            let product = x.reshape([batch, features]).matmul(layer.weight.val().cast(dtype));
            let sum = match &layer.bias {
                Some(bias) => product + bias.val().cast(dtype).unsqueeze(),
                None => product,
            };
            sum.unsqueeze_dims(&[2, 3])
        }
        Parameters::Convolution(layer) => {
            let LayerKind::Convolution { stride, padding } = spec.kind else {
                unreachable!("parameters are built for the layer");
            };
            let bias = layer.bias.as_ref().map(|bias| bias.val().cast(dtype));
            let options = ConvOptions::new(stride, padding, [1, 1], 1);
            conv2d(x, layer.weight.val().cast(dtype), bias, options)
        }
    }
}
