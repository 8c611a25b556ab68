//! Networks with random zeros compute the same when they are shrunk, whatever their graph.

use burn::tensor::Device;
use models::{Architecture, Builder, Convolution, Initialisation, Network, Window, zoo};

use crate::cut::{
    altered, assert_same, cut, cut_to, dense, known, logits, mute_channel, mute_unit, widths,
};

mod cut;

fn chain() -> Architecture {
    let mut request = zoo::Request::named("mlp");
    (request.widths, request.input, request.classes) = (vec![12, 9, 7], [1, 3, 4], 4);
    zoo::architecture(&request).unwrap()
}

/// Paddings as given, a flattened map of 2x2.
fn convolutions(paddings: [usize; 2]) -> Architecture {
    let mut net = Builder::new("convolutions", [2, 8, 8]);
    let [first, second] = paddings.map(|padding| Convolution::new(6, 3).padding(padding));
    let x = net.convolution(net.input(), "conv1", first);
    let x = net.relu(x);
    let x = net.convolution(x, "conv2", second.bias(false));
    let x = net.max_pool(x, 2);
    let x = net.linear_without_bias(x, "fc1", 8);
    let x = net.relu(x);
    let x = net.linear(x, "fc2", 3);
    net.build(x).unwrap()
}

/// Norms, an identity, a projection, and a convolution whose sum goes round itself.
fn residual(padding: usize) -> Architecture {
    let mut net = Builder::new("residual", [2, 6, 6]);
    let kernel = 1 + 2 * padding;
    let convolution = Convolution::new(6, kernel).padding(padding).bias(false);
    let x = net.convolution(net.input(), "stem", convolution);
    let x = net.batch_norm(x, "bn0");
    let x = net.relu(x);
    let y = net.convolution(x, "conv1", convolution);
    let y = net.batch_norm(y, "bn1");
    let y = net.relu(y);
    let y = net.convolution(y, "conv2", convolution);
    let y = net.batch_norm(y, "bn2");
    let x = net.add(y, x);
    let x = net.relu(x);
    let y = net.convolution(x, "single", convolution.bias(true));
    let x = net.add(x, y);
    let half = |kernel, padding| Convolution::new(8, kernel).padding(padding).stride(2).bias(false);
    let y = net.convolution(x, "conv3", half(kernel, padding));
    let y = net.batch_norm(y, "bn3");
    let z = net.convolution(x, "projection", half(1, 0));
    let z = net.batch_norm(z, "bn4");
    let x = net.add(y, z);
    let x = net.relu(x);
    let x = net.global_average_pool(x);
    let x = net.linear(x, "fc", 3);
    net.build(x).unwrap()
}

/// Two padded sums, the second of what the first gives.
fn padded(padding: usize) -> Architecture {
    let mut net = Builder::new("padded", [2, 8, 8]);
    let kernel = 1 + 2 * padding;
    let convolution = |filters, stride| {
        Convolution::new(filters, kernel).padding(padding).stride(stride).bias(false)
    };
    let x = net.convolution(net.input(), "stem", convolution(3, 1));
    let mut x = net.relu(x);
    for (block, filters) in [6, 11].into_iter().enumerate() {
        let y = net.convolution(x, &format!("conv{block}"), convolution(filters, 2));
        let y = net.batch_norm(y, &format!("bn{block}"));
        let rest = net.max_pool(x, Window::new(1).stride(2));
        x = net.add_padded(y, rest);
        let y = net.convolution(x, &format!("inner{block}"), convolution(filters, 1));
        let sum = net.add(y, x);
        x = net.relu(sum);
    }
    let x = net.linear(x, "fc", 3);
    net.build(x).unwrap()
}

/// Each layer reads all before it, as in DenseNet; the image is among them.
fn joined(padding: usize) -> Architecture {
    let mut net = Builder::new("joined", [2, 6, 6]);
    let mut x = net.input();
    for layer in 0..3 {
        let y = net.batch_norm(x, &format!("bn{layer}"));
        let y = net.relu(y);
        let convolution = Convolution::new(4, 1 + 2 * padding).padding(padding).bias(layer == 1);
        let y = net.convolution(y, &format!("conv{layer}"), convolution);
        x = net.concat(&[y, x]);
    }
    let x = net.average_pool(x, 2);
    let x = net.linear(x, "fc", 3);
    net.build(x).unwrap()
}

/// Shrinks, and checks all that holds for every network.
fn check(network: &Network, what: &str) -> Network {
    let shrunk = network.shrink();
    let small = shrunk.network;
    assert_same(network, &small, what);
    let (before, after) = (network.architecture(), small.architecture());
    let gained = shrunk.gained_bias.iter().map(|name| {
        let layer = after.layers().iter().find(|layer| layer.name == *name).unwrap();
        assert!(layer.bias);
        layer.units
    });
    let gained: usize = gained.sum();
    assert!(after.parameters() - gained <= before.parameters(), "{what}");
    assert!(after.multiply_adds() <= before.multiply_adds(), "{what}");
    assert_eq!(after.input_shape(), before.input_shape());
    assert!(widths(&small).iter().all(|&units| units > 0), "{what}");

    let again = small.shrink();
    assert_eq!(again.network.architecture(), after, "{what}");
    assert_eq!(again.network.tensors(), small.tensors(), "{what}");
    assert!(again.gained_bias.is_empty(), "{what}");
    assert_eq!(again.placeholders, shrunk.placeholders, "{what}");
    assert_eq!(again.unfolded.len(), shrunk.unfolded.len(), "{what}");
    small
}

