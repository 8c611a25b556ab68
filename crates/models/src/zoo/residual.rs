//! The blocks of residual networks (He et al. 2016, arXiv 1512.03385): what is computed, normalised
//! and added to what came in.

use crate::builder::{Builder, Convolution, Value};
use crate::window::Window;

/// Describes a block of this name behind a value, with so many filters, moved by so much.
pub(super) type Block = fn(&mut Builder, Value, &str, usize, usize) -> Value;

/// Stages of blocks: the first block of each stage but the first one halves the map.
///
/// `blocks` has how many a stage has, `widths` their filters.
pub(super) fn stages(
    net: &mut Builder,
    x: Value,
    block: Block,
    blocks: &[usize],
    widths: &[usize],
) -> Value {
    let mut x = x;
    for (stage, (&blocks, &width)) in blocks.iter().zip(widths).enumerate() {
        for index in 0..blocks {
            let stride = if stage > 0 && index == 0 { 2 } else { 1 };
            x = block(net, x, &format!("layer{}.{index}", stage + 1), width, stride);
        }
    }
    x
}

/// Two convolutions of 3x3.
pub(super) fn basic(
    net: &mut Builder,
    x: Value,
    name: &str,
    filters: usize,
    stride: usize,
) -> Value {
    let y = two(net, x, name, filters, stride);
    around(net, x, y, name, stride)
}

/// The same, and around them, where their shapes differ, every other row and column of what came in with
/// channels of zeros on both sides (option A of the paper).
pub(super) fn basic_padded(
    net: &mut Builder,
    x: Value,
    name: &str,
    filters: usize,
    stride: usize,
) -> Value {
    let y = two(net, x, name, filters, stride);
    let sum = if net.shape(x) == net.shape(y) {
        net.add(y, x)
    } else {
        // The largest value of a single one.
        let x = net.max_pool(x, Window::new(1).stride(stride));
        net.add_padded(y, x)
    };
    net.relu(sum)
}

/// Convolutions of 1x1, 3x3 and, to four times as many filters, 1x1.
pub(super) fn bottleneck(
    net: &mut Builder,
    x: Value,
    name: &str,
    filters: usize,
    stride: usize,
) -> Value {
    let middle = Convolution::new(filters, 3).stride(stride).padding(1);
    let (narrow, wide) = (Convolution::new(filters, 1), Convolution::new(4 * filters, 1));
    let mut y = x;
    for (number, convolution) in [narrow, middle, wide].into_iter().enumerate() {
        if number > 0 {
            y = net.relu(y);
        }
        y = numbered(net, y, name, number + 1, convolution);
    }
    around(net, x, y, name, stride)
}

/// A convolution without bias and its norm; the names of both.
pub(super) fn normalised(
    net: &mut Builder,
    x: Value,
    names: [&str; 2],
    convolution: Convolution,
) -> Value {
    let x = net.convolution(x, names[0], convolution.bias(false));
    net.batch_norm(x, names[1])
}

fn two(net: &mut Builder, x: Value, name: &str, filters: usize, stride: usize) -> Value {
    let first = Convolution::new(filters, 3).stride(stride).padding(1);
    let y = numbered(net, x, name, 1, first);
    let y = net.relu(y);
    numbered(net, y, name, 2, Convolution::new(filters, 3).padding(1))
}

/// The convolution of this number in a block.
fn numbered(
    net: &mut Builder,
    x: Value,
    block: &str,
    number: usize,
    convolution: Convolution,
) -> Value {
    let names = [&*format!("{block}.conv{number}"), &format!("{block}.bn{number}")];
    normalised(net, x, names, convolution)
}

/// ReLU of `y` and what goes around it: `x`, through a projection where their shapes differ.
fn around(net: &mut Builder, x: Value, y: Value, name: &str, stride: usize) -> Value {
    let shape = net.shape(y);
    let shortcut = if net.shape(x) == shape {
        x
    } else {
        let names = [&*format!("{name}.downsample.0"), &format!("{name}.downsample.1")];
        normalised(net, x, names, Convolution::new(shape[0], 1).stride(stride))
    };
    let sum = net.add(y, shortcut);
    net.relu(sum)
}
