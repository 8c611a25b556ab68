//! Densely connected networks for CIFAR (Huang et al. 2017, arXiv 1608.06993), DenseNet-BC: every
//! layer reads all before it in its block through a bottleneck of 1x1, and channels are halved
//! between the three blocks.

use super::{Entry, Images, Request};
use crate::architecture::Architecture;
use crate::builder::{Builder, Convolution, Value};
use crate::error::ModelError;

const IMAGES: Images = Images::Any([3, 32, 32]);
const OF_DEPTH: &str = "densenet-{depth}";
const OF_GROWTH: &str = "densenet-{depth}-{growth}";

pub(super) const BY_DEPTH: Entry = Entry {
    name: OF_DEPTH,
    examples: &["densenet-22"],
    summary: "densely connected (DenseNet-BC) with growth 12",
    images: IMAGES,
    build: |request| {
        let [depth] = request.numbers(OF_DEPTH);
        describe(request, depth, 12)
    },
};

pub(super) const BY_GROWTH: Entry = Entry {
    name: OF_GROWTH,
    examples: &["densenet-40-24"],
    summary: "the same with a growth of your own",
    images: IMAGES,
    build: |request| {
        let [depth, growth] = request.numbers(OF_GROWTH);
        describe(request, depth, growth)
    },
};

fn describe(request: &Request, depth: usize, growth: usize) -> Result<Architecture, ModelError> {
    let [] = request.stages([])?;
    let layers = request.repeats(depth, 4)?;
    let mut net = Builder::new(&request.name, request.input);
    let stem = Convolution::new(2 * growth, 3).padding(1).bias(false);
    let mut x = net.convolution(net.input(), "conv1", stem);
    for block in 1..=3 {
        for layer in 0..layers {
            x = dense(&mut net, x, &format!("dense{block}.{layer}"), growth);
        }
        if block < 3 {
            let half = Convolution::new(net.shape(x)[0] / 2, 1);
            x = activated(&mut net, x, &format!("trans{block}"), 1, half);
            x = net.average_pool(x, 2);
        }
    }
    let x = net.batch_norm(x, "bn");
    let x = net.relu(x);
    let x = net.global_average_pool(x);
    let x = net.linear(x, "fc", request.classes);
    net.build(x)
}

/// What came in, and behind it `growth` new channels.
fn dense(net: &mut Builder, x: Value, name: &str, growth: usize) -> Value {
    let y = activated(net, x, name, 1, Convolution::new(4 * growth, 1));
    let y = activated(net, y, name, 2, Convolution::new(growth, 3).padding(1));
    net.concat(&[x, y])
}

/// Norm, activation and convolution.
fn activated(
    net: &mut Builder,
    x: Value,
    name: &str,
    number: usize,
    convolution: Convolution,
) -> Value {
    let x = net.batch_norm(x, &format!("{name}.bn{number}"));
    let x = net.relu(x);
    net.convolution(x, &format!("{name}.conv{number}"), convolution.bias(false))
}