#[test]
fn outputs_stay_the_same() {
    let mut smaller = 0;
    for seed in 0..40 {
        for architecture in [
            chain(),
            convolutions([0, 0]),
            convolutions([1, 1]),
            residual(0),
            residual(1),
            padded(0),
            padded(1),
            joined(0),
            joined(1),
        ] {
            let network = cut(architecture, seed);
            let small = check(&network, &format!("{} {seed}", network.architecture().name()));
            smaller += usize::from(widths(&small) != widths(&network));
        }
    }
    // Most of them lose channels: the test is not one of networks that stay as they are.
    assert!(smaller > 200, "{smaller}");
}

/// The network of an entry of the zoo, or one of its networks, narrow and for small images where it
/// can be.
fn small(entry: &zoo::Entry) -> Architecture {
    let name = entry.name.replace("{depth}-padded", "14-padded").replace("{depth}", "16");
    let name = name.replace("{width}", "1").replace("{growth}", "3");
    let (side, widths): (_, &[usize]) = match name.as_str() {
        "mlp" => (5, &[12, 9, 7]),
        "conv-2" => (6, &[5, 8]),
        "conv-4" => (6, &[5, 6, 8]),
        "conv-6" => (9, &[5, 6, 4, 8]),
        "resnet-18" => (32, &[5, 6, 8, 8]),
        name if name.starts_with("vgg") => (32, &[5, 6, 8, 8, 9]),
        name if name.starts_with("resnet") => (8, &[4, 6, 8]),
        name if name.starts_with("wrn") => (8, &[3, 5, 6, 8]),
        _ => (8, &[]),
    };
    let input = [2, side, side];
    let request = zoo::Request { name, widths: widths.to_vec(), input, classes: 4 };
    zoo::architecture(&request).unwrap()
}

/// With random zeros. Many cut a deep network through: two of three lose some units and channels
/// alone.
fn with_zeros(architecture: Architecture, seed: u64) -> Network {
    if seed.is_multiple_of(3) {
        return cut(architecture, seed);
    }
    let scheme = Initialisation::KaimingNormal;
    cut_to(&Network::new(architecture, scheme, seed, &Device::flex()), seed, 1.0, 0.15)
}

#[test]
fn networks_of_the_zoo_stay_the_same() {
    for entry in zoo::ENTRIES {
        let (mut smaller, mut alive) = (0, 0);
        for seed in 0..12 {
            let network = with_zeros(small(entry), seed);
            let shrunk = check(&network, &format!("{} {seed}", entry.name));
            smaller += usize::from(widths(&shrunk) != widths(&network));
            let logits = logits(&network, 2);
            alive += usize::from(logits[..4] != logits[4..]);
        }
        assert!(smaller >= 8 && alive >= 4, "{}: {smaller} smaller, {alive} alive", entry.name);
    }
}

#[test]
fn networks_without_zeros_stay_as_they_are() {
    for architecture in [chain(), convolutions([1, 0]), residual(1), padded(1), joined(1)] {
        let network = dense(architecture, 3);
        let shrunk = network.shrink();
        assert_eq!(shrunk.network.architecture(), network.architecture());
        assert_eq!(shrunk.network.tensors(), network.tensors());
        assert!(shrunk.unfolded.is_empty() && shrunk.placeholders.is_empty());
    }
}

#[test]
fn deep_networks_stay_the_same() {
    for seed in 0..4 {
        for architecture in [known("resnet-20"), known("densenet-22")] {
            check(&cut(architecture, seed), &format!("deep {seed}"));
        }
    }
}

/// Half of the filters inside the blocks, and two channels that run through the whole first stage.
#[test]
fn filters_of_resnet_20_go_with_their_norms() {
    let inner = |name: &str| name.starts_with("layer") && name.contains("1.weight");
    let stage = ["conv1", "layer1.0.conv2", "layer1.1.conv2", "layer1.2.conv2"];
    let is_of_stage = |name: &str| stage.iter().any(|layer| name == format!("{layer}.weight"));
    let network = altered(&dense(known("resnet-20"), 5), |name, tensor| {
        if inner(name) && tensor.shape.len() == 4 {
            (0..tensor.shape[0] / 2).for_each(|unit| mute_unit(tensor, unit));
        } else if is_of_stage(name) {
            [3, 7].into_iter().for_each(|unit| mute_unit(tensor, unit));
        }
    });
    let small = check(&network, "filters");
    for (before, after) in network.architecture().layers().iter().zip(small.architecture().layers())
    {
        let units = match before.name.as_str() {
            name if name.starts_with("layer") && name.ends_with("conv1") => before.units / 2,
            name if stage.contains(&name) => before.units - 2,
            _ => before.units,
        };
        assert_eq!(after.units, units, "{}", before.name);
    }

    // In one branch alone they stay, for the sum has them from the others.
    let network = altered(&dense(known("resnet-20"), 5), |name, tensor| {
        if name == "layer1.1.conv2.weight" {
            [3, 7].into_iter().for_each(|unit| mute_unit(tensor, unit));
        }
    });
    assert_eq!(widths(&check(&network, "branch")), widths(&network));

    // Not heard by any reader, they go from all branches, whatever these compute.
    let readers = [
        "layer1.0.conv1",
        "layer1.1.conv1",
        "layer1.2.conv1",
        "layer2.0.conv1",
        "layer2.0.downsample.0",
    ];
    let network = altered(&dense(known("resnet-20"), 5), |name, tensor| {
        if readers.iter().any(|layer| name == format!("{layer}.weight")) {
            mute_channel(tensor, 3, 16);
        }
    });
    let small = check(&network, "readers");
    let narrower = network.architecture().layers().iter().zip(small.architecture().layers());
    let narrower = narrower.filter(|(before, after)| after.units == before.units - 1);
    assert_eq!(narrower.map(|(layer, _)| layer.name.as_str()).collect::<Vec<_>>(), stage);
}
