//! The other operations against burn's own, on random shapes.

mod common;

use burn::tensor::Tensor;
use burn::tensor::activation::relu;
use burn::tensor::module::{batch_norm_train, max_pool2d};
use burn::tensor::ops::MaxPoolOptions;
use common::{distance, laid_out, random};
use proptest::prelude::*;

fn shapes() -> impl Strategy<Value = [usize; 4]> {
    [1usize..12, 1usize..40, 1usize..12, 1usize..12]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]

    #[test]
    fn batch_norm(mut shape in shapes(), last: bool, seed: u64, offset in -3.0f64..3.0) {
        // Of a single number a channel nothing would be left.
        shape[2] += 3;
        let x = random(shape, seed).mul_scalar(1.5).add_scalar(offset);
        let vectors = [1, 2].map(|index| random([shape[1]], seed.wrapping_add(index)));
        let ours = |x, v: &[Tensor<1>]| {
            kernels::batch_norm(laid_out(x, last), v[0].clone(), v[1].clone(), 1e-5).output
        };
        let burns =
            |x, v: &[Tensor<1>]| batch_norm_train(x, v[0].clone(), v[1].clone(), 1e-5).output;
        let distance = distance(ours, burns, &x, &vectors);
        prop_assert!(distance < 3e-5, "{distance}");

        let [scale, shift] = vectors;
        let ours = kernels::batch_norm(x.clone(), scale.clone(), shift.clone(), 1e-5);
        let burns = batch_norm_train(x, scale, shift, 1e-5);
        for (a, b) in [(ours.mean, burns.mean), (ours.variance, burns.variance)] {
            let difference = (a - b).abs().max().into_scalar::<f32>();
            prop_assert!(difference < 1e-5, "{difference}");
        }
    }

    #[test]
    fn affine(shape in shapes(), last: bool, seed: u64) {
        let x = random(shape, seed);
        let vectors = [1, 2].map(|index| random([shape[1]], seed.wrapping_add(index)));
        let ours =
            |x, v: &[Tensor<1>]| kernels::affine(laid_out(x, last), v[0].clone(), v[1].clone());
        let burns = |x: Tensor<4>, v: &[Tensor<1>]| {
            x * v[0].clone().reshape([1, -1, 1, 1]) + v[1].clone().reshape([1, -1, 1, 1])
        };
        let distance = distance(ours, burns, &x, &vectors);
        prop_assert!(distance < 1e-5, "{distance}");
    }

    #[test]
    fn relu_and_add(shape in shapes(), last: bool, other_last: bool, seed: u64) {
        let x = random(shape, seed);
        let y = random(shape, !seed);
        let ours = |x: Tensor<4>, _: &[Tensor<1>]| {
            // Its argument is read again, so it must not be overwritten.
            let rectified = kernels::relu(laid_out(x.clone(), last));
            kernels::add(kernels::add(rectified, laid_out(y.clone(), other_last)), x)
        };
        let burns = |x: Tensor<4>, _: &[Tensor<1>]| relu(x.clone()) + y.clone() + x;
        prop_assert_eq!(distance(ours, burns, &x, &[]), 0.0);
    }

    #[test]
    fn max_pool(
        mut shape in shapes(), size in [1usize..4, 1usize..4], stride in [1usize..4, 1usize..4],
        padded: [bool; 2], last: bool, seed: u64,
    ) {
        (shape[2], shape[3]) = (shape[2] + 2, shape[3] + 2);
        let padding = [0, 1].map(|axis| if padded[axis] { size[axis] / 2 } else { 0 });
        // Ties too: both give the gradient to the first of them.
        let x = random(shape, seed).mul_scalar(2).round();
        let ours =
            |x, _: &[Tensor<1>]| kernels::max_pool(laid_out(x, last), size, stride, padding);
        let options = MaxPoolOptions::new(size).with_stride(stride).with_padding(padding);
        let burns = |x, _: &[Tensor<1>]| max_pool2d(x, options.clone());
        prop_assert_eq!(distance(ours, burns, &x, &[]), 0.0);
    }
}
