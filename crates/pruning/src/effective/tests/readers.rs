//! Values that come together, and values that several nodes read.

use models::Convolution;

use super::*;

fn convolution(net: &mut Builder, x: Value, name: &str, filters: usize) -> Value {
    net.convolution(x, name, Convolution::new(filters, 1))
}

#[test]
fn a_residual_sum_lives_on_one_branch() {
    let residual = described([1, 2, 2], |net, image| {
        let x = convolution(net, image, "stem", 2);
        let a = convolution(net, x, "a", 2);
        let b = convolution(net, a, "b", 2);
        let sum = net.add(b, x);
        let x = net.global_average_pool(sum);
        net.linear(x, "fc", 2)
    });
    // Without b, a is heard by nobody; the rest goes around both.
    let found = assert_live(
        &residual,
        &["1 1", "11 11", "00 00", "11 11"],
        &["1 1", "00 00", "00 00", "11 11"],
    );
    assert_eq!(disconnected(&found), ["a", "b"]);
    // Channel 1 of the sum is fed by the branch alone, channel 0 by the shortcut alone.
    assert_live(
        &residual,
        &["1 0", "10 00", "00 11", "11 01"],
        &["1 0", "10 00", "00 10", "11 01"],
    );
    let nothing = ["0 0", "00 00", "00 00", "00 00"];
    assert_live(&residual, &["1 1", "11 11", "11 11", "00 00"], &nothing);
    assert_live(&residual, &["0 0", "11 11", "11 11", "11 11"], &nothing);
}

#[test]
fn both_branches_of_a_sum_may_be_empty() {
    let branches = described([2, 1, 1], |net, x| {
        let (a, b) = (net.linear(x, "a", 2), net.linear(x, "b", 2));
        let sum = net.add(a, b);
        net.linear(sum, "fc", 1)
    });
    let found = assert_live(&branches, &["00 00", "00 00", "11"], &["00 00", "00 00", "00"]);
    assert_eq!(disconnected(&found), ["a", "b", "fc"]);
    let found = assert_live(&branches, &["00 00", "01 00", "11"], &["00 00", "01 00", "10"]);
    assert_eq!(disconnected(&found), ["a"]);
}

#[test]
fn concatenation_moves_channels() {
    let joined = described([2, 1, 1], |net, image| {
        let a = net.linear(image, "a", 1);
        let b = net.linear(image, "b", 2);
        // Channels: b0 b1, image0 image1, a0, b0 b1.
        let all = net.concat(&[b, image, a, b]);
        net.linear(all, "fc", 2)
    });
    assert_live(
        &joined,
        &["10", "11 00", "11 11 1 11  00 00 0 00"],
        &["10", "11 00", "10 11 1 10  00 00 0 00"],
    );
    // b1 is heard by its second place alone, b0 by none; the image needs no weight to be fed.
    assert_live(
        &joined,
        &["10", "11 01", "00 01 0 01  00 00 0 00"],
        &["00", "00 01", "00 01 0 01  00 00 0 00"],
    );
    // And each unit of b by another place.
    assert_live(
        &joined,
        &["11", "10 01", "10 00 0 01  00 00 0 00"],
        &["00", "10 01", "10 00 0 01  00 00 0 00"],
    );
}

#[test]
fn a_value_is_heard_when_one_of_its_readers_is() {
    let twice = described([2, 1, 1], |net, x| {
        let x = net.linear(x, "fc1", 3);
        let a = net.linear(x, "a", 1);
        let b = net.linear(x, "b", 1);
        let joined = net.concat(&[a, b]);
        let unread = net.linear(x, "unread", 1);
        net.relu(unread);
        net.linear(joined, "fc2", 1)
    });
    // Unit 0 is heard through a, unit 1 through b, unit 2 by what nobody reads.
    assert_live(
        &twice,
        &["10 01 11", "100", "010", "111", "11"],
        &["10 01 00", "100", "010", "000", "11"],
    );
    assert_live(
        &twice,
        &["10 01 11", "100", "010", "111", "01"],
        &["00 01 00", "000", "010", "000", "01"],
    );
}
