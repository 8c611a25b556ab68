//! What SiPP's methods cost: scores and mask together, from 256 points, on both LeNets of the authors'
//! code; beside a forward pass of the same points.
//!
//! `cargo bench --workspace --profile dev --bench sipp` (the dev profile is optimised, so nothing has
//! to be built anew).

#[path = "../tests/common/mod.rs"]
mod common;

use std::hint::black_box;

use burn::tensor::Tensor;
use common::{Golden, NETWORKS};
use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use models::Network;
use pruning::methods::{self, Options};
use pruning::{
    Budget, Certifier, Density, ErrorForm, Mask, Reduction, Scope, Share, Subject, Trust, allocate,
    generator, prune, sensitivities,
};

/// Each method, scores and mask together, at density 0.1.
fn pruning(bench: &mut Criterion) {
    for name in NETWORKS {
        let golden = Golden::of(name);
        let images = golden.points(256);
        let network = &golden.network;
        let mut group = bench.benchmark_group(name);
        group.sample_size(20);
        group.bench_function("forward", |b| b.iter(|| forward(network, &images)));
        let everything = Mask::full(network.architecture());
        let budget = Density::new(0.1).expect("in (0, 1]").budget(everything.total());
        for method in ["sipp", "sipp-rand", "sipp-hybrid"] {
            let entry = methods::entry(method).expect("a method of the crate");
            let pruner = entry.build(&Options::default()).expect("its defaults");
            group.bench_function(method, |b| {
                b.iter(|| {
                    let subject = Subject::new(network, &images);
                    prune(&*pruner, subject, Scope::Global, &everything, budget, &mut generator(1))
                        .expect("points and budget are there")
                });
            });
        }
        let certifier = certifier(network, &images);
        let sipp = methods::entry("sipp").expect("a method of the crate");
        let sipp = sipp.build(&Options::default()).expect("its defaults");
        let subject = Subject::new(network, &images);
        let pruned = prune(&*sipp, subject, Scope::Global, &everything, budget, &mut generator(1));
        let survivors = pruned.expect("points and budget are there").apply(network);
        group.bench_function("certificate", |b| {
            b.iter(|| certifier.certify(&survivors, None).expect("its bounds hold"));
        });
    }
}

fn forward(network: &Network, images: &Tensor<4>) -> Vec<f32> {
    let logits = network.forward(images.clone());
    logits.into_data().try_into_vec().expect("logits are f32")
}

fn certifier(network: &Network, images: &Tensor<4>) -> Certifier {
    let trust = Trust::new(0.05, 3.0).expect("in range");
    Certifier::new(network.clone(), images.clone(), None, trust).expect("there are points")
}

/// Sensitivities against the number of points.
fn scores(bench: &mut Criterion) {
    for name in NETWORKS {
        let golden = Golden::of(name);
        let mut group = bench.benchmark_group(format!("{name} sensitivities"));
        group.sample_size(20);
        for reduction in Reduction::ALL {
            for count in [64, 128, 256, 512] {
                let images = golden.points(count);
                let id = BenchmarkId::new(reduction.as_str(), count);
                group.bench_function(id, |b| {
                    b.iter(|| sensitivities(&golden.network, &images, *reduction, 64));
                });
            }
        }
    }
}

/// The convex program for 3,000 units.
fn allocation(bench: &mut Criterion) {
    let side = |i: usize| Share {
        coefficient: 100.0 + 400.0 * (i as f64 * 0.37).sin().powi(2),
        importance: 1.0 / 300.0,
        most: 100 + i % 300,
    };
    let sides: Vec<Share> = (0..6000).map(side).collect();
    let budget = Budget(sides.iter().map(|side| side.most).sum::<usize>() / 10);
    for form in ErrorForm::ALL {
        bench.bench_function(&format!("allocation of 3,000 units, {form}"), |b| {
            b.iter(|| allocate(*form, black_box(&sides), budget.0));
        });
    }
}

criterion_group!(benches, pruning, scores, allocation);
criterion_main!(benches);
