//! The committed protocols of the lottery-ticket paper: what they say, and which densities they come to.

use std::path::Path;

use datasets::Validation;
use experiments::config::{Optimiser, Overrides, read};
use experiments::step::Step;
use models::zoo;

/// The weights left in percent after each round of a committed configuration, by the name of its network.
fn ladder(name: &str) -> Vec<f64> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../configs/lottery").join(name);
    let experiment = read(&path, &Overrides::default()).unwrap();
    let architecture = zoo::architecture(&experiment.network).unwrap();
    let densities = experiment.ladder.densities(&architecture, &experiment.rates).unwrap().unwrap();
    densities.iter().map(|density| 100.0 * density.value()).collect()
}

fn assert_near(found: &[f64], expected: &[f64], name: &str) {
    assert_eq!(found.len(), expected.len(), "{name}");
    for (found, expected) in found.iter().zip(expected) {
        assert!((found - expected).abs() < 0.01, "{name}: {found} {expected}");
    }
}

/// As the lottery paper labels its networks, arXiv 1803.03635 (51.3, 21.1, 13.5, 3.6 % and so on), and more digits
/// than it prints.
#[test]
fn lenet_comes_to_the_papers_densities() {
    let expected = [
        80.04, 64.06, 51.28, 41.05, 32.87, 26.32, 21.07, 16.88, 13.52, 10.83, 8.68, 6.95, 5.57,
        4.47, 3.58, 2.87, 2.31, 1.85, 1.49, 1.19,
    ];
    for name in ["lenet-300-100.toml", "lenet-300-100-quick.toml"] {
        assert_near(&ladder(name), &expected, name);
    }
    assert_eq!((ladder("lenet-300-100.toml")[14] * 2662.0).round(), 9537.0);
}

/// By the sizes of the layers: convolutions, dense layers, output.
#[test]
fn convolutional_networks_come_to_what_their_layers_give() {
    let convolutions = [3 * 64, 64 * 64, 64 * 128, 128 * 128, 128 * 256, 256 * 256];
    for (pairs, side, rate) in [(1, 16, 0.1), (2, 8, 0.1), (3, 4, 0.15)] {
        let channels = [64, 128, 256][pairs - 1];
        let convolved = 9.0 * f64::from(convolutions[..2 * pairs].iter().sum::<i32>());
        let dense = f64::from(side * side * channels * 256 + 256 * 256);
        let output = 2560.0;
        let left = |round: i32| {
            convolved * (1.0_f64 - rate).powi(round)
                + dense * 0.8_f64.powi(round)
                + output * 0.9_f64.powi(round)
        };
        let expected: Vec<f64> = (1..=20).map(|round| 100.0 * left(round) / left(0)).collect();
        let name = format!("conv-{}.toml", 2 * pairs);
        assert_near(&ladder(&name), &expected, &name);
        assert_eq!(left(0), [4_300_992.0, 2_425_024.0, 2_261_184.0][pairs - 1]);
    }
}

#[test]
fn the_committed_protocols_say_what_the_paper_says() {
    for (name, iterations, rate) in [
        ("lenet-300-100", 50_000, 1.2e-3),
        ("lenet-300-100-quick", 20_000, 1.2e-3),
        ("conv-2", 20_000, 2e-4),
        ("conv-4", 25_000, 3e-4),
        ("conv-6", 30_000, 3e-4),
    ] {
        let configs = Path::new(env!("CARGO_MANIFEST_DIR")).join("../configs/lottery");
        let overrides = Overrides::default();
        let experiment = read(&configs.join(format!("{name}.toml")), &overrides).unwrap();
        let train = &experiment.train;
        assert_eq!((train.length, train.learning_rate), (Step::Iterations(iterations), rate));
        assert_eq!((train.batch_size, train.evaluate_every), (60, Step::Iterations(100)));
        assert_eq!(train.optimiser, Optimiser::Adam { weight_decay: 0.0 });
        assert_eq!((experiment.retrain.length, experiment.seeds.len()), (train.length, 5));
        assert_eq!(experiment.validation, Validation::Count(5000));
        assert_eq!(experiment.augmentation, None);
        let repeats: Vec<usize> =
            experiment.methods[0].1.iter().map(|treatment| treatment.repeats).collect();
        let quick = name.ends_with("quick");
        assert_eq!(repeats, if quick { [1, 1, 1] } else { [1, 3, 10] }, "{name}");
    }
}
