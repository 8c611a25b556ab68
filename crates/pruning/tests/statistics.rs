//! What drawing weights must hold on average, with fixed seeds.

use burn::tensor::{Device, Tensor, TensorData};
use models::{Builder, Initialisation, Network};
use pruning::methods::Options;
use pruning::{
    Drawing, ErrorForm, Mask, Pruner, Quota, Reduction, Scores, SensitivityPruner, Strategy,
    Subject, generator, sensitivities,
};
use rand::RngExt;

const POINTS: usize = 24;

fn network() -> Network {
    let mut net = Builder::new("toy", [40, 1, 1]);
    let x = net.linear(net.input(), "fc1", 10);
    let x = net.relu(x);
    let x = net.linear(x, "fc2", 4);
    let scheme = Initialisation::KaimingUniform;
    Network::new(net.build(x).unwrap(), scheme, 5, &Device::flex())
}

/// With negative entries, and one feature that is always silent.
fn images() -> Tensor<4> {
    let mut rng = generator(9);
    let pixel = |i: usize| if i % 40 == 7 { 0.0 } else { rng.random_range(-1.0..1.0f32).powi(3) };
    let values = (0..POINTS * 40).map(pixel).collect();
    Tensor::from_data(TensorData::new(values, [POINTS, 40, 1, 1]), &Device::flex())
}

/// The mean of every weight over many draws against its value: the draws are of a known variance,
/// (1 − q) / (N q) for a weight that is drawn N times with probability q.
#[test]
fn drawn_weights_are_unbiased() {
    const DRAWS: usize = 2000;
    let (network, images) = (network(), images());
    let everything = Mask::full(network.architecture());
    let pruner = SensitivityPruner::new(Strategy::Sampled, &Options::default());
    let mut rng = generator(1);
    let subject = Subject::new(&network, &images);
    let examined = pruner.examine(subject, &mut rng).unwrap();
    let rows = Rows::of(&network, examined.scores().weights().unwrap());
    let weights = [network.weight_values(0), network.weight_values(1)].concat();
    let (mut sums, mut variances) = (vec![0.0; rows.0.len()], vec![0.0; rows.0.len()]);
    for _ in 0..DRAWS {
        let pruned = examined.prune(&everything, &Quota::Network(200), &mut rng).unwrap();
        assert!(pruned.mask.kept().abs_diff(200) <= 1);
        let draws = pruned.draws.unwrap().concat();
        let values = pruned.values.into_iter().flat_map(|layer| layer.unwrap());
        for (j, (value, weight)) in values.zip(&weights).enumerate() {
            let factor = value / weight;
            let (row, q) = rows.0[j];
            sums[j] += f64::from(factor);
            let count = draws[row].count as f64;
            variances[j] += if count > 0.0 { (1.0 - q) / (count * q) } else { 0.0 };
        }
    }
    let (mut random, mut squares) = (0, 0.0);
    for (j, (_, q)) in rows.0.iter().enumerate() {
        let mean = sums[j] / DRAWS as f64;
        if *q == 0.0 {
            assert_eq!(mean, 0.0, "weight {j} has no sensitivity");
            continue;
        }
        let error = variances[j].sqrt() / DRAWS as f64;
        assert!((mean - 1.0).abs() <= 4.0 * error + 1e-6, "weight {j}: {mean} ± {error}");
        if error > 0.0 {
            random += 1;
            squares += ((mean - 1.0) / error).powi(2);
        }
    }
    assert!(random > rows.0.len() / 2, "{random} weights were drawn");
    // Not only within 4 standard errors: their distances have the variance that they should have.
    let spread = squares / random as f64;
    assert!((0.7..1.3).contains(&spread), "{spread}");
}

/// For each weight of the network the row of its side, over all layers, and its probability there.
struct Rows(Vec<(usize, f64)>);

impl Rows {
    fn of(network: &Network, scores: &Scores) -> Self {
        let mut rows = Vec::new();
        let mut first = 0;
        for (layer, spec) in network.architecture().layers().iter().enumerate() {
            let (weights, s) = (network.weight_values(layer), &scores.layers()[layer]);
            let row = |j: usize| {
                first + j / spec.fan_in() + if weights[j] < 0.0 { spec.units } else { 0 }
            };
            let mut totals = vec![0.0; first + 2 * spec.units];
            (0..s.len()).for_each(|j| totals[row(j)] += f64::from(s[j]));
            rows.extend((0..s.len()).map(|j| (row(j), f64::from(s[j]) / totals[row(j)])));
            first += 2 * spec.units;
        }
        Self(rows)
    }
}

/// Relative errors of the sides of both signs on every point against Bernstein's bound for one
/// event: it must hold in at least 95 % of the draws.
#[test]
fn bernsteins_bound_covers() {
    const DRAWS: usize = 1000;
    let (network, images) = (network(), images());
    let found = sensitivities(&network, &images, Reduction::Max, 8).unwrap();
    let (weights, inputs) = (network.weight_values(0), images.into_data());
    let inputs: &[f32] = inputs.as_slice().unwrap();
    let spec = &network.architecture().layers()[0];
    let mut rng = generator(2);
    let mut tight = 0;
    for (unit, negative) in (0..3).flat_map(|unit| [(unit, false), (unit, true)]) {
        let side: Vec<usize> = (unit * 40..unit * 40 + 40)
            .filter(|&j| (weights[j] < 0.0) == negative && found.layers[0].values[j] > 0.0)
            .collect();
        let s: Vec<f32> = side.iter().map(|&j| found.layers[0].values[j]).collect();
        let drawing = Drawing::new(&s);
        let total: f64 = s.iter().map(|&s| f64::from(s)).sum();
        let draws = (60.0 * total) as u64;
        let coefficient = ErrorForm::Bernstein.coefficient(spec, 0.05, 1.0) * total;
        let bound = ErrorForm::Bernstein.error(coefficient, draws as f64);
        assert!(bound < 0.6, "{bound}");
        let mut failures = vec![[0; 2]; POINTS];
        for _ in 0..DRAWS {
            let counts = drawing.multinomial(draws, &mut rng);
            for (point, failures) in failures.iter_mut().enumerate() {
                for (sign, failures) in [1.0, -1.0].into_iter().zip(failures) {
                    let (mut z, mut estimate) = (0.0, 0.0);
                    for ((&j, &count), q) in side.iter().zip(&counts).zip(drawing.probabilities()) {
                        let a = (sign * inputs[point * 40 + j % 40]).max(0.0);
                        let part = f64::from(weights[j].abs() * a);
                        z += part;
                        estimate += part * count as f64 / (draws as f64 * q);
                    }
                    *failures += usize::from((estimate - z).abs() > bound * z);
                    tight += usize::from((estimate - z).abs() > 0.3 * bound * z);
                }
            }
        }
        let worst = *failures.iter().flatten().max().unwrap();
        assert!(worst <= DRAWS / 20, "unit {unit}: {worst} of {DRAWS} draws beyond the bound");
    }
    // The bound is not so loose that the test could not fail.
    assert!(tight > DRAWS, "{tight}");
}
