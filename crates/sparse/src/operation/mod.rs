//! A layer as an operation of burn, with gradients.

mod extension;

use std::sync::Arc;

use burn::backend::{Dispatch, DispatchDevice};
use burn::tensor::module::conv2d;
use burn::tensor::ops::ConvOptions;
use burn::tensor::{DType, IndexingUpdateOp, Int, Tensor};

use crate::layer::{Kernel, Layer};
use extension::Compressed;

/// What a layer makes of `x` `[batch, channels, height, width]` (`[batch, features, 1, 1]` for flat
/// features), with the stored weights `[stored]` in the order of its [`Pattern`](crate::Pattern) and a
/// bias `[units]`: `[batch, units, height, width]` of the output.
///
/// Gradients flow to x, to the stored weights and to the bias, so that an optimiser of burn that is
/// given the stored weights as a parameter remembers nothing of others. On burn-flex in f32 the products
/// are those of stored weights alone. On other backends the weights are put into a dense one for burn's
/// convolution, with the same results but for rounding.
///
/// Maps are moved to the layout of the kernels and back at each call. A [`Trainer`](crate::Trainer),
/// which keeps them there, is the fast way to train a whole network.
///
/// ```
/// use std::sync::Arc;
///
/// use burn::tensor::{Device, Tensor};
/// use sparse::{Kernel, Layer, Maps, Pattern};
///
/// let maps = Maps::new(3, 1, 1);
/// // Two units of three weights; the first unit has the last weight, the second none.
/// let pattern = Pattern::new(3, [false, false, true, false, false, false]);
/// let layer = Arc::new(Layer::new(pattern, Kernel::whole(maps), maps, [0, 0]));
/// let device = Device::flex().autodiff();
/// let weights = Tensor::<1>::from_floats([2.0], &device).require_grad();
/// let x = Tensor::<2>::from_floats([[1.0, 2.0, 3.0]], &device).reshape([1, 3, 1, 1]);
/// let y = sparse::apply(&layer, weights.clone(), None, x);
/// let gradients = y.clone().sum().backward();
/// assert_eq!(y.into_data().iter::<f32>().collect::<Vec<_>>(), [6.0, 0.0]);
/// assert_eq!(weights.grad(&gradients).unwrap().into_scalar::<f32>(), 3.0);
/// ```
///
/// # Panics
/// When x, weights or bias are not of the layer's size.
pub fn apply(
    layer: &Arc<Layer>,
    weights: Tensor<1>,
    bias: Option<Tensor<1>>,
    x: Tensor<4>,
) -> Tensor<4> {
    let maps = layer.input();
    assert_eq!(x.dims()[1..], [maps.channels, maps.height, maps.width], "the layer's input");
    assert_eq!(weights.dims(), [layer.pattern().stored()], "one number for each stored weight");
    if !has_kernels(&x) {
        return dense(layer, weights, bias, x);
    }
    let units = [layer.pattern().units()];
    let bias = bias.unwrap_or_else(|| Tensor::zeros(units, &x.device()));
    assert_eq!(bias.dims(), units, "a bias for each unit");
    let [weights, bias] = [weights, bias].map(Tensor::into_dispatch);
    let output =
        <Dispatch as Compressed>::compressed(x.into_dispatch(), weights, bias, layer.clone());
    Tensor::from_dispatch(output)
}

/// With or without gradients.
fn has_kernels(x: &Tensor<4>) -> bool {
    let device = x.device().as_dispatch().clone();
    x.dtype() == DType::F32 && matches!(device.inner(), DispatchDevice::Flex(_))
}

/// With zeros for weights that are not stored.
fn dense(layer: &Layer, weights: Tensor<1>, bias: Option<Tensor<1>>, x: Tensor<4>) -> Tensor<4> {
    let Kernel { size: [height, width], stride, padding } = layer.kernel();
    let (pattern, device) = (layer.pattern(), x.device());
    let places: Vec<i64> = pattern.places().map(|place| place as i64).collect();
    let places = Tensor::<1, Int>::from_data(places.as_slice(), &device);
    let zeros = Tensor::<1>::zeros([pattern.units() * pattern.fan_in()], &device).cast(x.dtype());
    let weight = zeros.scatter(0, places, weights, IndexingUpdateOp::Add);
    let weight = weight.reshape([pattern.units(), layer.input().channels, height, width]);
    conv2d(x, weight, bias, ConvOptions::new(stride, padding, [1, 1], 1))
}
