//! He's residual networks for CIFAR (arXiv 1512.03385, section 4.2): three stages of basic blocks.
//! Where the map is halved the shortcut is a projection, as pruning papers have it, or the padded
//! identity of the original, which has no parameters.

use super::residual::{self, Block};
use super::{Entry, Images, Request};
use crate::architecture::Architecture;
use crate::builder::{Builder, Convolution};
use crate::error::ModelError;

const IMAGES: Images = Images::Any([3, 32, 32]);

pub(super) const RESNET_20: Entry = Entry {
    name: "resnet-20",
    examples: &["resnet-20"],
    summary: "residual, three stages of 3 basic blocks, projections for shortcuts",
    images: IMAGES,
    build: |request| describe(request, residual::basic, 3),
};

pub(super) const RESNET_32: Entry = Entry {
    name: "resnet-32",
    examples: &["resnet-32"],
    summary: "the same with 5 blocks a stage",
    images: IMAGES,
    build: |request| describe(request, residual::basic, 5),
};

pub(super) const RESNET_44: Entry = Entry {
    name: "resnet-44",
    examples: &["resnet-44"],
    summary: "the same with 7 blocks a stage",
    images: IMAGES,
    build: |request| describe(request, residual::basic, 7),
};

pub(super) const RESNET_56: Entry = Entry {
    name: "resnet-56",
    examples: &["resnet-56"],
    summary: "the same with 9 blocks a stage",
    images: IMAGES,
    build: |request| describe(request, residual::basic, 9),
};

pub(super) const RESNET_110: Entry = Entry {
    name: "resnet-110",
    examples: &["resnet-110"],
    summary: "the same with 18 blocks a stage",
    images: IMAGES,
    build: |request| describe(request, residual::basic, 18),
};

const PADDED_NAME: &str = "resnet-{depth}-padded";

pub(super) const PADDED: Entry = Entry {
    name: PADDED_NAME,
    examples: &["resnet-20-padded", "resnet-56-padded", "resnet-110-padded"],
    summary: "the same of any depth with padded identities for shortcuts, which have no parameters",
    images: IMAGES,
    build: |request| {
        let [depth] = request.numbers(PADDED_NAME);
        describe(request, residual::basic_padded, request.repeats(depth, 2)?)
    },
};

/// Three stages of so many blocks.
pub(super) fn describe(
    request: &Request,
    block: Block,
    blocks: usize,
) -> Result<Architecture, ModelError> {
    let widths = request.stages([16, 32, 64])?;
    let mut net = Builder::new(&request.name, request.input);
    let x = net.input();
    let stem = Convolution::new(widths[0], 3).padding(1);
    let x = residual::normalised(&mut net, x, ["conv1", "bn1"], stem);
    let x = net.relu(x);
    let x = residual::stages(&mut net, x, block, &[blocks; 3], &widths);
    let x = net.global_average_pool(x);
    let x = net.linear(x, "fc", request.classes);
    net.build(x)
}
