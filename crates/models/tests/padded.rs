//! Sums of which one value is padded with channels of zeros: what is tied, and how smaller networks line
//! up again.

use burn::tensor::Device;
use models::{Architecture, Builder, Convolution, Narrowing, Network, zoo};

use crate::cut::{altered, assert_same, dense, described, known, mute_unit, widths};

mod cut;

/// Widths 2, 7 and 12, each the middle of the next one: 2 in front and 3 behind, 2 and 3 again.
fn architecture() -> Architecture {
    described([1, 4, 4], |net, x| {
        let mut x = net.convolution(x, "a", Convolution::new(2, 1));
        for (name, filters) in [("b", 7), ("c", 12)] {
            let y = net.convolution(x, name, Convolution::new(filters, 1));
            let y = net.batch_norm(y, &format!("{name}.bn"));
            x = net.add_padded(y, x);
        }
        net.linear(x, "fc", 3)
    })
}

#[test]
fn only_what_both_values_have_is_tied() {
    let groups = architecture().channel_groups();
    let [a, b, c] = [1, 2, 5].map(|node| groups.of(node));
    assert_eq!((&b[2..4], &c[2..9]), (a, b));
    // A channel of the image, twelve, three classes.
    assert_eq!(groups.count(), 1 + 12 + 3);
    let sizes: Vec<_> = groups.pools().iter().map(Vec::len).collect();
    assert_eq!(sizes, [2, 5, 5]);
}

/// The network without some units of its widest layer, and what belongs to them.
fn without(network: &Network, gone: &[usize]) -> Network {
    let groups = network.architecture().channel_groups();
    let gone: Vec<usize> = gone.iter().map(|&unit| groups.layer(2).units[unit]).collect();
    altered(network, |name, tensor| {
        let Some(layer) =
            ["a", "b", "c", "fc"].iter().position(|layer| name == format!("{layer}.weight"))
        else {
            return;
        };
        let own = groups.layer(layer);
        for (unit, group) in own.units.iter().enumerate() {
            if gone.contains(group) {
                mute_unit(tensor, unit);
            }
        }
        for (channel, group) in own.inputs.iter().enumerate() {
            if gone.contains(group) {
                cut::mute_channel(tensor, channel, own.inputs.len());
            }
        }
    })
}

/// Channels move over the middle where one side has lost more than the other; the small network computes
/// the same, is known by its widths, and comes back to its place.
#[test]
fn what_is_left_is_lined_up_again() {
    let network = dense(architecture(), 3);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("small.safetensors");
    for (gone, expected) in [
        // Both in front of the middle of c; then all behind it.
        (&[0, 1][..], [2, 7, 10]),
        (&[9, 10, 11], [2, 7, 9]),
        // In front of the middle of b, which is in the middle of c; one of a too.
        (&[2, 3, 0], [2, 5, 9]),
        (&[2, 4, 6, 9], [1, 4, 8]),
        (&[0, 1, 2, 3, 5], [1, 4, 7]),
    ] {
        let cut = without(&network, gone);
        let shrunk = cut.shrink().network;
        assert_eq!(widths(&shrunk)[..3], expected, "{gone:?}");
        assert_same(&cut, &shrunk, &format!("shrunk by {gone:?}"));
        shrunk.save(&path).unwrap();
        let loaded =
            Network::load_narrowed(network.architecture(), &path, &Device::flex()).unwrap();
        assert_same(&cut, &loaded, &format!("read without {gone:?}"));

        let groups = network.architecture().channel_groups();
        let mut kept = vec![true; groups.count()];
        gone.iter().for_each(|&unit| kept[groups.layer(2).units[unit]] = false);
        let narrowing = Narrowing::new(network.architecture(), &groups, &kept);
        let small = narrowing.narrow(&cut);
        assert_same(&cut, &small, &format!("narrowed by {gone:?}"));
        assert_eq!(narrowing.narrow(&narrowing.widen(&small, &cut)).tensors(), small.tensors());
        assert_same(&cut, &narrowing.widen(&small, &cut), &format!("widened by {gone:?}"));
    }
}

#[test]
fn a_wider_value_does_not_fit_into_a_narrower_one() {
    let shape = |name: &str| match name {
        "b.weight" => Some(&[1, 2, 1, 1][..]),
        _ => None,
    };
    let message = architecture().narrowed_to(shape).unwrap_err().to_string();
    assert!(
        message.contains("2 units; expected at most 1: no more than \"b.weight\""),
        "{message}"
    );
}

#[test]
fn descriptions_that_cannot_be_cut_are_refused() {
    let told = |describe: &dyn Fn(&mut Builder)| {
        let mut net = Builder::new("t", [1, 4, 4]);
        describe(&mut net);
        let x = net.convolution(net.input(), "out", Convolution::new(2, 4));
        net.build(x).unwrap_err().to_string()
    };
    let twice = told(&|net| {
        let a = net.convolution(net.input(), "a", Convolution::new(2, 1));
        let b = net.convolution(net.input(), "b", Convolution::new(4, 1));
        let sum = net.add_padded(b, a);
        net.add_padded(sum, a);
    });
    assert!(twice.contains("padded twice"), "{twice}");
    let joined = told(&|net| {
        let a = net.convolution(net.input(), "a", Convolution::new(2, 1));
        let b = net.concat(&[a, a]);
        net.add_padded(b, a);
    });
    assert!(joined.contains("no concatenations"), "{joined}");
}

#[test]
fn padded_shortcuts_have_no_parameters() {
    for (name, parameters) in [
        ("resnet-20-padded", 269_722),
        ("resnet-56-padded", 853_018),
        ("resnet-110-padded", 1_727_962),
    ] {
        let padded = known(name);
        // Two projections with their norms: 16 to 32 channels and 32 to 64.
        let projections = 16 * 32 + 2 * 32 + 32 * 64 + 2 * 64;
        let projected = known(name.strip_suffix("-padded").unwrap());
        assert_eq!(padded.parameters(), projected.parameters() - projections, "{name}");
        assert_eq!(padded.parameters(), parameters, "{name}");
        assert_eq!(padded.layers().len(), projected.layers().len() - 2, "{name}");
        let saved = (16 * 32) * 16 * 16 + (32 * 64) * 8 * 8;
        assert_eq!(padded.multiply_adds(), projected.multiply_adds() - saved, "{name}");
    }
    let narrower =
        zoo::Request { widths: vec![8, 8, 4], ..zoo::Request::named("resnet-20-padded") };
    let message = zoo::architecture(&narrower).unwrap_err().to_string();
    assert!(message.contains("at most as many channels"), "{message}");
}
