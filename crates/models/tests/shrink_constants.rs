//! Where the constants of channels end up when these are taken out.

use burn::module::Module;
use models::{Architecture, Convolution};

use crate::cut::{altered, assert_same, dense, described, mute_channel, mute_unit, widths};

mod cut;

#[test]
fn constants_of_a_chain_are_folded() {
    let architecture = described([1, 1, 4], |net, x| {
        let x = net.linear(x, "fc1", 4);
        let x = net.relu(x);
        let x = net.linear(x, "fc2", 3);
        let x = net.relu(x);
        net.linear(x, "fc3", 2)
    });
    // Of fc1, units 0 and 1 are not fed and unit 2 is not heard; of fc2, unit 2 is not heard.
    let network = altered(&dense(architecture, 1), |name, tensor| match name {
        "fc1.weight" => [0, 1].into_iter().for_each(|unit| mute_unit(tensor, unit)),
        "fc1.bias" => tensor.values = vec![0.5, -1.0, 3.0, 0.1],
        "fc2.weight" => mute_channel(tensor, 2, 4),
        "fc2.bias" => tensor.values = vec![0.25, -0.25, 7.0],
        "fc3.weight" => mute_channel(tensor, 2, 3),
        _ => {}
    });
    let shrunk = network.shrink();
    assert_same(&network, &shrunk.network, "chain");
    assert_eq!(widths(&shrunk.network), [1, 2, 2]);
    assert!(shrunk.unfolded.is_empty() && shrunk.placeholders.is_empty());
    let (before, after) = (network.tensors(), shrunk.network.tensors());
    let weight = &before["fc2.weight"].values;
    assert_eq!(after["fc2.bias"].values, [0.25 + 0.5 * weight[0], -0.25 + 0.5 * weight[4]]);
    assert_eq!(after["fc2.weight"].values, [weight[3], weight[7]]);
    assert_eq!(after["fc1.bias"].values, [0.1]);
    assert_eq!(shrunk.network.architecture().parameters(), 4 + 1 + 2 + 2 + 4 + 2);
}

fn padded(padding: usize) -> Architecture {
    described([1, 6, 6], |net, x| {
        let x = net.convolution(x, "conv1", Convolution::new(4, 3).padding(padding));
        let x = net.relu(x);
        let x = net.convolution(x, "conv2", Convolution::new(2, 3).padding(padding));
        let x = net.relu(x);
        net.linear(x, "fc", 2)
    })
}

#[test]
fn a_constant_in_front_of_padding_stays_unless_it_is_zero() {
    for (padding, units) in [(0, 2), (1, 3)] {
        let network = altered(&dense(padded(padding), 3), |name, tensor| match name {
            "conv1.weight" => [0, 1].into_iter().for_each(|unit| mute_unit(tensor, unit)),
            "conv1.bias" => tensor.values = vec![-0.5, 0.5, 0.1, 0.2],
            _ => {}
        });
        let shrunk = network.shrink();
        assert_same(&network, &shrunk.network, "padding");
        assert_eq!(widths(&shrunk.network), [units, 2, 2]);
        let told: Vec<_> =
            shrunk.unfolded.iter().map(|u| (u.layer.as_str(), u.unit, u.reader.as_str())).collect();
        let expected: &[_] = if padding == 1 { &[("conv1", 1, "conv2")] } else { &[] };
        assert_eq!(told, expected);
    }
}

/// conv1, norm, conv2 and what is behind it.
fn normed(norm_behind: bool) -> Architecture {
    described([1, 6, 6], |net, x| {
        let plain = Convolution::new(3, 3).bias(false);
        let x = net.convolution(x, "conv1", plain);
        let x = net.batch_norm(x, "bn1");
        let x = net.relu(x);
        let mut x = net.convolution(x, "conv2", plain);
        if norm_behind {
            x = net.batch_norm(x, "bn2");
        }
        net.linear_without_bias(x, "fc", 2)
    })
}

#[test]
fn constants_go_into_the_norm_behind_or_into_a_new_bias() {
    for norm_behind in [true, false] {
        // Unit 0 hears nothing; what unit 2 hears the norm takes away.
        let network = altered(&dense(normed(norm_behind), 4), |name, tensor| match name {
            "conv1.weight" => mute_unit(tensor, 0),
            "bn1.weight" => tensor.values = vec![2.0, 1.0, 0.0],
            "bn1.bias" => tensor.values = vec![0.5, 0.1, 0.25],
            "bn1.running_mean" => tensor.values = vec![-1.0, 0.2, 5.0],
            "bn1.running_var" => tensor.values = vec![4.0, 1.0, 1.0],
            "bn2.running_mean" => tensor.values = vec![0.1, 0.2, 0.3],
            _ => {}
        });
        let shrunk = network.shrink();
        let small = &shrunk.network;
        assert_same(&network, small, "norm");
        assert_eq!(widths(small), [1, 3, 2]);
        assert_eq!(small.architecture().norms()[0].channels, 1);
        let (before, after) = (network.tensors(), small.tensors());
        assert_eq!(after["bn1.running_mean"].values, [0.2]);
        // (0 + 1) / 2 · 2 + 0.5 and 0.25.
        let kernels: Vec<f32> =
            before["conv2.weight"].values.chunks(9).map(|kernel| kernel.iter().sum()).collect();
        let constant = |unit: usize| 1.5 * kernels[3 * unit] + 0.25 * kernels[3 * unit + 2];
        let (tensor, factor, expected_new) = match norm_behind {
            true => ("bn2.running_mean", -1.0, vec![]),
            false => ("conv2.bias", 1.0, vec!["conv2"]),
        };
        assert_eq!(shrunk.gained_bias, expected_new);
        for unit in 0..3 {
            let old = before.get(tensor).map_or(0.0, |tensor| tensor.values[unit]);
            let moved = after[tensor].values[unit] - old;
            assert!((moved - factor * constant(unit)).abs() < 1e-5, "{moved}");
        }
        // Twins with gradients are shrunk like those without.
        assert_eq!(network.train().shrink().network.valid().tensors(), after);
    }
}

#[test]
fn a_placeholders_constant_is_folded_too() {
    let architecture = described([1, 1, 3], |net, x| {
        let y = net.linear(x, "fc1", 3);
        let joined = net.concat(&[y, y]);
        net.linear(joined, "fc2", 2)
    });
    let network = altered(&dense(architecture, 9), |name, tensor| match name {
        "fc1.weight" => tensor.values.fill(0.0),
        "fc1.bias" => tensor.values = vec![1.0, 2.0, 3.0],
        _ => {}
    });
    let shrunk = network.shrink();
    assert_same(&network, &shrunk.network, "placeholder");
    assert_eq!(widths(&shrunk.network), [1, 2]);
    assert_eq!(shrunk.placeholders, ["fc1"]);
    assert_eq!(shrunk.network.tensors()["fc2.weight"].values, [0.0; 4]);
}
