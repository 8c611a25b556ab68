//! A training step waits for nothing: how often the host reads from the device, counted from wgpu's own log.
#![cfg(feature = "wgpu-lean")]

mod common;

use std::cell::RefCell;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

use common::Lab;
use experiments::config::{Overrides, read};
use experiments::run::{Prepared, prepare};
use experiments::seeds::Seeds;
use experiments::train::{Masking, Steps, Training, train};
use models::Network;

/// Buffers that were mapped for the host, and submissions to the device's queue.
static READS: AtomicUsize = AtomicUsize::new(0);
static SUBMISSIONS: AtomicUsize = AtomicUsize::new(0);

struct Counter;

impl log::Log for Counter {
    fn enabled(&self, metadata: &log::Metadata<'_>) -> bool {
        metadata.target().starts_with("wgpu_core")
    }

    fn log(&self, record: &log::Record<'_>) {
        let text = record.args().to_string();
        if text.starts_with("Buffer::map_async") {
            READS.fetch_add(1, Relaxed);
        } else if text == "Queue::submit" {
            SUBMISSIONS.fetch_add(1, Relaxed);
        }
    }

    fn flush(&self) {}
}

const EXPERIMENT: &str = r#"
name = "steps"
seeds = [1]
backend = "wgpu"

[dataset]
name = "digits"
validation = 0.2
augment = { pad = 1, flip = true }

[network]
name = "mlp"
widths = [32]

[train]
length = "60 iterations"
learning_rate = 0.05
momentum = 0.9
weight_decay = 1e-4
schedule = "cosine"
evaluate_every = "20 iterations"

[prune]
methods = ["magnitude"]
densities = [0.5]
retraining = ["fine-tune"]
"#;

#[test]
fn the_host_reads_at_looks_and_at_no_other_time() {
    log::set_logger(&Counter).unwrap();
    log::set_max_level(log::LevelFilter::Trace);
    let lab = Lab::new(EXPERIMENT);
    let experiment = read(&lab.path("config.toml"), &Overrides::default()).unwrap();
    let Prepared { experiment, architecture, data, opened, .. } = prepare(experiment).unwrap();
    let seeds = Seeds::new(1);
    let network = Network::new(architecture, experiment.init, seeds.init(), &opened.device);
    let ones: Vec<Vec<f32>> =
        network.architecture().layers().iter().map(|layer| vec![1.0; layer.weights()]).collect();
    let ones = ones.iter().map(Vec::as_slice);
    let factors = models::PerWeight::new(network.architecture(), ones, &opened.device);
    let training = Training {
        data: &data,
        recipe: &experiment.train,
        steps: Steps::Dense,
        checkpoints: None,
        shown: None,
        iterations: 0..60,
        order: seeds.order(0),
        augmentation: experiment.augmentation.map(|how| (how, seeds.augmentation(0))),
        masking: Masking::Fixed(&factors),
        fork: None,
        snapshots: Vec::new(),
    };
    // After each iteration, and its look if there was one. Masks are read once before the first.
    let counts = RefCell::new(Vec::new());
    train(network, training, || {
        counts.borrow_mut().push((READS.load(Relaxed), SUBMISSIONS.load(Relaxed)));
        true
    })
    .unwrap();
    let counts = counts.into_inner();
    let reads: Vec<usize> = counts.windows(2).map(|pair| pair[1].0 - pair[0].0).collect();
    let submissions = counts[59].1 - counts[0].1;
    eprintln!("reads in iterations 2 to 60: {reads:?}; {submissions} submissions");
    for (reads, iteration) in reads.iter().zip(2..) {
        match iteration % 20 {
            0 => assert!(*reads > 0, "the look after iteration {iteration} reads"),
            _ => assert_eq!(*reads, 0, "iteration {iteration}"),
        }
    }
    assert_eq!(reads.len(), 59);
    assert!(submissions > 0);
}
