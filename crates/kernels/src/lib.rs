//! Operations on [burn] with gradients of their own, for the CPU backend burn-flex; on any other
//! backend they are burn's.
#![deny(missing_docs)]

mod channels_last;
mod convolution;
mod extension;

use burn::backend::{Dispatch, DispatchDevice};
use burn::tensor::module::conv2d;
use burn::tensor::ops::ConvOptions;
use burn::tensor::{DType, Device, Tensor};

use extension::Kernels;

/// Convolution of `x` `[batch, channels, height, width]` with `weight`
/// `[units, channels, kernel height, kernel width]`, plus a `bias` `[units]`:
/// `[batch, units, height, width]` of the output.
pub fn convolution(
    x: Tensor<4>,
    weight: Tensor<4>,
    bias: Option<Tensor<1>>,
    stride: [usize; 2],
    padding: [usize; 2],
) -> Tensor<4> {
    if !(is_flex(&x.device()) && x.dtype() == DType::F32) {
        return conv2d(x, weight, bias, ConvOptions::new(stride, padding, [1, 1], 1));
    }
    let (x, weight) = (x.into_dispatch(), weight.into_dispatch());
    Tensor::from_dispatch(match bias {
        None => <Dispatch as Kernels>::convolution(x, weight, stride, padding),
        Some(bias) => {
            let bias = bias.into_dispatch();
            <Dispatch as Kernels>::convolution_with_bias(x, weight, bias, stride, padding)
        }
    })
}

/// With or without gradients.
fn is_flex(device: &Device) -> bool {
    matches!(device.as_dispatch().clone().inner(), DispatchDevice::Flex(_))
}
