//! The blocks of residual networks (He et al. 2016, arXiv 1512.03385): what is computed, normalised
//! and added to what came in.

use crate::builder::{Builder, Convolution, Value};

/// Stages of blocks: the first block of each stage but the first one halves the map.
///
/// `blocks` has how many a stage has, `widths` their filters.
pub(super) fn stages(
    net: &mut Builder,
    x: Value,
    block: fn(&mut Builder, Value, &str, usize, usize) -> Value,
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
    let first = Convolution::new(filters, 3).stride(stride).padding(1);
    let y = normalised(net, x, [&format!("{name}.conv1"), &format!("{name}.bn1")], first);
    let y = net.relu(y);
    let second = Convolution::new(filters, 3).padding(1);
    let y = normalised(net, y, [&format!("{name}.conv2"), &format!("{name}.bn2")], second);
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
