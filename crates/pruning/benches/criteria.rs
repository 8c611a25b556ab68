//! What scoring costs: each criterion on 256 points for the LeNet-300-100 of the authors' code, beside a
//! forward pass, and a forward and backward pass, over the same points; and SynFlow's 100 steps.
//!
//! `cargo bench --workspace --profile dev --bench criteria` (the dev profile is optimised, so nothing
//! has to be built anew).

#[path = "../tests/common/mod.rs"]
mod common;

use std::hint::black_box;

use burn::module::Module;
use burn::tensor::Tensor;
use common::Golden;
use criterion::{Criterion, criterion_group, criterion_main};
use pruning::methods::{self, Options};
use pruning::{Density, Mask, Scope, Subject, cross_entropy, generator, prune};

fn criteria(bench: &mut Criterion) {
    let golden = Golden::of("lenet-300-100");
    let (network, images, labels) = (&golden.network, golden.points(256), golden.classes(256));
    // Weights that training could have come from.
    let initial = network.redrawn(models::Initialisation::KaimingUniform, 1);
    let subject = Subject::new(network, &images).with_labels(&labels).with_initial(&initial);
    let mut group = bench.benchmark_group("lenet-300-100");
    group.sample_size(20);
    group.bench_function("forward", |b| {
        b.iter(|| network.forward(images.clone()).into_data());
    });
    let training = network.clone().train();
    group.bench_function("forward and backward", |b| {
        b.iter(|| {
            let (images, labels) =
                (Tensor::from_inner(images.clone()), Tensor::from_inner(labels.clone()));
            black_box(cross_entropy(training.forward(images), labels).backward())
        });
    });
    for entry in methods::ENTRIES.iter().filter(|entry| entry.takes("steps")) {
        let pruner = entry.build(&Options::default()).expect("its defaults");
        group.bench_function(entry.name, |b| {
            b.iter(|| pruner.examine(subject, &mut generator(1)).expect("it has all it needs"));
        });
    }
    let synflow = methods::entry("synflow").expect("a method of the crate");
    let synflow = synflow.build(&Options::default()).expect("its defaults");
    let everything = Mask::full(network.architecture());
    group.sample_size(10);
    for density in [0.1, 0.01] {
        let budget = Density::new(density).expect("in (0, 1]").budget(everything.total());
        group.bench_function(format!("synflow, 100 steps to {density}"), |b| {
            b.iter(|| {
                prune(&*synflow, subject, Scope::Global, &everything, budget, &mut generator(1))
                    .expect("the budget can be met")
            });
        });
    }
}

criterion_group!(benches, criteria);
criterion_main!(benches);
