//! The operations as an extension of burn's backends: on burn-flex, without and with gradients.

use burn::backend::autodiff::checkpoint::strategy::CheckpointStrategy;
use burn::backend::tensor::FloatTensor;
use burn::backend::{Autodiff, Backend, Flex, backend_extension};

use crate::operations::convolution::{self, Moves};
use crate::operations::{affine, elementwise, max_pool, norm};

/// Maps are `[batch, channels, height, width]`.
#[backend_extension(Flex, Autodiff)]
pub(crate) trait Kernels: Backend {
    /// Of `x` with `weight` `[units, channels, kernel height, kernel width]`.
    fn convolution(
        x: FloatTensor<Self>,
        weight: FloatTensor<Self>,
        moves: Moves,
    ) -> FloatTensor<Self>;

    /// The same, with a `bias` `[units]` added.
    fn convolution_with_bias(
        x: FloatTensor<Self>,
        weight: FloatTensor<Self>,
        bias: FloatTensor<Self>,
        moves: Moves,
    ) -> FloatTensor<Self>;

    /// By the batch's statistics, which come after the output.
    fn batch_norm(
        x: FloatTensor<Self>,
        scale: FloatTensor<Self>,
        shift: FloatTensor<Self>,
        epsilon: f64,
    ) -> (FloatTensor<Self>, FloatTensor<Self>, FloatTensor<Self>);

    /// factor · x + summand, one of each a channel.
    fn affine(
        x: FloatTensor<Self>,
        factor: FloatTensor<Self>,
        summand: FloatTensor<Self>,
    ) -> FloatTensor<Self>;

    /// max(x, 0).
    fn rectified(x: FloatTensor<Self>) -> FloatTensor<Self>;

    /// a + b, of the same shape.
    fn sum(a: FloatTensor<Self>, b: FloatTensor<Self>) -> FloatTensor<Self>;

    /// The largest value of each window.
    fn max_pool(x: FloatTensor<Self>, size: [usize; 2], moves: Moves) -> FloatTensor<Self>;
}

impl Kernels for Flex {
    fn convolution(
        x: FloatTensor<Self>,
        weight: FloatTensor<Self>,
        moves: Moves,
    ) -> FloatTensor<Self> {
        convolution::forward(&x, &weight, None, moves)
    }

    fn convolution_with_bias(
        x: FloatTensor<Self>,
        weight: FloatTensor<Self>,
        bias: FloatTensor<Self>,
        moves: Moves,
    ) -> FloatTensor<Self> {
        convolution::forward(&x, &weight, Some(&bias), moves)
    }

    fn batch_norm(
        x: FloatTensor<Self>,
        scale: FloatTensor<Self>,
        shift: FloatTensor<Self>,
        epsilon: f64,
    ) -> (FloatTensor<Self>, FloatTensor<Self>, FloatTensor<Self>) {
        norm::untracked(&x, &scale, &shift, epsilon)
    }

    fn affine(
        x: FloatTensor<Self>,
        factor: FloatTensor<Self>,
        summand: FloatTensor<Self>,
    ) -> FloatTensor<Self> {
        affine::forward(&x, &factor, &summand)
    }

    fn rectified(x: FloatTensor<Self>) -> FloatTensor<Self> {
        elementwise::relu(x)
    }

    fn sum(a: FloatTensor<Self>, b: FloatTensor<Self>) -> FloatTensor<Self> {
        elementwise::add(a, b)
    }

    fn max_pool(x: FloatTensor<Self>, size: [usize; 2], moves: Moves) -> FloatTensor<Self> {
        max_pool::forward(&x, size, moves)
    }
}

impl<C: CheckpointStrategy> Kernels for Autodiff<Flex, C> {
    fn convolution(
        x: FloatTensor<Self>,
        weight: FloatTensor<Self>,
        moves: Moves,
    ) -> FloatTensor<Self> {
        convolution::differentiated::<C>(x, weight, moves)
    }

    fn convolution_with_bias(
        x: FloatTensor<Self>,
        weight: FloatTensor<Self>,
        bias: FloatTensor<Self>,
        moves: Moves,
    ) -> FloatTensor<Self> {
        convolution::differentiated_with_bias::<C>(x, weight, bias, moves)
    }

    fn batch_norm(
        x: FloatTensor<Self>,
        scale: FloatTensor<Self>,
        shift: FloatTensor<Self>,
        epsilon: f64,
    ) -> (FloatTensor<Self>, FloatTensor<Self>, FloatTensor<Self>) {
        norm::differentiated::<C>(x, scale, shift, epsilon)
    }

    fn affine(
        x: FloatTensor<Self>,
        factor: FloatTensor<Self>,
        summand: FloatTensor<Self>,
    ) -> FloatTensor<Self> {
        affine::differentiated::<C>(x, factor, summand)
    }

    fn rectified(x: FloatTensor<Self>) -> FloatTensor<Self> {
        elementwise::differentiated_relu::<C>(x)
    }

    fn sum(a: FloatTensor<Self>, b: FloatTensor<Self>) -> FloatTensor<Self> {
        elementwise::differentiated_add::<C>(a, b)
    }

    fn max_pool(x: FloatTensor<Self>, size: [usize; 2], moves: Moves) -> FloatTensor<Self> {
        max_pool::differentiated::<C>(x, size, moves)
    }
}
