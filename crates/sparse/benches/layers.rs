//! What a layer's passes cost, by density, and `filled`, with all weights.
//!
//! `cargo bench -p sparse --profile dev --bench layers`

use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use sparse::{Activations, Kernel, Layer, Maps, Pattern};

const BATCH: usize = 64;

fn number(index: usize) -> f32 {
    (index as f32 * 0.7).sin()
}

fn layer(units: usize, kernel: Kernel, input: Maps, density: f32) -> Layer {
    let fan_in = input.channels * kernel.size[0] * kernel.size[1];
    let mut state = 1u32;
    let stored = (0..units * fan_in).map(|_| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        ((state >> 8) as f32) < density * (1 << 24) as f32
    });
    Layer::new(Pattern::new(fan_in, stored), kernel, input, [0, 0])
}

fn passes(bench: &mut Criterion) {
    let conv = |size, padding| Kernel { size: [size; 2], stride: [1; 2], padding: [padding; 2] };
    let flat = |channels| (Kernel::whole(Maps::new(channels, 1, 1)), Maps::new(channels, 1, 1));
    let shapes = [
        ("linear 784 to 300", 300, flat(784)),
        ("linear 300 to 100", 100, flat(300)),
        ("conv 5x5, 6 to 16, 14x14", 16, (conv(5, 0), Maps::new(6, 14, 14))),
        ("conv 3x3, 16 to 16, 32x32", 16, (conv(3, 1), Maps::new(16, 32, 32).margin([1, 1]))),
        ("conv 3x3, 64 to 64, 8x8", 64, (conv(3, 1), Maps::new(64, 8, 8).margin([1, 1]))),
    ];
    for (name, units, (kernel, maps)) in shapes {
        let mut group = bench.benchmark_group(name);
        let layer = |density| layer(units, kernel, maps, density);
        let sparse = [1.0, 0.2, 0.05, 0.02].map(|density| (density.to_string(), layer(density)));
        for (name, layer) in sparse.into_iter().chain([("filled".to_owned(), layer(1.0).filled())])
        {
            let weights: Vec<_> = (0..layer.pattern().stored()).map(number).collect();
            let bias = vec![0.1; units];
            let images: Vec<_> = (0..BATCH * maps.values()).map(number).collect();
            let mut x = Activations::zeros(maps, BATCH);
            x.read(images.chunks_exact(maps.values()));
            let mut y = Activations::zeros(layer.output(), BATCH);
            group.bench_function(BenchmarkId::new("forward", &name), |b| {
                b.iter(|| layer.forward(&weights, Some(&bias), true, &x, &mut y));
            });
            let mut dx = Activations::zeros(maps, BATCH);
            group.bench_function(BenchmarkId::new("input-gradient", &name), |b| {
                b.iter(|| {
                    dx.clear();
                    layer.input_gradient(&weights, &y, &mut dx)
                });
            });
            let mut dw = weights.clone();
            group.bench_function(BenchmarkId::new("weight-gradient", &name), |b| {
                b.iter(|| {
                    dw.fill(0.0);
                    layer.weight_gradient(&x, &y, &mut dw)
                });
            });
            let mut db = bias.clone();
            group.bench_function(BenchmarkId::new("bias-gradient", &name), |b| {
                b.iter(|| {
                    db.fill(0.0);
                    layer.bias_gradient(&y, &mut db)
                });
            });
        }
        group.finish();
    }
}

criterion_group!(benches, passes);
criterion_main!(benches);
