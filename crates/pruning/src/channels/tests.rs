use burn::tensor::{Device, Tensor};
use models::{Builder, Convolution, Initialisation, Network};

use super::*;
use crate::budget::{Allocation, Budget, Scope};
use crate::methods::{ENTRIES, Options};
use crate::{Grain, PruneError, Subject, generator};

/// Two convolutions whose sum a linear layer reads, flattened: 4 channels that are tied, with 2x2
/// features each; a hidden layer of 6.
fn network() -> Network {
    let mut net = Builder::new("t", [2, 4, 4]);
    let a = net.convolution(net.input(), "a", Convolution::new(4, 3));
    let b = net.convolution(net.input(), "b", Convolution::new(4, 3));
    let sum = net.add(a, b);
    let x = net.relu(sum);
    let x = net.linear(x, "fc1", 6);
    let x = net.relu(x);
    let x = net.linear(x, "fc2", 3);
    let architecture = net.build(x).unwrap();
    Network::new(architecture, Initialisation::KaimingUniform, 5, &Device::flex())
}

fn quota(budget: usize, sharing: ChannelSharing) -> ChannelQuota {
    ChannelQuota { budget, measure: Measure::Parameters, sharing, left_out: Vec::new() }
}

/// Scores for the four channels of the map, then the six of the hidden layer.
fn scores(channels: &Channels, values: [f32; 10]) -> ChannelScores {
    let mut groups = vec![0.0; channels.groups().count()];
    let places = channels.pools().concat();
    places.into_iter().zip(values).for_each(|(group, value)| groups[group] = value);
    ChannelScores::new(channels, groups).unwrap()
}

const SCORES: [f32; 10] = [0.4, 0.1, 0.3, 0.2, 0.9, 0.15, 0.8, 0.7, 0.5, 0.6];

#[test]
fn sizes_and_masks_by_hand() {
    let network = network();
    let channels = Channels::of(network.architecture());
    assert_eq!(channels.pools().iter().map(Vec::len).collect::<Vec<_>>(), [4, 6]);
    let everything = Mask::full(network.architecture());
    let mut kept = channels.alive(&everything);
    kept[channels.pools()[0][1]] = false;
    kept[channels.pools()[1][0]] = false;
    // a and b 3 units of 18, fc1 5 units of 3 · 4, fc2 3 units of 5.
    assert_eq!(channels.size(&kept, Measure::Parameters), 2 * 54 + 60 + 15);
    assert_eq!(channels.size(&kept, Measure::MultiplyAdds), 2 * 54 * 4 + 60 + 15);
    let mask = channels.mask(&kept, &everything);
    assert_eq!(mask.kept(), 2 * 54 + 60 + 15);
    assert_eq!(channels.alive(&mask), kept);
    assert!(mask.layers[1].keep[18..36].iter().all(|&keep| !keep));
    assert!(mask.layers[2].keep.chunks(16).all(|row| row[4..8].iter().all(|&keep| !keep)));
    // A channel of the map: 18 weights in each of a and b, and 4 in each of six units.
    assert_eq!(channels.largest(Measure::Parameters), 36 + 24);
    assert_eq!(channels.largest(Measure::MultiplyAdds), 36 * 4 + 24);
}

#[test]
fn the_worst_go_until_the_budget_is_closest() {
    let network = network();
    let channels = Channels::of(network.architecture());
    let everything = Mask::full(network.architecture());
    let chosen = |budget, sharing| {
        let scores = scores(&channels, SCORES);
        let kept = choose(&channels, &scores, &everything, &quota(budget, sharing)).unwrap();
        let flags: Vec<u8> =
            channels.pools().concat().iter().map(|&group| u8::from(kept[group])).collect();
        (flags, channels.size(&kept, Measure::Parameters))
    };
    // 258 in all; without the second of the map 198, and without the second hidden one 183.
    let global = |budget| chosen(budget, ChannelSharing::Global);
    assert_eq!(global(258), (vec![1; 10], 258));
    assert_eq!(global(229), (vec![1; 10], 258));
    assert_eq!(global(227), (vec![1, 0, 1, 1, 1, 1, 1, 1, 1, 1], 198));
    assert_eq!(global(190), (vec![1, 0, 1, 1, 1, 0, 1, 1, 1, 1], 183));
    // The last channel of a pool stays: of the map one, however low the others' scores.
    assert_eq!(global(60).0[..4], [1, 0, 0, 0]);
    // Shares round: at 5/8 of the map 3 become 2, at 7/12 of the hidden ones 4 become 3.
    let uniform = |budget| chosen(budget, ChannelSharing::Uniform).0;
    let counts = |flags: Vec<u8>| {
        let sum = |part: &[u8]| part.iter().map(|&flag| usize::from(flag)).sum::<usize>();
        [sum(&flags[..4]), sum(&flags[4..])]
    };
    let steps: Vec<[usize; 2]> = (60..=258).rev().map(|budget| counts(uniform(budget))).collect();
    let mut distinct = steps.clone();
    distinct.dedup();
    let expected = [[4, 6], [4, 5], [3, 5], [3, 4], [2, 4], [2, 3], [2, 2], [1, 2]];
    assert_eq!(distinct, expected);
    let counted = chosen(0, ChannelSharing::Counts(vec![2, 5])).0;
    assert_eq!(counted, [1, 0, 1, 0, 1, 0, 1, 1, 1, 1]);
}

