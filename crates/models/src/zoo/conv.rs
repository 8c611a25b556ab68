//! The convolutional networks of the lottery-ticket paper (Frankle & Carbin 2019, arXiv 1803.03635):
//! VGG's beginning, made small for CIFAR. Widths are those of each pair of convolutions and of the
//! dense layers.

use super::{Entry, Images, Request};
use crate::architecture::Architecture;
use crate::builder::{Builder, Convolution};
use crate::error::ModelError;

const IMAGES: Images = Images::Any([3, 32, 32]);

pub(super) const CONV_2: Entry = Entry {
    name: "conv-2",
    examples: &["conv-2"],
    summary: "a pair of convolutions of 64, pooled, dense 256, 256",
    images: IMAGES,
    build: |request| describe(request, request.stages([64, 256])?),
};

pub(super) const CONV_4: Entry = Entry {
    name: "conv-4",
    examples: &["conv-4"],
    summary: "two pairs of convolutions, 64 and 128, then as conv-2",
    images: IMAGES,
    build: |request| describe(request, request.stages([64, 128, 256])?),
};

pub(super) const CONV_6: Entry = Entry {
    name: "conv-6",
    examples: &["conv-6"],
    summary: "three pairs of convolutions, 64, 128 and 256, then as conv-2",
    images: IMAGES,
    build: |request| describe(request, request.stages([64, 128, 256, 256])?),
};

fn describe<const N: usize>(
    request: &Request,
    widths: [usize; N],
) -> Result<Architecture, ModelError> {
    let mut net = Builder::new(&request.name, request.input);
    let mut x = net.input();
    for (pair, &filters) in widths[..N - 1].iter().enumerate() {
        for number in [2 * pair + 1, 2 * pair + 2] {
            let convolution = Convolution::new(filters, 3).padding(1);
            x = net.convolution(x, &format!("conv{number}"), convolution);
            x = net.relu(x);
        }
        x = net.max_pool(x, 2);
    }
    for name in ["fc1", "fc2"] {
        x = net.linear(x, name, widths[N - 1]);
        x = net.relu(x);
    }
    let x = net.linear(x, "fc3", request.classes);
    net.build(x)
}
