//! The operations of a training step at sizes of ResNet-20, VGG-16 and LeNet-5, beside burn's own:
//! forward, and forward with all gradients.
//!
//! `RAYON_NUM_THREADS=1 cargo bench --workspace --profile dev --bench operations -- --warm-up-time 0.5 --measurement-time 2`

use std::hint::black_box;

use burn::tensor::activation::relu;
use burn::tensor::module::{batch_norm_train, conv2d};
use burn::tensor::ops::ConvOptions;
use burn::tensor::{Device, Distribution, Tensor};
use criterion::{Criterion, criterion_group, criterion_main};

fn random<const D: usize>(shape: [usize; D]) -> Tensor<D> {
    Tensor::random(shape, Distribution::Normal(0.0, 1.0), &Device::flex().autodiff())
}

/// Times both; `x` is what they are differentiated by.
fn pair(
    bench: &mut Criterion,
    name: &str,
    x: [usize; 4],
    ours: impl Fn(Tensor<4>) -> Tensor<4>,
    burns: impl Fn(Tensor<4>) -> Tensor<4>,
) {
    let mut group = bench.benchmark_group(name);
    group.sample_size(10);
    let plain = random(x);
    // As it lies behind an operation of ours, and behind one of burn's.
    let inputs = [kernels::relu(plain.clone()), plain];
    let computes: [(&str, &dyn Fn(Tensor<4>) -> Tensor<4>); 2] =
        [("ours", &ours), ("burn", &burns)];
    for ((who, compute), input) in computes.into_iter().zip(inputs) {
        let input = input.inner();
        group.bench_function(format!("{who}, forward"), |b| {
            b.iter(|| black_box(compute(Tensor::from_inner(input.clone()))));
        });
        group.bench_function(format!("{who}, with gradients"), |b| {
            b.iter(|| {
                let x = Tensor::from_inner(input.clone()).require_grad();
                black_box(compute(x).sum().backward())
            });
        });
    }
}

fn convolutions(bench: &mut Criterion) {
    for (batch, channels, units, side, kernel, stride, padding) in [
        (128, 16, 16, 32, 3, 1, 1),
        (128, 16, 32, 32, 3, 2, 1),
        (128, 64, 64, 8, 3, 1, 1),
        (64, 64, 64, 32, 3, 1, 1),
        (64, 256, 256, 8, 3, 1, 1),
        (64, 512, 512, 2, 3, 1, 1),
        (64, 1, 20, 28, 5, 1, 0),
        (64, 20, 50, 12, 5, 1, 0),
    ] {
        let weight = random([units, channels, kernel, kernel]).require_grad();
        let (stride, padding) = ([stride; 2], [padding; 2]);
        let options = ConvOptions::new(stride, padding, [1, 1], 1);
        let name = format!("{batch}x{channels}x{side}x{side} to {units}, {kernel}x{kernel}");
        pair(
            bench,
            &name,
            [batch, channels, side, side],
            |x| kernels::convolution(x, weight.clone(), None, stride, padding),
            |x| conv2d(x, weight.clone(), None, options.clone()),
        );
    }
}

fn others(bench: &mut Criterion) {
    let [scale, shift] = [(); 2].map(|()| random([16]).require_grad());
    let x = [128, 16, 32, 32];
    pair(
        bench,
        "batch norm 128x16x32x32",
        x,
        |x| kernels::batch_norm(x, scale.clone(), shift.clone(), 1e-5).output,
        |x| batch_norm_train(x, scale.clone(), shift.clone(), 1e-5).output,
    );
    pair(bench, "relu 128x16x32x32", x, kernels::relu, relu);
}

criterion_group!(benches, convolutions, others);
criterion_main!(benches);
