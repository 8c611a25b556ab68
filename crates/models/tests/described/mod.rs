//! Networks with norms, sums and concatenation, described by the public builder alone.

use models::{Architecture, Builder, Convolution, Value};

/// He's residual network of 20 layers for CIFAR with projection shortcuts.
pub(crate) fn resnet_20() -> Architecture {
    let mut net = Builder::new("resnet-20", [3, 32, 32]);
    let stem = Convolution::new(16, 3).padding(1).bias(false);
    let x = net.convolution(net.input(), "conv1", stem);
    let x = net.batch_norm(x, "bn1");
    let mut x = net.relu(x);
    for (stage, filters) in [(1, 16), (2, 32), (3, 64)] {
        for block in 0..3 {
            let name = format!("layer{stage}.{block}");
            let stride = if stage > 1 && block == 0 { 2 } else { 1 };
            x = basic_block(&mut net, x, &name, filters, stride);
        }
    }
    let x = net.global_average_pool(x);
    let x = net.linear(x, "fc", 10);
    net.build(x).unwrap()
}

fn basic_block(net: &mut Builder, x: Value, name: &str, filters: usize, stride: usize) -> Value {
    let first = Convolution::new(filters, 3).stride(stride).padding(1).bias(false);
    let y = net.convolution(x, &format!("{name}.conv1"), first);
    let y = net.batch_norm(y, &format!("{name}.bn1"));
    let y = net.relu(y);
    let second = Convolution::new(filters, 3).padding(1).bias(false);
    let y = net.convolution(y, &format!("{name}.conv2"), second);
    let y = net.batch_norm(y, &format!("{name}.bn2"));
    let shortcut = if stride == 1 {
        x
    } else {
        let projection = Convolution::new(filters, 1).stride(stride).bias(false);
        let x = net.convolution(x, &format!("{name}.downsample.0"), projection);
        net.batch_norm(x, &format!("{name}.downsample.1"))
    };
    let sum = net.add(y, shortcut);
    net.relu(sum)
}

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
