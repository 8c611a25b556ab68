//! What filter pruning promises, on small networks: expectations and bounds (`zoo.rs` has every method on
//! every network).

use burn::tensor::{Device, Int, Tensor, TensorData};
use models::{Architecture, Initialisation, Network, zoo};
use pruning::methods::{self, Options};
use pruning::{
    Allocation, Budget, Certifier, Grain, Mask, Scope, Scored, Subject, Trust, generator,
};

fn points(count: usize, [channels, height, width]: [usize; 3]) -> Tensor<4> {
    let values = (0..count * channels * height * width).map(|i| (i as f32 * 0.37).sin()).collect();
    let shape = [count, channels, height, width];
    Tensor::from_data(TensorData::new(values, shape), &Device::flex())
}

fn classes(count: usize, classes: usize) -> Tensor<1, Int> {
    let labels = (0..count).map(|i| (i % classes) as i64).collect();
    Tensor::from_data(TensorData::new(labels, [count]), &Device::flex())
}

fn network(architecture: Architecture) -> Network {
    Network::new(architecture, Initialisation::KaimingUniform, 3, &Device::flex())
}

fn mlp(widths: &[usize]) -> Network {
    let input = [1, 4, 4];
    let request = zoo::Request { widths: widths.to_vec(), input, ..zoo::Request::named("mlp") };
    network(zoo::architecture(&request).unwrap())
}

/// The mean of every channel's factor over many prunings is 1, within five standard errors and what
/// taking the draw of the right size does to it.
#[test]
fn drawn_channels_keep_sums_on_average() {
    const DRAWS: usize = 2000;
    let (network, images) = (mlp(&[60]), points(20, [1, 4, 4]));
    let subject = Subject::new(&network, &images);
    let everything = Mask::full(network.architecture());
    let examined = methods::entry("pfp-rand").unwrap().build(&Options::default()).unwrap();
    let examined = examined.examine(subject, &mut generator(0)).unwrap();
    let Scored::Channels(channels, scores) = examined.scores() else { panic!("channels") };
    let live: Vec<bool> = channels.pools()[0].iter().map(|&g| scores.groups()[g] > 0.0).collect();
    assert!(live.iter().filter(|&&live| live).count() > 50);
    let weights = network.weight_values(1);
    let (mut sums, mut squares) = (vec![0.0; 60], vec![0.0; 60]);
    let mut rng = generator(1);
    for _ in 0..DRAWS {
        let allocation = Allocation::default();
        // 26 weights for each channel.
        let budget = Budget(30 * 26);
        let architecture = network.architecture();
        let pruned =
            allocation.prune(architecture, &*examined, &everything, budget, &mut rng).unwrap();
        assert_eq!(pruned.mask.kept(), 30 * 26);
        let values = pruned.values[1].as_ref().unwrap();
        for j in 0..60 {
            let factor = f64::from(values[j] / weights[j]);
            sums[j] += factor;
            squares[j] += factor * factor;
        }
    }
    for j in 0..60 {
        let mean = sums[j] / DRAWS as f64;
        if !live[j] {
            assert_eq!(mean, 0.0, "channel {j} has no sensitivity");
            continue;
        }
        let error = ((squares[j] / DRAWS as f64 - mean * mean) / DRAWS as f64).sqrt();
        assert!((mean - 1.0).abs() <= 5.0 * error + 0.02, "channel {j}: {mean} ± {error}");
    }
}

/// Bounds are never exceeded on their own points, whatever is drawn; for draws they are Bernstein's.
#[test]
fn certificates_of_drawn_channels_hold() {
    let (network, images) = (mlp(&[40, 30]), points(24, [1, 4, 4]));
    let subject = Subject::new(&network, &images);
    let everything = Mask::full(network.architecture());
    let trust = Trust::new(0.05, 3.0).unwrap();
    let certifier =
        Certifier::new(network.clone(), images.clone(), Some(points(7, [1, 4, 4])), trust).unwrap();
    for method in ["pfp", "pfp-top", "pfp-rand"] {
        let examined = methods::entry(method).unwrap().build(&Options::default()).unwrap();
        let examined = examined.examine(subject, &mut generator(0)).unwrap();
        let mut rng = generator(2);
        let mut drawn = 0;
        for round in 0..30 {
            let budget = Budget(everything.total() * (2 + round % 8) / 10);
            let architecture = network.architecture();
            let pruned = Allocation::default();
            let pruned =
                pruned.prune(architecture, &*examined, &everything, budget, &mut rng).unwrap();
            let certificate =
                certifier.certify(&pruned.apply(&network), pruned.draws.as_deref()).unwrap();
            for side in certificate.sides.iter().flatten() {
                assert_eq!(side.bernstein.is_some(), side.draws > 0);
                assert!(side.bernstein.is_none_or(|bound| bound >= side.observed));
                drawn += usize::from(side.draws > 0);
            }
        }
        assert_eq!(drawn > 0, method != "pfp", "{method}");
    }
}

/// Scopes and layers that are left out.
#[test]
fn layers_that_are_left_out_keep_all_their_weights() {
    let network = mlp(&[20, 10, 8]);
    let images = points(10, [1, 4, 4]);
    let labels = classes(10, 10);
    let subject = Subject::new(&network, &images).with_labels(&labels);
    let (architecture, everything) = (network.architecture(), Mask::full(network.architecture()));
    for entry in methods::ENTRIES.iter().filter(|entry| entry.grain() == Grain::Channels) {
        for scope in [Scope::Global, Scope::Uniform] {
            let examined = entry.build(&Options::default()).unwrap();
            let examined = examined.examine(subject, &mut generator(1)).unwrap();
            let allocation = Allocation { scope, left_out: vec![3], ..Allocation::default() };
            let budget = Budget(everything.total() / 2);
            let rng = &mut generator(2);
            let pruned =
                allocation.prune(architecture, &*examined, &everything, budget, rng).unwrap();
            assert_eq!(pruned.mask.layers()[3].kept(), 80, "{}", entry.name);
            assert!(pruned.mask.kept() < everything.total(), "{}", entry.name);
        }
    }
}
