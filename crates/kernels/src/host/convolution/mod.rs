//! Two-dimensional convolution and its gradients, on the host, channels last.

mod axis;
mod classes;
mod gather;
mod outer;
mod pack;
mod panels;
mod scatter;
mod tile;

pub(crate) use axis::Axis;

use gather::{Maps, gather};
use panels::{Panels, Weight};
use rayon::prelude::*;
use scatter::{Pair, Tiles, scatter};

/// The geometry of a convolution.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Convolution {
    pub(crate) channels: usize,
    pub(crate) units: usize,
    /// Vertical and horizontal.
    pub(crate) axes: [Axis; 2],
}

impl Convolution {
    fn taps(&self) -> usize {
        self.axes[0].kernel * self.axes[1].kernel
    }

    fn inputs(&self) -> usize {
        self.axes[0].input * self.axes[1].input
    }

    fn outputs(&self) -> usize {
        self.axes[0].output * self.axes[1].output
    }

    /// Output `[images, height, width, units]` of `input`, `[images, height, width, channels]`, with
    /// `weight` `[units, channels, kernel height, kernel width]`.
    pub(crate) fn forward(&self, input: &[f32], weight: &[f32], bias: Option<&[f32]>) -> Vec<f32> {
        let (taps, channels) = (self.taps(), self.channels);
        let panels = Panels::new(Weight {
            values: weight,
            taps,
            targets: [self.units, channels * taps],
            sources: [channels, taps],
            from_end: false,
        });
        let classes = classes::of_output(self.axes, channels);
        let source = Maps { values: input, size: self.inputs() * channels };
        gather(source, self.outputs(), &classes, &panels, bias)
    }

    /// The gradient of the input, from that of the output.
    pub(crate) fn input_gradient(&self, gradient: &[f32], weight: &[f32]) -> Vec<f32> {
        let (taps, channels, units) = (self.taps(), self.channels, self.units);
        let panels = Panels::new(Weight {
            values: weight,
            taps,
            targets: [channels, taps],
            sources: [units, channels * taps],
            from_end: true,
        });
        let classes = classes::of_input(self.axes, units);
        let source = Maps { values: gradient, size: self.outputs() * units };
        gather(source, self.inputs(), &classes, &panels, None)
    }

    /// The gradient of the weight, from the input and the gradient of the output.
    pub(crate) fn weight_gradient(&self, input: &[f32], gradient: &[f32]) -> Vec<f32> {
        let &Self { channels, units, axes } = self;
        // A tile has one row a channel: where there are few, columns of the kernel serve as such.
        if channels < tile::ROWS && axes[1].kernel > 1 {
            return self.by_unfolding(input, gradient);
        }
        let images = input.len() / (self.inputs() * channels);
        let taps = self.taps();
        let tiles = Tiles { channels, units, taps };
        let sums = scatter(Pair { input, gradient, images, channels, units, axes });
        let mut weights = vec![0.0; units * channels * taps];
        weights.par_chunks_mut(channels * taps).enumerate().for_each(|(unit, weights)| {
            for (channel, weights) in weights.chunks_exact_mut(taps).enumerate() {
                let (first, apart) = tiles.places(unit, channel);
                let sums = sums[first..].iter().step_by(apart);
                weights.iter_mut().zip(sums).for_each(|(weight, sum)| *weight = *sum);
            }
        });
        weights
    }

    /// The same, as a kernel of one column over the input's columns side by side.
    fn by_unfolding(&self, input: &[f32], gradient: &[f32]) -> Vec<f32> {
        let [vertical, horizontal] = self.axes;
        let row = horizontal.kernel * self.channels;
        let unfolded = unfold(input, horizontal, self.channels);
        let column =
            Axis { input: horizontal.output, kernel: 1, stride: 1, padding: 0, ..horizontal };
        let narrow = Self { channels: row, axes: [vertical, column], ..*self };
        // [units, columns, channels, rows] to [units, channels, rows, columns].
        let turned = narrow.weight_gradient(&unfolded, gradient);
        let (taps, rows) = (self.taps(), vertical.kernel);
        let place = |index: usize| {
            let (unit, rest) = (index / (self.channels * taps), index % (self.channels * taps));
            let (channel, tap) = (rest / taps, rest % taps);
            let (y, x) = (tap / horizontal.kernel, tap % horizontal.kernel);
            (unit * row + x * self.channels + channel) * rows + y
        };
        (0..turned.len()).map(|index| turned[place(index)]).collect()
    }
}

/// For each row of the input and each column of the output, what the kernel's columns read there:
/// `[images, height, output width, kernel width, channels]`, zeros over the edge.
fn unfold(input: &[f32], axis: Axis, channels: usize) -> Vec<f32> {
    let (from, to) = (axis.input * channels, axis.output * axis.kernel * channels);
    let mut unfolded = vec![0.0; input.len() / from * to];
    unfolded.par_chunks_mut(to).zip(input.par_chunks(from)).for_each(|(unfolded, row)| {
        for (place, values) in unfolded.chunks_exact_mut(channels).enumerate() {
            if let Some(column) = axis.read(place / axis.kernel, place % axis.kernel) {
                values.copy_from_slice(&row[column * channels..][..channels]);
            }
        }
    });
    unfolded
}

/// Σ of the gradient `[images, height, width, units]` over all but the units.
pub(crate) fn bias_gradient(gradient: &[f32], units: usize) -> Vec<f32> {
    let mut sums = vec![0.0; units];
    for row in gradient.chunks_exact(units) {
        sums.iter_mut().zip(row).for_each(|(sum, value)| *sum += value);
    }
    sums
}
