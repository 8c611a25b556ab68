//! The same computation with the kernels and with burn's own operations.

use burn::tensor::{Device, Distribution, Tensor, TensorData};

/// Normal numbers. The seed makes them likely, not certain, to be the same again: other tests draw at
/// the same time.
pub(crate) fn random<const D: usize>(shape: [usize; D], seed: u64) -> Tensor<D> {
    let device = Device::flex().autodiff();
    device.seed(seed);
    Tensor::random(shape, Distribution::Normal(0.0, 1.0), &device)
}

/// Output and gradients for all inputs, of a weighted sum of the output's squares.
fn results(
    compute: &impl Fn(Tensor<4>, &[Tensor<1>]) -> Tensor<4>,
    x: &Tensor<4>,
    vectors: &[Tensor<1>],
) -> Vec<Tensor<1>> {
    let x = x.clone().require_grad();
    let vectors: Vec<_> = vectors.iter().map(|vector| vector.clone().require_grad()).collect();
    let output = compute(x.clone(), &vectors);
    let pattern = |index: usize| (index as f32).sin();
    let values = (0..output.dims().iter().product()).map(pattern).collect();
    let weights = Tensor::from_data(TensorData::new(values, output.dims()), &output.device());
    let gradients = (output.clone() * output.clone() * weights).sum().backward();
    let mut results = vec![output.inner().reshape([-1])];
    results.push(x.grad(&gradients).expect("of the maps").reshape([-1]));
    results.extend(vectors.iter().map(|vector| vector.grad(&gradients).expect("of a vector")));
    results
}

/// The largest difference between any of the results, over the largest number in it, or 1.
pub(crate) fn distance(
    ours: impl Fn(Tensor<4>, &[Tensor<1>]) -> Tensor<4>,
    burns: impl Fn(Tensor<4>, &[Tensor<1>]) -> Tensor<4>,
    x: &Tensor<4>,
    vectors: &[Tensor<1>],
) -> f32 {
    let (ours, burns) = (results(&ours, x, vectors), results(&burns, x, vectors));
    let of_one = |(a, b): (&Tensor<1>, &Tensor<1>)| {
        assert_eq!(a.dims(), b.dims());
        let difference = (a.clone() - b.clone()).abs().max().into_scalar::<f32>();
        difference / b.clone().abs().max().into_scalar::<f32>().max(1.0)
    };
    ours.iter().zip(&burns).map(of_one).fold(0.0, f32::max)
}

/// The same maps with another order in memory: channels last, where `last`.
pub(crate) fn laid_out(x: Tensor<4>, last: bool) -> Tensor<4> {
    match last {
        false => x,
        true => {
            let [batch, channels, height, width] = x.dims();
            let flat = x.permute([0, 2, 3, 1]).reshape([-1]);
            flat.reshape([batch, height, width, channels]).permute([0, 3, 1, 2])
        }
    }
}
