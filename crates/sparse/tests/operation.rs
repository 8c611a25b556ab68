//! The operation of burn against burn's convolution with a dense weight.

use std::sync::Arc;

use burn::tensor::module::conv2d;
use burn::tensor::ops::ConvOptions;
use burn::tensor::{DType, Device, Tensor, TensorData};
use sparse::{Kernel, Layer, Maps, Pattern, apply};

fn tensor<const D: usize>(shape: [usize; D], scale: f32, device: &Device) -> Tensor<D> {
    let count: usize = shape.iter().product();
    let numbers: Vec<f32> = (0..count).map(|index| (index as f32 * scale).sin()).collect();
    Tensor::from_data(TensorData::new(numbers, shape), device)
}

fn values<const D: usize>(tensor: Tensor<D>) -> Vec<f32> {
    tensor.into_data().iter::<f32>().collect()
}

/// A layer every fifth of whose weights is stored, but for the second unit's, which has none.
fn layer(maps: Maps, kernel: Kernel, units: usize) -> Arc<Layer> {
    let fan_in = maps.channels * kernel.size[0] * kernel.size[1];
    let stored = (0..units * fan_in).map(|weight| weight % 5 == 1 && weight / fan_in != 1);
    Arc::new(Layer::new(Pattern::new(fan_in, stored), kernel, maps, [0, 0]))
}

/// The output, and the gradients of x, stored weights and bias, for a sum of the output that weighs
/// each number differently.
struct Outcome(Vec<Vec<f32>>);

impl Outcome {
    fn of(
        layer: &Layer,
        dtype: DType,
        has_bias: bool,
        operation: impl Fn(Tensor<1>, Option<Tensor<1>>, Tensor<4>) -> Tensor<4>,
    ) -> Self {
        let device = Device::flex().autodiff();
        let (maps, pattern) = (layer.input(), layer.pattern());
        let shape = [5, maps.channels, maps.height, maps.width];
        let x = tensor(shape, 0.7, &device).cast(dtype).require_grad();
        let weights = tensor([pattern.stored()], 0.3, &device).cast(dtype).require_grad();
        let bias = tensor([pattern.units()], 1.1, &device).cast(dtype).require_grad();
        let y = operation(weights.clone(), has_bias.then(|| bias.clone()), x.clone());
        let slopes = tensor(y.dims(), 0.9, &device).cast(dtype);
        let gradients = (y.clone() * slopes).sum().backward();
        let mut outcome = vec![values(y), values(x.grad(&gradients).unwrap())];
        outcome.push(values(weights.grad(&gradients).unwrap()));
        outcome.extend(has_bias.then(|| values(bias.grad(&gradients).unwrap())));
        Self(outcome)
    }

    fn assert_close(&self, other: &Self) {
        assert_eq!(self.0.len(), other.0.len());
        for (a, b) in self.0.iter().zip(&other.0) {
            assert_eq!(a.len(), b.len());
            a.iter().zip(b).for_each(|(a, b)| assert!((a - b).abs() < 1e-5, "{a} {b}"));
        }
    }
}

/// With burn's convolution of the whole weight: each stored one is a slice that is put in its place.
fn dense(layer: &Layer, weights: Tensor<1>, bias: Option<Tensor<1>>, x: Tensor<4>) -> Tensor<4> {
    let (pattern, kernel) = (layer.pattern(), layer.kernel());
    let ones = pattern.expand(&vec![1.0; pattern.stored()]);
    let zero = Tensor::<1>::zeros([1], &x.device()).cast(x.dtype());
    let mut stored = 0;
    let parts = ones.iter().map(|&one| {
        if one == 0.0 {
            return zero.clone();
        }
        stored += 1;
        weights.clone().narrow(0, stored - 1, 1)
    });
    let weight = Tensor::cat(parts.collect(), 0);
    let [height, width] = kernel.size;
    let weight = weight.reshape([pattern.units(), layer.input().channels, height, width]);
    conv2d(x, weight, bias, ConvOptions::new(kernel.stride, kernel.padding, [1, 1], 1))
}

#[test]
fn values_and_gradients_are_those_of_a_dense_weight() {
    let flat = Maps::new(7, 1, 1);
    let maps = Maps::new(3, 6, 5).margin([1, 1]);
    let strided = Kernel { size: [3, 2], stride: [2, 1], padding: [1, 0] };
    for (maps, kernel, units) in
        [(flat, Kernel::whole(flat), 4), (maps, strided, 5), (maps, Kernel::whole(maps), 2)]
    {
        let layer = layer(maps, kernel, units);
        // f64 has no kernels: there the operation is burn's convolution too.
        for (dtype, has_bias) in [(DType::F32, true), (DType::F32, false), (DType::F64, true)] {
            let found = Outcome::of(&layer, dtype, has_bias, |w, b, x| apply(&layer, w, b, x));
            found.assert_close(&Outcome::of(&layer, dtype, has_bias, |w, b, x| {
                dense(&layer, w, b, x)
            }));
        }
    }
}

#[test]
fn only_what_is_wanted_is_differentiated() {
    let maps = Maps::new(7, 1, 1);
    let layer = layer(maps, Kernel::whole(maps), 3);
    let device = Device::flex();
    let (x, weights) = (tensor([2, 7, 1, 1], 0.7, &device), layer.pattern().stored());
    let weights = tensor([weights], 0.3, &device);
    let plain = apply(&layer, weights.clone(), None, x.clone());
    let (x, weights) = (Tensor::from_inner(x), Tensor::from_inner(weights).require_grad());
    let tracked = apply(&layer, weights.clone(), None, x.clone());
    let gradients = tracked.clone().sum().backward();
    assert_eq!(values(tracked.inner()), values(plain));
    assert!(x.grad(&gradients).is_none());
    assert_eq!(values(weights.grad(&gradients).unwrap()).len(), layer.pattern().stored());
}
