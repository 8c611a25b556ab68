use burn::tensor::{Device, Tensor};
use models::{Network, Shape};
use rand::RngExt;

/// Random images where no points are given.
const COUNT: usize = 256;

/// Images for where no points are given: independent pixels of mean 0 and variance 1.
pub(super) fn random([channels, height, width]: Shape, seed: u64, device: &Device) -> Tensor<4> {
    let mut rng = pruning::generator(seed);
    let end = 3.0_f32.sqrt();
    let pixels = (0..COUNT * channels * height * width).map(|_| rng.random_range(-end..end));
    let pixels: Vec<f32> = pixels.collect();
    let flat = Tensor::<1>::from_data(pixels.as_slice(), device);
    flat.reshape([COUNT, channels, height, width])
}

/// The largest difference between logits of the two, and the largest logit of the first.
pub(super) fn difference(a: &Network, b: &Network, images: &Tensor<4>) -> (f32, f32) {
    let (a, b) = (a.forward(images.clone()), b.forward(images.clone()));
    let largest = a.clone().abs().max().into_scalar::<f32>();
    ((a - b).abs().max().into_scalar::<f32>(), largest)
}
