//! Convolution against burn's own, on random shapes; and the same bits on any number of threads.

mod common;

use burn::tensor::Tensor;
use burn::tensor::module::conv2d;
use burn::tensor::ops::ConvOptions;
use common::{distance, laid_out, random};
use proptest::prelude::*;

#[derive(Debug, Clone, Copy)]
struct Case {
    x: [usize; 4],
    units: usize,
    kernel: [usize; 2],
    stride: [usize; 2],
    padding: [usize; 2],
    bias: bool,
    channels_last: bool,
}

prop_compose! {
    fn cases()(
        batch in 1usize..20, channels in prop_oneof![1usize..20, 90usize..110],
        units in 1usize..40, kernel in [1usize..6, 1usize..6], room in [0usize..14, 0usize..14],
        stride in [1usize..4, 1usize..4], padding in [0usize..3, 0usize..3],
        bias: bool, channels_last: bool,
    ) -> Case {
        let side = |axis: usize| {
            (kernel[axis] + room[axis]).saturating_sub(2 * padding[axis]).max(1)
        };
        let x = [batch, channels, side(0), side(1)];
        Case { x, units, kernel, stride, padding, bias, channels_last }
    }
}

impl Case {
    fn weight_shape(&self) -> [usize; 4] {
        [self.units, self.x[1], self.kernel[0], self.kernel[1]]
    }

    /// By the kernels, or by burn. The first vector is the weight, the second the bias.
    fn compute(&self, ours: bool, x: Tensor<4>, vectors: &[Tensor<1>]) -> Tensor<4> {
        let weight = vectors[0].clone().reshape(self.weight_shape());
        let bias = vectors.get(1).cloned();
        if ours {
            let x = laid_out(x, self.channels_last);
            return kernels::convolution(x, weight, bias, self.stride, self.padding);
        }
        let options = ConvOptions::new(self.stride, self.padding, [1, 1], 1);
        conv2d(x, weight, bias, options)
    }

    fn vectors(&self, seed: u64) -> Vec<Tensor<1>> {
        let weight = random([self.weight_shape().iter().product()], seed);
        let bias = self.bias.then(|| random([self.units], !seed));
        [Some(weight), bias].into_iter().flatten().collect()
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]
    #[test]
    fn agrees_with_burn(case in cases(), seed: u64) {
        let ours = |x, vectors: &[Tensor<1>]| case.compute(true, x, vectors);
        let burns = |x, vectors: &[Tensor<1>]| case.compute(false, x, vectors);
        let x = random(case.x, seed.wrapping_add(1));
        let distance = distance(ours, burns, &x, &case.vectors(seed));
        // 1e-6 is usual; few values that are sums of hundreds of terms may all come out small beside these.
        prop_assert!(distance < 1e-3, "{distance}");
    }

    #[test]
    fn threads_do_not_change_bits(case in cases(), seed: u64) {
        let x = random(case.x, seed.wrapping_add(1)).require_grad();
        let vectors: Vec<_> =
            case.vectors(seed).into_iter().map(|vector| vector.require_grad()).collect();
        let bits = |threads| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            pool.install(|| {
                let output = case.compute(true, x.clone(), &vectors);
                let gradients = (output.clone() * output.clone()).sum().backward();
                let of_vectors = vectors.iter().map(|v| v.grad(&gradients).unwrap().into_data());
                let mut data = vec![output.into_data(), x.grad(&gradients).unwrap().into_data()];
                data.extend(of_vectors);
                data
            })
        };
        prop_assert_eq!(bits(1), bits(3));
    }
}