#[test]
fn what_cannot_be_met_is_told() {
    let network = network();
    let channels = Channels::of(network.architecture());
    let everything = Mask::full(network.architecture());
    let scores = scores(&channels, SCORES);
    let left_out = ChannelQuota { left_out: vec![2], ..quota(60, ChannelSharing::Global) };
    let error = choose(&channels, &scores, &everything, &left_out).unwrap_err();
    assert_eq!(error, PruneError::Smallest { asked: 60, least: 258 });
    let counts = quota(0, ChannelSharing::Counts(vec![5, 1]));
    assert!(choose(&channels, &scores, &everything, &counts).is_err());
}

#[test]
fn shuffled_channels_keep_the_counts_of_their_pools() {
    let network = network();
    let channels = Channels::of(network.architecture());
    let everything = Mask::full(network.architecture());
    let kept = choose(
        &channels,
        &scores(&channels, SCORES),
        &everything,
        &quota(120, ChannelSharing::Global),
    );
    let mask = channels.mask(&kept.unwrap(), &everything);
    let mut different = 0;
    for seed in 0..20 {
        let shuffled = channels.shuffled(&mask, &everything, &mut generator(seed));
        assert_eq!(shuffled.kept(), mask.kept());
        let counts = |mask: &Mask| channels.counts(&channels.alive(mask));
        assert_eq!(counts(&shuffled), counts(&mask));
        different += usize::from(shuffled != mask);
    }
    assert!(different > 10);
}

/// Every method of channels, both scopes, both measures: the outcome is made of whole channels, as close
/// to the budget as they allow, and shrinks to just these.
#[test]
fn methods_prune_whole_channels_to_the_budget() {
    let network = network();
    let images = Tensor::from_data(
        burn::tensor::TensorData::new(
            (0..9 * 32).map(|i| (i as f32 * 0.7).sin()).collect(),
            [9, 2, 4, 4],
        ),
        &network.device(),
    );
    let labels = crate::methods::testing::labels(&[0, 1, 2, 0, 1, 2, 0, 1, 2]);
    let subject = Subject::new(&network, &images).with_labels(&labels);
    let (architecture, everything) = (network.architecture(), Mask::full(network.architecture()));
    let channels = Channels::of(architecture);
    for entry in ENTRIES.iter().filter(|entry| entry.grain() == Grain::Channels) {
        let examined = entry.build(&Options::default()).unwrap();
        let examined = examined.examine(subject, &mut generator(1)).unwrap();
        for (scope, measure) in [
            (Scope::Global, Measure::Parameters),
            (Scope::Uniform, Measure::Parameters),
            (Scope::Global, Measure::MultiplyAdds),
        ] {
            let allocation = Allocation { scope, measure, ..Allocation::default() };
            let mut within = everything.clone();
            for share in [0.7, 0.3] {
                let what = format!("{} {scope} {measure} {share}", entry.name);
                let budget = Budget(
                    (share * channels.size(&channels.alive(&everything), measure) as f64) as usize,
                );
                let rng = &mut generator(2);
                let pruned =
                    allocation.prune(architecture, &*examined, &within, budget, rng).unwrap();
                assert!(pruned.mask.is_within(&within), "{what}");
                let alive = channels.alive(&pruned.mask);
                assert_eq!(channels.mask(&alive, &everything), pruned.mask, "{what}");
                let tolerance = channels.largest(measure) * if entry.exact { 1 } else { 4 } / 2;
                assert!(channels.size(&alive, measure).abs_diff(budget.0) <= tolerance, "{what}");
                let small = pruned.apply(&network).shrink().network;
                assert_eq!(small.architecture().prunable_weights(), pruned.mask.kept(), "{what}");
                within = pruned.mask;
            }
        }
    }
}
