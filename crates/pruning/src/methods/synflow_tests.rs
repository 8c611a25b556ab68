use burn::tensor::Device;
use models::{Architecture, Builder, Convolution, Initialisation, Network, Value, zoo};

use super::*;
use crate::budget::Density;
use crate::methods::testing::{images, with_weights};
use crate::{Mask, Ranked, Stepwise, generator, prune};

fn scores(network: &Network) -> Vec<Vec<f32>> {
    let none = images(&[], [0, 1, 1, 1]);
    let found = SynFlow.scores(Subject::new(network, &none), &mut generator(0));
    found.unwrap().layers().to_vec()
}

fn fresh(architecture: Architecture) -> Network {
    Network::new(architecture, Initialisation::KaimingUniform, 3, &Device::flex())
}

/// Two inputs, two hidden units, one output: R = Σ |v_i| (|w_i1| + |w_i2|) = 4·3 + 1·2.
#[test]
fn scores_by_hand() {
    let mut net = Builder::new("toy", [2, 1, 1]);
    let x = net.linear(net.input(), "fc1", 2);
    let x = net.relu(x);
    let x = net.linear(x, "fc2", 1);
    let network = with_weights(net.build(x).unwrap(), &[&[1.0, -2.0, 0.0, 2.0], &[-4.0, 1.0]]);
    let found = scores(&network);
    // Both layers divide by 1 / (3 · 14/3): every path counts with its part of R.
    let whole: f32 = found[1].iter().sum();
    let expected = [4.0, 8.0, 0.0, 2.0, 12.0, 2.0].map(|path| whole * path / 14.0);
    for (found, expected) in found.concat().iter().zip(expected) {
        assert!((found - expected).abs() < 1e-6 * whole, "{found} {expected}");
    }
}

fn assert_conserved(layers: &[Vec<f32>], tolerance: f64) {
    let sum = |layer: &Vec<f32>| layer.iter().map(|&score| f64::from(score)).sum::<f64>();
    let first = sum(&layers[0]);
    assert!(first.is_finite() && first > 0.0);
    for (index, layer) in layers.iter().enumerate() {
        assert!((sum(layer) / first - 1.0).abs() < tolerance, "{index}: {} {first}", sum(layer));
    }
}

/// Without the logarithms the value of layer 20 would be beyond f32.
#[test]
fn deep_networks_do_not_overflow() {
    let mut net = Builder::new("deep", [8, 1, 1]);
    let mut x = net.input();
    for layer in 0..60 {
        x = net.linear(x, &format!("fc{layer}"), 8);
        x = net.relu(x);
    }
    let architecture = net.build(x).unwrap();
    let weight = |layer: usize| {
        (0..64).map(|i| 100.0 * (1.3 * i as f32 + layer as f32).sin()).collect::<Vec<f32>>()
    };
    let weights: Vec<Vec<f32>> = (0..60).map(weight).collect();
    let rows: Vec<&[f32]> = weights.iter().map(Vec::as_slice).collect();
    assert_conserved(&scores(&with_weights(architecture, &rows)), 1e-4);
}

#[test]
fn layers_that_all_paths_cross_share_the_same_sum() {
    for name in ["lenet-300-100", "lenet-5"] {
        let network = fresh(zoo::architecture(&zoo::Request::named(name)).unwrap());
        assert_conserved(&scores(&network), 1e-4);
    }
}

