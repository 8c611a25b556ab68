use burn::tensor::{Device, TensorData};
use models::{Builder, Convolution, Initialisation};
use proptest::prelude::*;

use super::*;
use crate::patches::patches;

/// A convolution of any geometry, then two linear layers.
#[derive(Debug, Clone)]
struct Case {
    input: [usize; 3],
    convolution: (usize, usize, usize, usize),
    points: usize,
    chunk: usize,
    seed: u64,
    signed: bool,
}

fn cases() -> impl Strategy<Value = Case> {
    let input = (1usize..3, 3usize..8, 3usize..8);
    let convolution = (1usize..5, 1usize..4, 1usize..4, 0usize..3);
    (input, convolution, 1usize..5, 1usize..6, any::<u64>(), any::<bool>()).prop_map(
        |((channels, height, width), convolution, points, chunk, seed, signed)| Case {
            input: [channels, height, width],
            convolution,
            points,
            chunk,
            seed,
            signed,
        },
    )
}

impl Case {
    fn network(&self) -> Network {
        let (filters, kernel, stride, padding) = self.convolution;
        let mut net = Builder::new("toy", self.input);
        let convolution = Convolution::new(filters, kernel).stride(stride).padding(padding);
        let x = net.convolution(net.input(), "conv", convolution);
        let x = net.relu(x);
        let x = net.linear(x, "fc1", 5);
        let x = net.linear(x, "fc2", 4);
        let scheme = Initialisation::KaimingUniform;
        Network::new(net.build(x).unwrap(), scheme, self.seed, &Device::flex())
    }

    fn images(&self, scale: f32) -> Tensor<4> {
        let [channels, height, width] = self.input;
        let count = self.points * channels * height * width;
        let phase = (self.seed % 1000) as f32;
        let pixel = |i: usize| {
            let value = (i as f32 * 0.7 + phase).sin();
            scale * if self.signed { value } else { value.max(0.0) }
        };
        let shape = [self.points, channels, height, width];
        Tensor::from_data(TensorData::new((0..count).map(pixel).collect(), shape), &Device::flex())
    }

    fn sensitivities(&self, scale: f32, reduction: Reduction) -> Sensitivities {
        sensitivities(&self.network(), &self.images(scale), reduction, self.chunk).unwrap()
    }
}

/// The definition, weight by weight and position by position.
fn by_definition(network: &Network, images: &Tensor<4>, reduction: Reduction) -> Vec<Vec<f32>> {
    let specs = network.architecture().layers();
    let mut result: Vec<Vec<f32>> = specs.iter().map(|spec| vec![0.0; spec.weights()]).collect();
    network.forward_watched(images.clone(), |layer, input| {
        let (spec, weight) = (&specs[layer], network.weight_values(layer));
        let patches = patches(spec, input.clone());
        let [points, n, positions] = patches.dims();
        let a: Vec<f32> = patches.into_data().try_into_vec().unwrap();
        for (x, unit) in (0..points).flat_map(|x| (0..spec.units).map(move |unit| (x, unit))) {
            for (side, sign) in [(1.0, 1.0), (1.0, -1.0), (-1.0, 1.0), (-1.0, -1.0)] {
                let v = |j: usize| (side * weight[unit * n + j]).max(0.0);
                let input = |j: usize, p: usize| (sign * a[(x * n + j) * positions + p]).max(0.0);
                let sum = |p: usize| (0..n).map(|k| v(k) * input(k, p)).sum::<f32>();
                for j in 0..n {
                    let share = |p: usize| match sum(p) {
                        z if z > SMALLEST_SUM => v(j) * input(j, p) / z,
                        _ => 0.0,
                    };
                    let shares = (0..positions).map(share);
                    let reduced = match reduction {
                        Reduction::Mean => shares.sum::<f32>() / positions as f32,
                        Reduction::Max => shares.fold(0.0, f32::max),
                    };
                    let s = &mut result[layer][unit * n + j];
                    *s = s.max(reduced);
                }
            }
        }
    });
    result
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn matrix_products_agree_with_the_definition(case in cases()) {
        for reduction in Reduction::ALL {
            let expected = by_definition(&case.network(), &case.images(1.0), *reduction);
            for (ours, theirs) in case.sensitivities(1.0, *reduction).layers.iter().zip(expected) {
                for (a, b) in ours.values.iter().zip(theirs) {
                    prop_assert!((a - b).abs() < 1e-5, "{} {}", a, b);
                }
            }
        }
    }

    /// Relative importance sums to 1 over a side, so 1 ≤ S ≤ weights of the side, where it has any
    /// signal.
    #[test]
    fn totals_lie_between_one_and_the_number_of_weights(case in cases()) {
        let network = case.network();
        let found = case.sensitivities(1.0, Reduction::Max);
        for (index, (spec, layer)) in
            network.architecture().layers().iter().zip(&found.layers).enumerate()
        {
            let weights = network.weight_values(index);
            for (unit, values) in layer.values.chunks(spec.fan_in()).enumerate() {
                prop_assert!(values.iter().all(|&s| (0.0..=1.0 + 1e-5).contains(&s)));
                let weights = &weights[unit * spec.fan_in()..];
                for negative in [false, true] {
                    let side = values.iter().zip(weights).filter(|(_, w)| (**w < 0.0) == negative);
                    let (total, count) = side.fold((0.0, 0), |(sum, n), (s, _)| (sum + s, n + 1));
                    prop_assert!(total == 0.0 || total >= 1.0 - 1e-4);
                    prop_assert!(total <= count as f32 + 1e-4);
                }
            }
        }
    }

    /// Relative importance does not know the scale of the input, but for sums that are too small to count: those of
    /// large inputs are not.
    #[test]
    fn scale_does_not_matter(case in cases()) {
        let [once, eight] = [20, 23].map(|power| case.sensitivities(2f32.powi(power), Reduction::Max));
        for (a, b) in once.layers[0].values.iter().zip(&eight.layers[0].values) {
            prop_assert!((a - b).abs() < 1e-5);
        }
    }
}

#[test]
fn silent_inputs_give_nothing_and_no_points_are_an_error() {
    let case = Case {
        input: [1, 3, 3],
        convolution: (2, 2, 1, 0),
        points: 2,
        chunk: 8,
        seed: 3,
        signed: true,
    };
    let network = case.network();
    let found = sensitivities(&network, &case.images(0.0), Reduction::Mean, 8).unwrap();
    assert!(found.layers[0].values.iter().all(|&s| s == 0.0) && !found.layers[0].signed);
    assert!(case.sensitivities(1.0, Reduction::Mean).layers[0].signed);
    let none = Tensor::empty([0, 1, 3, 3], &Device::flex());
    assert_eq!(sensitivities(&network, &none, Reduction::Max, 8), Err(PruneError::NoPoints));
}
