//! What goes and what stays, on networks small enough to see it.

use models::{Convolution, zoo};

use crate::cut::{altered, assert_same, dense, described, mute_channel, mute_unit, widths};

mod cut;

#[test]
fn a_flattened_map_gives_a_feature_for_each_position() {
    let architecture = described([1, 6, 4], |net, x| {
        let x = net.convolution(x, "conv", Convolution::new(3, 3));
        let x = net.average_pool(x, 2);
        net.linear(x, "fc", 2)
    });
    let network = altered(&dense(architecture, 2), |name, tensor| match name {
        "conv.weight" => mute_unit(tensor, 1),
        "conv.bias" => tensor.values = vec![0.1, 2.0, 0.3],
        _ => {}
    });
    let shrunk = network.shrink();
    assert_same(&network, &shrunk.network, "map");
    let layer = &shrunk.network.architecture().layers()[1];
    // Two channels of 2x1.
    assert_eq!((layer.units, layer.channels), (2, 4));
    let (before, after) = (network.tensors(), shrunk.network.tensors());
    let row = &before["fc.weight"].values[..6];
    assert_eq!(after["fc.weight"].values[..4], [row[0], row[1], row[4], row[5]]);
}

#[test]
fn sums_lose_what_is_constant_in_all_branches() {
    let architecture = described([1, 5, 5], |net, x| {
        let a = net.convolution(x, "a", Convolution::new(3, 1));
        let b = net.convolution(x, "b", Convolution::new(3, 1));
        let sum = net.add(a, b);
        net.linear(sum, "fc", 2)
    });
    let network = altered(&dense(architecture, 6), |name, tensor| match name {
        "a.weight" => [0, 1].into_iter().for_each(|unit| mute_unit(tensor, unit)),
        "b.weight" => [1, 2].into_iter().for_each(|unit| mute_unit(tensor, unit)),
        _ => {}
    });
    let small = network.shrink().network;
    assert_same(&network, &small, "sum");
    assert_eq!(widths(&small), [2, 2, 2]);
    assert_eq!(small.architecture().layers()[2].channels, 50);
}

#[test]
fn channels_that_hear_nothing_but_each_other_go() {
    let architecture = described([1, 5, 5], |net, x| {
        let x = net.convolution(x, "a", Convolution::new(3, 1));
        let y = net.convolution(x, "b", Convolution::new(3, 1));
        let sum = net.add(x, y);
        net.linear(sum, "fc", 2)
    });
    // The classes do not hear channels 0 and 1, and neither does unit 2; both hear each other.
    let network = altered(&dense(architecture, 7), |name, tensor| match name {
        "b.weight" => tensor.values[6..8].fill(0.0),
        "fc.weight" => [0, 1].into_iter().for_each(|channel| mute_channel(tensor, channel, 3)),
        _ => {}
    });
    let small = network.shrink().network;
    assert_same(&network, &small, "circle");
    assert_eq!(widths(&small), [1, 1, 2]);
}

#[test]
fn a_network_without_a_path_keeps_a_unit_in_each_layer() {
    for name in ["lenet-5", "lenet-300-100"] {
        let architecture = zoo::architecture(&zoo::Request::named(name)).unwrap();
        let layers = architecture.layers().len();
        let network = altered(&dense(architecture, 8), |name, tensor| {
            if name.ends_with("weight") {
                tensor.values.fill(0.0);
            }
        });
        let shrunk = network.shrink();
        assert_same(&network, &shrunk.network, name);
        let units = widths(&shrunk.network);
        assert!(units[..layers - 1].iter().all(|&units| units == 1), "{units:?}");
        assert_eq!(units[layers - 1], 10);
        assert_eq!(shrunk.placeholders.len(), layers - 1);
    }
}