/// Branches of very different scale: what comes out is what a plain computation gives.
#[test]
fn branches_are_weighed_against_each_other() {
    let mut net = Builder::new("branches", [1, 4, 4]);
    let convolution = Convolution::new(2, 3).padding(1).bias(false);
    let conv = |net: &mut Builder, x: Value, name| {
        let x = net.convolution(x, name, convolution);
        let x = net.batch_norm(x, &format!("{name}.bn"));
        net.relu(x)
    };
    let start = net.input();
    let a = conv(&mut net, start, "a");
    let b = conv(&mut net, a, "b");
    let b = conv(&mut net, b, "c");
    let sum = net.add(a, b);
    let joined = net.concat(&[sum, a]);
    let x = net.average_pool(joined, 2);
    let x = net.linear(x, "fc", 2);
    let network = fresh(net.build(x).unwrap());

    let found = scores(&network);
    let weights: Vec<Tensor<2>> = (0..4)
        .map(|layer| Tensor::from_inner(network.weight(layer).abs()).require_grad())
        .collect();
    let device = weights[0].device();
    let ones = Tensor::ones([1, 1, 4, 4], &device);
    let plain = network.architecture().walk(ones, |op, inputs| match *op {
        Op::Layer(index) => network.architecture().layers()[index]
            .product(weights[index].clone(), inputs[0].clone()),
        // The norms of a fresh network stretch by 1 / √(1 + ε).
        Op::BatchNorm(_) => inputs[0].clone().div_scalar((1.0_f64 + 1e-5).sqrt()),
        _ => network.apply(op, inputs),
    });
    let gradients = plain.sum().backward();
    let mut ratio = None;
    for (layer, found) in found.iter().enumerate() {
        let scores = weights[layer].grad(&gradients).unwrap() * weights[layer].clone().inner();
        let expected: Vec<f32> = scores.into_data().try_into_vec().unwrap();
        for (found, expected) in found.iter().zip(expected) {
            let ratio = *ratio.get_or_insert(found / expected);
            assert!((found / expected / ratio - 1.0).abs() < 1e-4, "{layer}: {found} {expected}");
        }
    }
}

/// A branch that is dead behind enormous weights does not drown the other one; a layer that nothing
/// reads scores nothing.
#[test]
fn dead_branches_weigh_nothing() {
    let mut net = Builder::new("dead", [2, 1, 1]);
    let mut huge = net.input();
    for layer in 0..4 {
        huge = net.linear(huge, &format!("huge{layer}"), 2);
    }
    let dead = net.linear(huge, "dead", 2);
    let alive = net.linear(net.input(), "alive", 2);
    net.linear(alive, "unread", 2);
    let sum = net.add(dead, alive);
    let x = net.linear(sum, "fc", 1);
    let (huge, ones) = ([1e30; 4], [1.0; 4]);
    let weights: [&[f32]; 8] =
        [&huge, &huge, &huge, &huge, &[0.0; 4], &[1.0, 0.0, 2.0, 1.0], &ones, &[1.0; 2]];
    let found = scores(&with_weights(net.build(x).unwrap(), &weights));
    for silent in [0, 1, 2, 3, 4, 6] {
        assert_eq!(found[silent], [0.0; 4], "{silent}");
    }
    // R is the sum of the living branch's weights, 1 + 0 + 2 + 1.
    let whole: f32 = found[7].iter().sum();
    assert!(whole > 0.0);
    for (found, part) in found[5].iter().zip([1.0, 0.0, 2.0, 1.0]) {
        assert!((found - whole * part / 4.0).abs() < 1e-6 * whole, "{found} {whole}");
    }
}

#[test]
fn a_network_without_any_path_scores_nothing() {
    let network = crate::methods::testing::linear(&[0.0; 4], 2, 2);
    assert_eq!(scores(&network), [[0.0; 4]]);
}

#[test]
fn many_steps_leave_no_layer_empty_where_one_may() {
    let network = fresh(zoo::architecture(&zoo::Request::named("lenet-300-100")).unwrap());
    let none = images(&[], [0, 1, 1, 1]);
    let subject = Subject::new(&network, &none);
    let within = Mask::full(network.architecture());
    let least = |pruner: &dyn crate::Pruner, density: f64| {
        let budget = Density::new(density).unwrap().budget(within.total());
        let rng = &mut generator(0);
        let pruned = prune(pruner, subject, Scope::Global, &within, budget, rng).unwrap();
        let share = |layer: &crate::LayerMask| layer.kept() as f64 / layer.keep.len() as f64;
        pruned.mask.layers().iter().map(share).fold(1.0, f64::min)
    };
    let steps = Stepwise { criterion: Arc::new(SynFlow), steps: 100 };
    assert!(least(&steps, 0.01) > 0.0);
    assert_eq!(least(&Ranked(SynFlow), 0.001), 0.0);
    assert!(least(&steps, 0.001) > 0.0);
}
