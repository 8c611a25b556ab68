//! A layer as it is defined, one product after the other.

use proptest::prelude::*;
use sparse::{Activations, Kernel, Layer, Maps, Pattern};

/// A layer, its weights and a batch.
#[derive(Debug, Clone)]
pub(crate) struct Case {
    pub(crate) kernel: Kernel,
    pub(crate) maps: Maps,
    pub(crate) margin: [usize; 2],
    pub(crate) units: usize,
    pub(crate) batch: usize,
    /// `[units, fan_in]`, zero where a weight is not stored.
    pub(crate) dense: Vec<f32>,
    pub(crate) stored: Vec<bool>,
    pub(crate) seed: u32,
}

impl Case {
    pub(crate) fn fan_in(&self) -> usize {
        self.maps.channels * self.kernel.size[0] * self.kernel.size[1]
    }

    pub(crate) fn layer(&self) -> Layer {
        let pattern = Pattern::new(self.fan_in(), self.stored.iter().copied());
        Layer::new(pattern, self.kernel, self.maps, self.margin)
    }

    /// The layer, computing with all its weights or not, and what it computes with.
    pub(crate) fn with_weights(&self, filled: bool) -> (Layer, Vec<f32>) {
        match (self.layer(), filled) {
            (layer, true) => (layer.filled(), self.dense.clone()),
            (layer, false) => {
                let weights = layer.pattern().compress(&self.dense);
                (layer, weights)
            }
        }
    }

    /// Numbers of either sign, other ones for each name.
    pub(crate) fn numbers(&self, name: u32, count: usize) -> Vec<f32> {
        let start = self.seed.wrapping_mul(31).wrapping_add(name) as f32 % 1e4;
        (0..count).map(|index| (index as f32 * 0.713 + start).sin()).collect()
    }

    pub(crate) fn activations(&self, maps: Maps, images: &[f32]) -> Activations {
        let mut activations = Activations::zeros(maps, self.batch);
        activations.read(images.chunks_exact(maps.values()));
        activations
    }

    /// Hands over every product of the layer: the weight's place in the matrix, the input's in
    /// `[batch, channels, height, width]` and the output's.
    pub(crate) fn products(&self, output: Maps, mut product: impl FnMut(usize, usize, usize)) {
        let Kernel { size: [height, width], stride, padding } = self.kernel;
        let maps = self.maps;
        for image in 0..self.batch {
            for unit in 0..self.units {
                for y in 0..output.height {
                    for x in 0..output.width {
                        let out =
                            ((image * self.units + unit) * output.height + y) * output.width + x;
                        for column in 0..self.fan_in() {
                            let (channel, place) =
                                (column / (height * width), column % (height * width));
                            let row = (y * stride[0] + place / width).checked_sub(padding[0]);
                            let column_in = (x * stride[1] + place % width).checked_sub(padding[1]);
                            let inside = row
                                .filter(|&r| r < maps.height)
                                .zip(column_in.filter(|&c| c < maps.width));
                            if let Some((r, c)) = inside {
                                let start = (image * maps.channels + channel) * maps.height;
                                product(
                                    unit * self.fan_in() + column,
                                    (start + r) * maps.width + c,
                                    out,
                                );
                            }
                        }
                    }
                }
            }
        }
    }
}

/// Shapes, strides, margins and densities of all kinds; units and inputs without weights among them.
pub(crate) fn cases() -> impl Strategy<Value = Case> {
    let sizes = (1..5usize, 1..7usize, 1..8usize, 1..8usize);
    let kernels = ([1..4usize, 1..4usize], [1..4usize, 1..3usize], [0..3usize, 0..3usize]);
    let margins = ([0..2usize, 0..2usize], [0..3usize, 0..3usize]);
    let rest = (prop_oneof![Just(1), 2..16usize, Just(16), Just(64), 1..150usize], any::<u32>());
    let density = prop_oneof![Just(0.0), Just(1.0), 0.0..1.0];
    (sizes, kernels, margins, rest, density).prop_flat_map(
        |(sizes, kernels, margins, rest, density)| {
            let (channels, units, height, width) = sizes;
            let (size, stride, padding) = kernels;
            // A kernel that fits, and a margin for its padding.
            let size = [size[0].min(height + 2 * padding[0]), size[1].min(width + 2 * padding[1])];
            let margin = [padding[0] + margins.0[0], padding[1] + margins.0[1]];
            let maps = Maps::new(channels, height, width).margin(margin);
            let count = units * channels * size[0] * size[1];
            prop::collection::vec(prop::bool::weighted(density), count).prop_map(move |stored| {
                let mut case = Case {
                    kernel: Kernel { size, stride, padding },
                    maps,
                    margin: margins.1,
                    units,
                    batch: rest.0,
                    dense: Vec::new(),
                    stored,
                    seed: rest.1,
                };
                let numbers = case.numbers(0, count);
                case.dense = case
                    .stored
                    .iter()
                    .zip(numbers)
                    .map(|(&s, n)| if s { n } else { 0.0 })
                    .collect();
                case
            })
        },
    )
}

/// What a sum should be, and how large its terms are: they may cancel, rounding doesn't.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Sum {
    pub(crate) value: f64,
    size: f64,
}

impl Sum {
    pub(crate) fn add(&mut self, term: f64) {
        self.value += term;
        self.size += term.abs();
    }
}

/// Equal but for rounding: within 16 times f32's unit roundoff of the sizes' sum. The largest that
/// 30,000 cases showed was 6 times.
pub(crate) fn assert_close(found: &[f32], expected: &[Sum]) -> Result<(), TestCaseError> {
    prop_assert_eq!(found.len(), expected.len());
    for (index, (&found, expected)) in found.iter().zip(expected).enumerate() {
        let error = (f64::from(found) - expected.value).abs();
        let allowed = 16.0 * f64::from(f32::EPSILON / 2.0) * expected.size;
        prop_assert!(error <= allowed, "at {}: {} for {:?}", index, found, expected);
    }
    Ok(())
}
