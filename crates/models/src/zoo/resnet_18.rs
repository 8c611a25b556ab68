//! He's residual network of 18 layers for ImageNet (arXiv 1512.03385, table 1), as torchvision has it.

use super::{Entry, Images, Request, residual};
use crate::architecture::Architecture;
use crate::builder::{Builder, Convolution};
use crate::error::ModelError;
use crate::window::Window;

pub(super) const ENTRY: Entry = Entry {
    name: "resnet-18",
    examples: &["resnet-18"],
    summary: "residual, four stages of 2 basic blocks, for ImageNet",
    images: Images::Any([3, 224, 224]),
    build: describe,
};

fn describe(request: &Request) -> Result<Architecture, ModelError> {
    let widths = request.stages([64, 128, 256, 512])?;
    let mut net = Builder::new(&request.name, request.input);
    let x = net.input();
    let stem = Convolution::new(widths[0], 7).stride(2).padding(3);
    let x = residual::normalised(&mut net, x, ["conv1", "bn1"], stem);
    let x = net.relu(x);
    let x = net.max_pool(x, Window::new(3).stride(2).padding(1));
    let x = residual::stages(&mut net, x, residual::basic, &[2; 4], &widths);
    let x = net.global_average_pool(x);
    let x = net.linear(x, "fc", request.classes);
    net.build(x)
}
