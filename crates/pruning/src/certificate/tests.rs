use burn::tensor::{Device, TensorData};
use models::{Builder, Convolution, Initialisation, PerWeight, Window};
use proptest::prelude::*;

use super::*;
use crate::generator;
use rand::RngExt;

fn trust() -> Trust {
    Trust::new(0.05, 3.0).unwrap()
}

fn images(shape: [usize; 4], seed: u64) -> Tensor<4> {
    let mut rng = generator(seed);
    let values = (0..shape.iter().product()).map(|_| rng.random_range(-1.0..1.5)).collect();
    Tensor::from_data(TensorData::new(values, shape), &Device::flex())
}

/// Convolutions of any geometry, a norm, a residual sum, a concatenation, both kinds of pooling.
fn network(kernel: usize, stride: usize, padding: usize, seed: u64) -> Network {
    let mut net = Builder::new("toy", [2, 9, 9]);
    let geometry = |filters| Convolution::new(filters, kernel).stride(stride).padding(padding);
    let a = net.convolution(net.input(), "conv1", geometry(4).bias(false));
    let a = net.batch_norm(a, "bn1");
    let b = net.relu(a);
    let c = net.convolution(b, "conv2", Convolution::new(4, 3).padding(1));
    let sum = net.add(c, a);
    let joined = net.concat(&[sum, b]);
    // Windows that overlap and reach over the edge, values of both signs in them.
    let pooled = net.max_pool(joined, Window::new(3).stride(stride).padding(padding));
    let pooled = net.global_average_pool(pooled);
    let x = net.linear(pooled, "fc1", 6);
    let x = net.relu(x);
    let x = net.linear(x, "fc2", 5);
    let scheme = Initialisation::KaimingUniform;
    Network::new(net.build(x).unwrap(), scheme, seed, &Device::flex())
}

/// Every weight times a factor drawn by `draw`.
fn scaled(
    network: &Network,
    seed: u64,
    mut draw: impl FnMut(&mut chacha20::ChaCha8Rng) -> f32,
) -> Network {
    let mut rng = generator(seed);
    let layers = network.architecture().layers().iter();
    let factors: Vec<Vec<f32>> =
        layers.map(|layer| (0..layer.weights()).map(|_| draw(&mut rng)).collect()).collect();
    let factors = factors.iter().map(Vec::as_slice);
    PerWeight::new(network.architecture(), factors, &network.device()).scale(network.clone())
}

fn assert_holds(certificate: &Certificate) {
    for side in certificate.sides.iter().flatten() {
        assert!(side.observed <= side.bound_points + 1e-3, "{side:?}");
        assert!(side.bound_points <= side.bound_off + 1e-3, "{side:?}");
        assert!((0.0..=1.0 + 1e-6).contains(&side.kept_mass), "{side:?}");
    }
    let Propagated { layers, logits, certified, changed } = &certificate.points;
    for outputs in layers.iter().chain([logits]) {
        for (bound, change) in outputs.bound.iter().zip(&outputs.change) {
            assert!(*change <= bound * 1.001 + 1e-5, "{change} {bound}");
        }
    }
    assert!(certified + changed <= logits.bound.len());
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 32, ..ProptestConfig::default() })]

    /// Whatever is dropped: the error of a side is exactly the share of what is dropped, at most 1,
    /// and at most the sum of the dropped sensitivities.
    #[test]
    fn bounds_hold_for_any_mask(
        (kernel, stride, padding) in (1usize..4, 1usize..3, 0usize..2),
        density in 0.0f32..1.0,
        seed in any::<u64>(),
    ) {
        let dense = network(kernel, stride, padding, seed);
        let pruned = scaled(&dense, seed ^ 1, |rng| f32::from(u8::from(rng.random::<f32>() < density)));
        let (points, others) = (images([6, 2, 9, 9], seed ^ 2), images([5, 2, 9, 9], seed ^ 3));
        let certifier = Certifier::new(dense, points, Some(others), trust()).unwrap();
        let certificate = certifier.certify(&pruned, None).unwrap();
        assert_holds(&certificate);
        for side in certificate.sides.iter().flatten().filter(|side| side.sensitivity > 0.0) {
            let dropped = (1.0 - side.kept_mass) * side.sensitivity;
            prop_assert!((side.observed - side.bound_points).abs() < 1e-3, "{:?}", side);
            prop_assert!(side.bound_points <= dropped.min(1.0) + 1e-3, "{:?}", side);
        }
    }

    /// And for networks that were scaled in every weight, as drawing and training do.
    #[test]
    fn bounds_hold_for_any_pair(seed in any::<u64>(), spread in 0.0f32..3.0) {
        let dense = network(3, 1, 1, seed);
        let other = scaled(&dense, seed ^ 1, |rng| {
            if rng.random::<bool>() { 0.0 } else { 1.0 + spread * rng.random_range(-1.0..1.0) }
        });
        let certifier =
            Certifier::new(dense, images([6, 2, 9, 9], seed ^ 2), None, trust()).unwrap();
        let certificate = certifier.certify(&other, None).unwrap();
        assert_holds(&certificate);
        prop_assert!(certificate.held_out.is_none());
    }
}

#[test]
fn an_unpruned_network_changes_nothing() {
    let dense = network(3, 2, 1, 7);
    let points = images([8, 2, 9, 9], 1);
    let certificate = Certifier::new(dense.clone(), points, None, trust())
        .unwrap()
        .certify(&dense, None)
        .unwrap();
    assert!(certificate.sides.iter().flatten().all(|side| side.bound_points == 0.0));
    assert_eq!((certificate.points.certified, certificate.points.changed), (8, 0));
    assert!(certificate.points.logits.bound.iter().all(|&bound| bound < 0.05));
}

#[test]
fn a_network_trained_further_in_all_its_parameters_is_certified_too() {
    let dense = network(3, 1, 1, 3);
    // Other initial values are as far away as training ever goes, in every weight and bias.
    let other = network(3, 1, 1, 4);
    let points = images([6, 2, 9, 9], 5);
    let certificate =
        Certifier::new(dense, points, None, trust()).unwrap().certify(&other, None).unwrap();
    assert_holds(&certificate);
    assert!(certificate.sides.iter().flatten().any(|side| side.bound_points >= 1.0));
}

#[test]
fn an_exceeded_bound_is_an_error() {
    let dense = network(3, 1, 1, 3);
    let pruned = scaled(&dense, 1, |rng| f32::from(u8::from(rng.random::<bool>())));
    let points = images([6, 2, 9, 9], 5);
    let certifier = Certifier::new(dense.clone(), points, None, trust()).unwrap();
    let mut certificate = certifier.certify(&pruned, None).unwrap();
    let side = &mut certificate.sides[1][2];
    side.bound_points = side.observed - 0.1;
    let error = measure::check(dense.architecture(), &certificate.sides).unwrap_err();
    assert!(error.to_string().contains("\"conv2\": the positive side of unit 2"), "{error}");
    certificate.points.layers[0].bound[3] = 0.0;
    let error = propagate::check(dense.architecture(), &certificate.points).unwrap_err();
    assert!(error.to_string().contains("\"conv1\": point 3"), "{error}");
}

#[test]
fn trust_lies_in_its_range() {
    for (delta, constant) in [(0.0, 3.0), (1.0, 3.0), (0.05, 0.9), (f64::NAN, 3.0)] {
        assert!(Trust::new(delta, constant).is_err());
    }
}
