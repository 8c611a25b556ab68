//! Networks with norms, sums and concatenation, described by the public builder alone.

use models::{Architecture, Builder, Convolution, Value};

/// DenseNet-BC of 22 layers, growth 12, which halves the channels between its three blocks.
pub(crate) fn densenet_22() -> Architecture {
    let mut net = Builder::new("densenet-22", [3, 32, 32]);
    let stem = Convolution::new(24, 3).padding(1).bias(false);
    let mut x = net.convolution(net.input(), "conv1", stem);
    let mut channels = 24;
    for block in 1..=3 {
        for layer in 0..3 {
            let name = format!("dense{block}.{layer}");
            let y = norm_relu_convolution(&mut net, x, &name, 1, Convolution::new(48, 1));
            let y =
                norm_relu_convolution(&mut net, y, &name, 2, Convolution::new(12, 3).padding(1));
            x = net.concat(&[x, y]);
            channels += 12;
        }
        if block < 3 {
            channels /= 2;
            let name = format!("trans{block}");
            x = norm_relu_convolution(&mut net, x, &name, 1, Convolution::new(channels, 1));
            x = net.average_pool(x, 2);
        }
    }
    let x = net.batch_norm(x, "bn");
    let x = net.relu(x);
    let x = net.global_average_pool(x);
    let x = net.linear(x, "fc", 10);
    net.build(x).unwrap()
}

fn norm_relu_convolution(
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
