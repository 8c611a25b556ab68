//! Operations on [burn] with kernels and gradients of our own, where its CPU backend needs faster
//! ones.
//!
//! On burn-flex (with f32) they are those of this crate, on any other backend burn's own; the
//! results differ by rounding only. Maps `[batch, channels, height, width]` come out channels last
//! in memory and are read in place where they lie so, so that a network that uses these operations
//! throughout never moves its maps. Work is spread over the threads of the current rayon pool, and
//! the bits do not depend on their number.
//!
//! ```
//! use burn::tensor::{Device, Tensor};
//!
//! let device = Device::flex();
//! let images = Tensor::<4>::ones([2, 3, 8, 8], &device);
//! let weight = Tensor::<4>::ones([5, 3, 3, 3], &device);
//! let output = kernels::convolution(images, weight, None, [1, 1], [1, 1]);
//! assert_eq!(output.dims(), [2, 5, 8, 8]);
//! ```
#![deny(missing_docs)]

mod channels_last;
mod extension;
mod host;
mod operations;

use burn::backend::{Dispatch, DispatchDevice};
use burn::tensor::activation::relu as burn_relu;
use burn::tensor::module::{batch_norm_train, conv2d, max_pool2d};
use burn::tensor::ops::{ConvOptions, MaxPoolOptions};
use burn::tensor::{DType, Tensor};

use extension::Kernels;
use operations::convolution::Moves;

/// Convolution of `x` `[batch, channels, height, width]` with `weight`
/// `[units, channels, kernel height, kernel width]`, plus a `bias` `[units]`: maps
/// `[batch, units, height, width]` of the output. `stride` and `padding`, with zeros, are vertical
/// and horizontal.
///
/// # Panics
/// When the channels differ, or the kernel does not fit.
pub fn convolution(
    x: Tensor<4>,
    weight: Tensor<4>,
    bias: Option<Tensor<1>>,
    stride: [usize; 2],
    padding: [usize; 2],
) -> Tensor<4> {
    if !has_kernels(&x) {
        return conv2d(x, weight, bias, ConvOptions::new(stride, padding, [1, 1], 1));
    }
    let (x, weight, moves) = (x.into_dispatch(), weight.into_dispatch(), Moves { stride, padding });
    Tensor::from_dispatch(match bias {
        None => <Dispatch as Kernels>::convolution(x, weight, moves),
        Some(bias) => {
            let bias = bias.into_dispatch();
            <Dispatch as Kernels>::convolution_with_bias(x, weight, bias, moves)
        }
    })
}

/// What [`batch_norm`] gives.
#[derive(Debug, Clone)]
pub struct Normalised {
    /// Of the input's shape.
    pub output: Tensor<4>,
    /// Mean of each channel, `[channels]`, without gradient.
    pub mean: Tensor<1>,
    /// Variance of each channel, `[channels]`, divided by the count, without gradient.
    pub variance: Tensor<1>,
}

/// Batch normalisation of `x` `[batch, channels, height, width]` by the statistics of the batch
/// itself (Ioffe and Szegedy 2015, arXiv 1502.03167):
/// scale · (x − mean) / √(variance + ε) + shift, with one `scale` and `shift` a channel.
pub fn batch_norm(x: Tensor<4>, scale: Tensor<1>, shift: Tensor<1>, epsilon: f64) -> Normalised {
    if !has_kernels(&x) {
        let result = batch_norm_train(x, scale, shift, epsilon);
        let (mean, variance) = (result.mean.detach(), result.variance.detach());
        return Normalised { output: result.output, mean, variance };
    }
    let [scale, shift] = [scale, shift].map(Tensor::into_dispatch);
    let (output, mean, variance) =
        <Dispatch as Kernels>::batch_norm(x.into_dispatch(), scale, shift, epsilon);
    Normalised {
        output: Tensor::from_dispatch(output),
        mean: Tensor::from_dispatch(mean),
        variance: Tensor::from_dispatch(variance),
    }
}

/// factor · x + summand for `x` `[batch, channels, height, width]`, with one `factor` and `summand`
/// a channel.
pub fn affine(x: Tensor<4>, factor: Tensor<1>, summand: Tensor<1>) -> Tensor<4> {
    if !has_kernels(&x) {
        let [factor, summand] = [factor, summand].map(|each| each.reshape([1, -1, 1, 1]));
        return x * factor + summand;
    }
    let [factor, summand] = [factor, summand].map(Tensor::into_dispatch);
    Tensor::from_dispatch(<Dispatch as Kernels>::affine(x.into_dispatch(), factor, summand))
}

/// max(x, 0).
pub fn relu(x: Tensor<4>) -> Tensor<4> {
    match has_kernels(&x) {
        true => Tensor::from_dispatch(<Dispatch as Kernels>::rectified(x.into_dispatch())),
        false => burn_relu(x),
    }
}

/// a + b, of the same shape.
///
/// # Panics
/// When the shapes differ.
pub fn add(a: Tensor<4>, b: Tensor<4>) -> Tensor<4> {
    assert_eq!(a.dims(), b.dims(), "a sum is taken of maps of one shape");
    match has_kernels(&a) {
        true => {
            let sum = <Dispatch as Kernels>::sum(a.into_dispatch(), b.into_dispatch());
            Tensor::from_dispatch(sum)
        }
        false => a + b,
    }
}

/// The largest value of each window of `size`, moved by `stride` over `x`
/// `[batch, channels, height, width]` with a margin of `padding` below every value; the gradient
/// goes to the first of the largest values, row by row.
///
/// # Panics
/// When a window does not fit.
pub fn max_pool(
    x: Tensor<4>,
    size: [usize; 2],
    stride: [usize; 2],
    padding: [usize; 2],
) -> Tensor<4> {
    if !has_kernels(&x) {
        let options = MaxPoolOptions::new(size).with_stride(stride).with_padding(padding);
        return max_pool2d(x, options);
    }
    let moves = Moves { stride, padding };
    Tensor::from_dispatch(<Dispatch as Kernels>::max_pool(x.into_dispatch(), size, moves))
}

/// With or without gradients.
fn has_kernels(x: &Tensor<4>) -> bool {
    let device = x.device().as_dispatch().clone();
    x.dtype() == DType::F32 && matches!(device.inner(), DispatchDevice::Flex(_))
}
