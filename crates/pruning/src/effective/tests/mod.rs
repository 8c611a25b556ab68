mod maps;
mod properties;
mod readers;

use models::{Architecture, Builder, Value, zoo};

use super::*;
use crate::mask::Mask;

fn described(
    input: [usize; 3],
    describe: impl FnOnce(&mut Builder, Value) -> Value,
) -> Architecture {
    let mut net = Builder::new("toy", input);
    let image = net.input();
    let output = describe(&mut net, image);
    net.build(output).unwrap()
}

/// What is live of a mask, both written as one string for each layer: 1 where a weight stays, rows
/// and whatever else apart by spaces.
fn assert_live(architecture: &Architecture, kept: &[&str], expected: &[&str]) -> Mask {
    let mask = |layers: &[&str]| {
        let flags = |layer: &str| layer.chars().filter(|c| *c != ' ').map(|c| c == '1').collect();
        Mask::new(architecture, layers.iter().copied().map(flags).collect())
    };
    let found = live(architecture, &mask(kept));
    assert_eq!(found, mask(expected), "live of {kept:?}");
    found
}

#[test]
fn everything_is_alive_in_a_full_mask() {
    for name in ["lenet-300-100", "lenet-5", "lenet-5-caffe"] {
        let architecture = zoo::architecture(&zoo::Request::named(name)).unwrap();
        let full = Mask::full(&architecture);
        assert_eq!(live(&architecture, &full), full, "{name}");
        assert!(disconnected(&full).is_empty());
    }
}

#[test]
fn a_chain() {
    let chain = described([3, 1, 1], |net, x| {
        let x = net.linear(x, "fc1", 3);
        let x = net.relu(x);
        let x = net.linear(x, "fc2", 3);
        let x = net.relu(x);
        net.linear(x, "fc3", 2)
    });
    // Unit 1 of fc1 takes nothing, unit 2 is taken by nobody: what unit 1 gives on and what unit 2
    // takes is dead.
    assert_live(
        &chain,
        &["100 000 011", "110 010 100", "110 001"],
        &["100 000 000", "100 000 100", "100 001"],
    );
    // Dead on both sides: from a unit that takes nothing to one that nobody takes.
    assert_live(
        &chain,
        &["100 000 100", "100 010 001", "100 100"],
        &["100 000 000", "100 000 000", "100 100"],
    );
    // Death spreads: over two layers towards the output, and over two towards the image.
    let cut =
        assert_live(&chain, &["000 000 000", "111 111 111", "111 111"], &[ZERO, ZERO, "000000"]);
    assert_eq!(disconnected(&cut), ["fc1", "fc2", "fc3"]);
    assert_live(&chain, &["111 111 111", "111 111 111", "000 000"], &[ZERO, ZERO, "000000"]);
    // Every layer has a weight, and yet they do not meet.
    let cut =
        assert_live(&chain, &["100 000 000", "010 000 000", "100 000"], &[ZERO, ZERO, "000000"]);
    assert_eq!((cut.kept(), disconnected(&cut).len()), (0, 3));
}
const ZERO: &str = "000 000 000";
