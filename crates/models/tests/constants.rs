//! What filters that go leave behind: folded, the network computes what it does with zero filters.

use burn::tensor::{Device, Tensor};
use chacha20::ChaCha8Rng;
use models::{Architecture, Convolution, Narrowing, Network, PerWeight};
use rand::{RngExt, SeedableRng};

use crate::cut::{assert_same, cut, dense, described};

mod cut;

/// The network with zeros for the units of groups that are not kept, and with `readers` for what is
/// heard of them too.
fn without(network: &Network, kept: &[bool], readers: bool) -> Network {
    let groups = network.architecture().channel_groups();
    let factors = network.architecture().layers().iter().enumerate().map(|(index, spec)| {
        let layer = groups.layer(index);
        let block = spec.fan_in() / layer.inputs.len();
        let row = |unit: &usize| {
            let unit = kept[*unit];
            let inputs = layer.inputs.iter().map(move |&input| unit && (kept[input] || !readers));
            inputs.flat_map(move |keep| std::iter::repeat_n(f32::from(u8::from(keep)), block))
        };
        layer.units.iter().flat_map(row).collect::<Vec<f32>>()
    });
    let factors: Vec<Vec<f32>> = factors.collect();
    let factors = factors.iter().map(Vec::as_slice);
    PerWeight::new(network.architecture(), factors, &Device::flex()).scale(network.clone())
}

/// Random channels of every pool, one of each at the least.
fn random_channels(architecture: &Architecture, seed: u64) -> Vec<bool> {
    let groups = architecture.channel_groups();
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let mut kept = vec![true; groups.count()];
    for pool in groups.pools() {
        pool[1..].iter().for_each(|&group| kept[group] = rng.random::<f32>() < 0.5);
    }
    kept
}

/// Norms behind convolutions without bias, a norm in front of a sum, a flattened map.
fn network(padding: usize) -> Architecture {
    described([2, 7, 7], |net, x| {
        let convolution = Convolution::new(6, 3).padding(padding);
        let x = net.convolution(x, "conv1", convolution);
        let x = net.relu(x);
        let x = net.convolution(x, "conv2", convolution.bias(false));
        let x = net.batch_norm(x, "bn2");
        let x = net.relu(x);
        let single = Convolution::new(6, 1).bias(false);
        let y = net.convolution(x, "conv3", single);
        let y = net.batch_norm(y, "bn3");
        let x = net.add(x, y);
        let x = net.max_pool(x, 3);
        let x = net.linear(x, "fc1", 8);
        let x = net.relu(x);
        net.linear(x, "fc2", 3)
    })
}

#[test]
fn constants_are_folded_where_that_is_exact() {
    let mut moved = 0;
    for seed in 0..20 {
        // Norms with random statistics, weights and biases without zeros.
        let network = altered_norms(&dense(network(0), seed), seed);
        let kept = random_channels(network.architecture(), seed);
        let groups = network.architecture().channel_groups();
        let constants = network.constants_of(&groups, &kept);
        assert!(constants.lost.is_empty());
        let folded = without(&network, &kept, true).with_constants(&constants);
        assert_same(&without(&network, &kept, false), &folded, &format!("{seed}"));
        let small = folded.shrink();
        assert!(small.unfolded.is_empty() && small.gained_bias.is_empty());
        assert_same(&folded, &small.network, "small");
        let images = Tensor::ones([1, 2, 7, 7], &network.device());
        let dropped = without(&network, &kept, true).forward(images.clone());
        let change = (dropped - folded.forward(images)).abs().max().into_scalar::<f32>();
        moved += usize::from(change > 1e-3);
    }
    assert!(moved > 15, "{moved}");
}

/// With the norms of a random network with zeros.
fn altered_norms(network: &Network, seed: u64) -> Network {
    let other = cut(network.architecture().clone(), seed).tensors();
    cut::altered(network, |name, tensor| {
        if name.starts_with("bn") {
            tensor.values.clone_from(&other[name].values);
        }
    })
}

#[test]
fn what_padding_keeps_from_being_folded_is_told() {
    let mut told = 0;
    for seed in 0..10 {
        let network = dense(network(1), seed);
        let kept = random_channels(network.architecture(), seed);
        let groups = network.architecture().channel_groups();
        let (conv1, bias) = (&groups.layer(0).units, network.bias_values(0).unwrap());
        // What ReLU lets through of the biases of filters that go.
        let lost = (0..6).filter(|&unit| !kept[conv1[unit]] && bias[unit] > 0.0);
        let lost: Vec<usize> = lost.collect();
        let constants = network.constants_of(&groups, &kept);
        assert!(constants.lost.iter().all(|lost| lost.layer == "conv1" && lost.reader == "conv2"));
        assert_eq!(constants.lost.iter().map(|lost| lost.unit).collect::<Vec<_>>(), lost);
        told += lost.len();
    }
    assert!(told > 0);
}

/// The small network of the channels that stay computes the same, and finds its place again.
#[test]
fn what_is_narrowed_can_be_widened() {
    for (seed, padding) in [(0, 0), (1, 1), (2, 0), (3, 1)] {
        let network = altered_norms(&dense(network(padding), seed), seed);
        let kept = random_channels(network.architecture(), seed);
        let masked = without(&network, &kept, true);
        let groups = network.architecture().channel_groups();
        let narrowing = Narrowing::new(network.architecture(), &groups, &kept);
        let small = narrowing.narrow(&masked);
        assert_same(&masked, &small, "narrow");
        assert!(small.architecture().parameters() < network.architecture().parameters());
        assert_eq!(narrowing.widen(&small, &masked).tensors(), masked.tensors());
        let other = dense(small.architecture().clone(), 99);
        let wide = narrowing.widen(&other, &masked);
        assert_same(&wide, &other, "wide");
        assert_eq!(narrowing.narrow(&wide).tensors(), other.tensors());
    }
}

#[test]
fn where_all_stay_nothing_changes() {
    let network = dense(network(0), 1);
    let groups = network.architecture().channel_groups();
    let constants = network.constants_of(&groups, &vec![true; groups.count()]);
    assert_eq!(network.clone().with_constants(&constants).tensors(), network.tensors());
}
