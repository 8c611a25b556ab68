//! Wide residual networks (Zagoruyko & Komodakis 2016, arXiv 1605.07146) without dropout: norm and
//! activation come before each convolution.

use super::{Entry, Images, Request, residual};
use crate::architecture::Architecture;
use crate::builder::{Builder, Convolution, Value};
use crate::error::ModelError;

const NAME: &str = "wrn-{depth}-{width}";

pub(super) const ENTRY: Entry = Entry {
    name: NAME,
    examples: &["wrn-16-8", "wrn-28-2"],
    summary: "wide residual, norms before convolutions",
    images: Images::Any([3, 32, 32]),
    build: |request| {
        let [depth, width] = request.numbers(NAME);
        let blocks = request.repeats(depth, 4)?;
        if width == 0 {
            return Err(request.rejection("width 0; expected at least 1".to_owned()));
        }
        describe(request, blocks, request.stages([16, 16 * width, 32 * width, 64 * width])?)
    },
};

/// The first width is that of the convolution before the stages.
fn describe(
    request: &Request,
    blocks: usize,
    widths: [usize; 4],
) -> Result<Architecture, ModelError> {
    let mut net = Builder::new(&request.name, request.input);
    let stem = Convolution::new(widths[0], 3).padding(1).bias(false);
    let x = net.convolution(net.input(), "conv1", stem);
    let x = residual::stages(&mut net, x, block, &[blocks; 3], &widths[1..]);
    let x = net.batch_norm(x, "bn1");
    let x = net.relu(x);
    let x = net.global_average_pool(x);
    let x = net.linear(x, "fc", request.classes);
    net.build(x)
}

/// Where the shapes differ, what goes around takes the first norm and activation too.
fn block(net: &mut Builder, x: Value, name: &str, filters: usize, stride: usize) -> Value {
    let active = net.batch_norm(x, &format!("{name}.bn1"));
    let active = net.relu(active);
    let first = Convolution::new(filters, 3).stride(stride).padding(1).bias(false);
    let y = net.convolution(active, &format!("{name}.conv1"), first);
    let y = net.batch_norm(y, &format!("{name}.bn2"));
    let y = net.relu(y);
    let second = Convolution::new(filters, 3).padding(1).bias(false);
    let y = net.convolution(y, &format!("{name}.conv2"), second);
    let shortcut = if net.shape(x) == net.shape(y) {
        x
    } else {
        let projection = Convolution::new(filters, 1).stride(stride).bias(false);
        net.convolution(active, &format!("{name}.downsample.0"), projection)
    };
    net.add(y, shortcut)
}
