//! Networks for tests.

use models::{Architecture, Builder, Convolution, Window, zoo};

/// Every operation; values that several read, maps of several margins, a sum that is clipped and one
/// that is not.
pub(crate) fn everything() -> Architecture {
    let mut net = Builder::new("everything", [2, 9, 8]);
    let image = net.input();
    let a = net.convolution(image, "conv1", Convolution::new(4, 3).padding(1).bias(false));
    let a = net.batch_norm(a, "bn1");
    let a = net.relu(a);
    let pooled = net.max_pool(a, Window::new(3).stride(2).padding(1));
    let b = net.convolution(pooled, "conv2", Convolution::new(4, 3).padding(1));
    let sum = net.add(b, pooled);
    let clipped = net.relu(sum);
    let c = net.convolution(clipped, "conv3", Convolution::new(3, 3).stride(2).padding(2));
    let c = net.max_pool(c, Window::new(2).stride(1));
    let d = net.convolution(sum, "shortcut", Convolution::new(3, 1).stride(2));
    let sum = net.add(c, d);
    let sum = net.relu(sum);
    let joined = net.concat(&[sum, d]);
    let joined = net.relu(joined);
    let joined = net.average_pool(joined, 2);
    let hidden = net.linear(joined, "fc1", 12);
    let hidden = net.relu(hidden);
    let logits = net.linear(hidden, "fc2", 5);
    net.build(logits).unwrap()
}

pub(crate) fn small(name: &str, widths: &[usize], input: [usize; 3]) -> Architecture {
    let request = zoo::Request { widths: widths.to_vec(), input, ..zoo::Request::named(name) };
    zoo::architecture(&request).unwrap()
}
