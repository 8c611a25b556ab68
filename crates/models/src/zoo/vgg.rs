//! VGG with batch normalisation (Simonyan & Zisserman 2015, arXiv 1409.1556), as made for CIFAR: five
//! stages of convolutions of 3x3, each pooled, and one dense layer over the mean of what is left.

use super::{Entry, Images, Request};
use crate::architecture::Architecture;
use crate::builder::{Builder, Convolution};
use crate::error::ModelError;

const IMAGES: Images = Images::Any([3, 32, 32]);

pub(super) const VGG_11: Entry = Entry {
    name: "vgg-11",
    examples: &["vgg-11"],
    summary: "8 convolutions of 64 to 512 filters with norms, one dense layer",
    images: IMAGES,
    build: |request| describe(request, [1, 1, 2, 2, 2]),
};

pub(super) const VGG_13: Entry = Entry {
    name: "vgg-13",
    examples: &["vgg-13"],
    summary: "the same with 10 convolutions",
    images: IMAGES,
    build: |request| describe(request, [2, 2, 2, 2, 2]),
};

pub(super) const VGG_16: Entry = Entry {
    name: "vgg-16",
    examples: &["vgg-16"],
    summary: "the same with 13 convolutions",
    images: IMAGES,
    build: |request| describe(request, [2, 2, 3, 3, 3]),
};

pub(super) const VGG_19: Entry = Entry {
    name: "vgg-19",
    examples: &["vgg-19"],
    summary: "the same with 16 convolutions",
    images: IMAGES,
    build: |request| describe(request, [2, 2, 4, 4, 4]),
};

/// Names count what PyTorch's list of modules counts: a convolution, its norm and activation, a pool.
fn describe(request: &Request, convolutions: [usize; 5]) -> Result<Architecture, ModelError> {
    let widths = request.stages([64, 128, 256, 512, 512])?;
    let mut net = Builder::new(&request.name, request.input);
    let mut x = net.input();
    let mut module = 0;
    for (count, filters) in convolutions.into_iter().zip(widths) {
        for _ in 0..count {
            let convolution = Convolution::new(filters, 3).padding(1);
            x = net.convolution(x, &format!("features.{module}"), convolution);
            x = net.batch_norm(x, &format!("features.{}", module + 1));
            x = net.relu(x);
            module += 3;
        }
        x = net.max_pool(x, 2);
        module += 1;
    }
    let x = net.global_average_pool(x);
    let x = net.linear(x, "classifier", request.classes);
    net.build(x)
}
