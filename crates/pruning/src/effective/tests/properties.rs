//! What live means for what a network computes.

use burn::tensor::{Device, Tensor, TensorData};
use models::{Convolution, Initialisation, Network, PerWeight};
use proptest::collection::vec;
use proptest::prelude::*;
use rand::RngExt;

use super::*;
use crate::generator;

#[derive(Debug, Clone, Copy)]
enum Block {
    Chain,
    Residual,
    /// A sum with fewer channels than its first value.
    Padded,
    Concat,
}

/// Blocks of any kind and order, then a pooled map of several positions, flattened.
#[derive(Debug, Clone)]
struct Case {
    channels: usize,
    blocks: Vec<Block>,
    /// Kernels inside blocks are 3x3 with padding; else 1x1.
    padded: bool,
    density: f32,
    seed: u64,
}

const IMAGE: [usize; 2] = [7, 6];

fn cases() -> impl Strategy<Value = Case> {
    // Padded sums and concatenations do not go together.
    let blocks = [Block::Padded, Block::Concat]
        .map(|last| vec(prop_oneof![Just(Block::Chain), Just(Block::Residual), Just(last)], 0..4));
    let [padded, joined] = blocks;
    (1usize..3, prop_oneof![padded, joined], any::<bool>(), 0.05f32..1.0, any::<u64>()).prop_map(
        |(channels, blocks, padded, density, seed)| Case {
            channels,
            blocks,
            padded,
            density,
            seed,
        },
    )
}

impl Case {
    fn architecture(&self) -> Architecture {
        let mut net = Builder::new("toy", [self.channels, IMAGE[0], IMAGE[1]]);
        let (mut x, mut channels) = (net.input(), self.channels);
        for (index, block) in self.blocks.iter().enumerate() {
            let name = format!("block{index}");
            (x, channels) = match block {
                // Makes the map smaller by one row and column, and so is never padded.
                Block::Chain => (net.convolution(x, &name, Convolution::new(3, 2)), 3),
                Block::Residual => {
                    let y = self.inner(&mut net, x, &name, channels);
                    (net.add(y, x), channels)
                }
                Block::Padded => {
                    let y = self.inner(&mut net, x, &name, channels + 3);
                    (net.add_padded(y, x), channels + 3)
                }
                Block::Concat => {
                    let y = self.inner(&mut net, x, &name, 2);
                    (net.concat(&[y, x]), channels + 2)
                }
            };
            x = net.relu(x);
        }
        let x = net.max_pool(x, 2);
        let x = net.linear(x, "fc1", 3);
        let x = net.relu(x);
        let x = net.linear(x, "fc2", 2);
        net.build(x).unwrap()
    }

    fn inner(&self, net: &mut Builder, x: Value, name: &str, filters: usize) -> Value {
        let convolution = match self.padded {
            true => Convolution::new(filters, 3).padding(1),
            false => Convolution::new(filters, 1),
        };
        let y = net.convolution(x, name, convolution);
        net.batch_norm(y, &format!("{name}.bn"))
    }

    fn mask(&self, architecture: &Architecture) -> Mask {
        let mut rng = generator(self.seed);
        let mut draw = |count| (0..count).map(|_| rng.random::<f32>() < self.density).collect();
        Mask::new(architecture, architecture.layers().iter().map(|l| draw(l.weights())).collect())
    }

    fn images(&self, count: usize, mut pixel: impl FnMut() -> f32) -> Tensor<4> {
        let shape = [count, self.channels, IMAGE[0], IMAGE[1]];
        let values = (0..shape.iter().product()).map(|_| pixel()).collect();
        Tensor::from_data(TensorData::new(values, shape), &Device::flex())
    }
}

/// A network without biases or shifts.
fn unbiased(architecture: &Architecture, seed: u64) -> Network {
    Network::new(architecture.clone(), Initialisation::GlorotNormal, seed, &Device::flex())
}

fn outputs(network: &Network, images: &Tensor<4>) -> Vec<f32> {
    network.forward(images.clone()).into_data().try_into_vec().unwrap()
}

/// What a network whose weights have these values says to one image of ones.
fn answer(case: &Case, network: &Network, values: &[Vec<f32>]) -> Vec<f32> {
    let layers = values.iter().enumerate();
    let factors = layers.map(|(layer, values)| {
        let drawn = network.weight_values(layer);
        values.iter().zip(drawn).map(|(value, drawn)| value / drawn).collect()
    });
    let factors: Vec<Vec<f32>> = factors.collect();
    let factors =
        PerWeight::new(network.architecture(), factors.iter().map(Vec::as_slice), &Device::flex());
    outputs(&factors.scale(network.clone()), &case.images(1, || 1.0))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    /// Without constants, dead weights add nothing: outputs, and so their differences from image to
    /// image, are the same without them.
    #[test]
    fn dead_weights_add_nothing(case in cases()) {
        let architecture = case.architecture();
        let network = unbiased(&architecture, case.seed ^ 1);
        let mask = case.mask(&architecture);
        let mut rng = generator(case.seed ^ 2);
        let images = case.images(4, || rng.random_range(-1.0..1.5));
        let of = |mask: &Mask| {
            outputs(&mask.factors(&architecture, &Device::flex()).scale(network.clone()), &images)
        };
        for (all, alive) in of(&mask).iter().zip(of(&live(&architecture, &mask))) {
            prop_assert!((all - alive).abs() < 1e-5, "{} {}", all, alive);
        }
    }

    #[test]
    fn what_is_live_is_kept_and_stays_live(case in cases()) {
        let architecture = case.architecture();
        let mask = case.mask(&architecture);
        let found = live(&architecture, &mask);
        prop_assert!(found.is_within(&mask));
        prop_assert_eq!(&live(&architecture, &found), &found);
        let empty = found.layers().iter().filter(|layer| layer.kept() == 0).count();
        prop_assert_eq!(disconnected(&found).len(), empty);
    }

    /// Where all kept weights are 1 nothing cancels: raising a live one is heard, and raising a dead
    /// one is not. Without padding all positions of a channel are alike.
    #[test]
    fn the_live_weights_are_those_that_matter(case in cases()) {
        let case = Case { padded: false, ..case };
        let architecture = case.architecture();
        let network = unbiased(&architecture, case.seed ^ 1);
        let mask = case.mask(&architecture);
        let found = live(&architecture, &mask);
        let layers = mask.layers().iter();
        let mut values: Vec<Vec<f32>> = layers
            .map(|layer| layer.keep.iter().map(|&keep| f32::from(u8::from(keep))).collect())
            .collect();
        let before = answer(&case, &network, &values);
        for (layer, own) in mask.layers().iter().enumerate() {
            for weight in (0..own.keep.len()).filter(|&weight| own.keep[weight]) {
                // Large enough to become the maximum of any window that it reaches.
                values[layer][weight] = 1e4;
                let matters = answer(&case, &network, &values) != before;
                values[layer][weight] = 1.0;
                prop_assert_eq!(found.layers()[layer].keep[weight], matters, "{} {}", own.name, weight);
            }
        }
    }
}
