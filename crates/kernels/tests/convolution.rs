//! The kernels against burn's own operations, on random shapes.

use burn::tensor::module::conv2d;
use burn::tensor::ops::ConvOptions;
use burn::tensor::{Device, Distribution, Tensor};
use proptest::prelude::*;

#[derive(Debug, Clone, Copy)]
struct Case {
    x: [usize; 4],
    units: usize,
    kernel: [usize; 2],
    stride: [usize; 2],
    padding: [usize; 2],
    bias: bool,
}

prop_compose! {
    fn cases()(
        batch in 1usize..40, channels in 1usize..20, units in 1usize..40,
        kernel in [1usize..6, 1usize..6], room in [0usize..10, 0usize..10],
        stride in [1usize..4, 1usize..4], padding in [0usize..3, 0usize..3], bias: bool,
    ) -> Case {
        let side = |axis: usize| {
            (kernel[axis] + room[axis]).saturating_sub(2 * padding[axis]).max(1)
        };
        let fits = |axis: usize| side(axis) + 2 * padding[axis] >= kernel[axis];
        assert!(fits(0) && fits(1));
        Case { x: [batch, channels, side(0), side(1)], units, kernel, stride, padding, bias }
    }
}

/// Output and gradients, of the sum of the squares of the output.
fn results(case: &Case, ours: bool, values: &[Tensor<4>], bias: &Tensor<1>) -> Vec<Tensor<1>> {
    let [x, weight] = [0, 1].map(|index| values[index].clone().require_grad());
    let bias = case.bias.then(|| bias.clone().require_grad());
    let output = if ours {
        kernels::convolution(x.clone(), weight.clone(), bias.clone(), case.stride, case.padding)
    } else {
        let options = ConvOptions::new(case.stride, case.padding, [1, 1], 1);
        conv2d(x.clone(), weight.clone(), bias.clone(), options)
    };
    let loss = (output.clone() * output.clone()).sum();
    let gradients = loss.backward();
    let flat = |tensor: Tensor<4>| tensor.reshape([-1]);
    let mut results = vec![
        flat(output.inner()),
        flat(x.grad(&gradients).expect("of x")),
        flat(weight.grad(&gradients).expect("of the weight")),
    ];
    results.extend(bias.map(|bias| bias.grad(&gradients).expect("of the bias")));
    results
}

/// The largest difference over the largest number.
fn distance(a: &Tensor<1>, b: &Tensor<1>) -> f32 {
    let largest = b.clone().abs().max().into_scalar::<f32>();
    let difference = (a.clone() - b.clone()).abs().max().into_scalar::<f32>();
    difference / largest.max(f32::MIN_POSITIVE)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]
    #[test]
    fn agrees_with_burn(case in cases(), seed: u64) {
        let device = Device::flex().autodiff();
        device.seed(seed);
        let random = |shape: [usize; 4]| {
            Tensor::<4>::random(shape, Distribution::Normal(0.0, 1.0), &device)
        };
        let [channels, units] = [case.x[1], case.units];
        let weight = random([units, channels, case.kernel[0], case.kernel[1]]);
        let values = [random(case.x), weight];
        let bias = Tensor::<1>::random([units], Distribution::Normal(0.0, 1.0), &device);
        let ours = results(&case, true, &values, &bias);
        let burns = results(&case, false, &values, &bias);
        for (ours, burns) in ours.iter().zip(&burns) {
            prop_assert_eq!(ours.dims(), burns.dims());
            let distance = distance(ours, burns);
            prop_assert!(distance < 1e-5, "{distance}");
        }
    }
}
