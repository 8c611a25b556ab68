//! Channels of feature maps: kernels, norms, pooling, flattening.

use models::{Convolution, Window};

use super::*;

#[test]
fn a_flattened_map_keeps_its_channels() {
    let flat = described([1, 3, 4], |net, x| {
        let x = net.convolution(x, "conv", Convolution::new(3, 2));
        let x = net.batch_norm(x, "bn");
        let x = net.relu(x);
        // Three channels of 2x3.
        net.linear(x, "fc", 2)
    });
    // Filter 1 takes nothing: features 6 to 11 are dead. Feature 17 is the last of channel 2.
    assert_live(
        &flat,
        &["1000 0000 0110", "000001 100001 000000  000000 111111 000001"],
        &["1000 0000 0110", "000001 000000 000000  000000 000000 000001"],
    );
    // Filter 2 is heard by none of its features, filter 1 by its first one.
    assert_live(
        &flat,
        &["1111 1111 1111", "000001 000000 000000  000000 100000 000000"],
        &["1111 1111 0000", "000001 000000 000000  000000 100000 000000"],
    );
}

#[test]
fn kernels_belong_to_their_channel_through_norm_and_pooling() {
    let deep = described([2, 6, 6], |net, x| {
        let x = net.convolution(x, "conv1", Convolution::new(2, 2).padding(1).bias(false));
        let x = net.batch_norm(x, "bn");
        let x = net.relu(x);
        let x = net.max_pool(x, Window::new(3).stride(2).padding(1));
        net.convolution(x, "conv2", Convolution::new(2, 2))
    });
    // conv1: for each filter two channels of four weights; filter 1 takes nothing.
    assert_live(
        &deep,
        &["0000 0100  0000 0000", "1010 1111  0000 1000"],
        &["0000 0100  0000 0000", "1010 0000  0000 0000"],
    );
    // Nobody takes filter 0.
    assert_live(
        &deep,
        &["1111 1111  1000 0001", "0000 0001  0000 1000"],
        &["0000 0000  1000 0001", "0000 0001  0000 1000"],
    );
}
