//! Two-dimensional convolution and its gradients, on the host, channels last.

mod axis;
mod classes;
mod gather;
mod outer;
mod panels;
mod scatter;
mod tile;

pub(crate) use axis::Axis;

use gather::{Maps, gather};
use panels::Panels;
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
        let panels = Panels::new(self.units, taps * channels, |unit, place| {
            let (tap, channel) = (place / channels, place % channels);
            weight[(unit * channels + channel) * taps + tap]
        });
        let classes = classes::of_output(self.axes, channels);
        let source = Maps { values: input, size: self.inputs() * channels };
        gather(source, self.outputs(), &classes, &panels, bias)
    }

    /// The gradient of the input, from that of the output.
    pub(crate) fn input_gradient(&self, gradient: &[f32], weight: &[f32]) -> Vec<f32> {
        let (taps, channels, units) = (self.taps(), self.channels, self.units);
        let panels = Panels::new(channels, taps * units, |channel, place| {
            let (from_end, unit) = (place / units, place % units);
            weight[(unit * channels + channel) * taps + (taps - 1 - from_end)]
        });
        let classes = classes::of_input(self.axes, units);
        let source = Maps { values: gradient, size: self.outputs() * units };
        gather(source, self.inputs(), &classes, &panels, None)
    }

    /// The gradient of the weight, from the input and the gradient of the output.
    pub(crate) fn weight_gradient(&self, input: &[f32], gradient: &[f32]) -> Vec<f32> {
        let &Self { channels, units, axes } = self;
        let images = input.len() / (self.inputs() * channels);
        let sums = scatter(Pair { input, gradient, images, channels, units, axes });
        let tiles = Tiles { channels, units };
        let taps = self.taps();
        let weights = units * channels * taps;
        let place = |index: usize| {
            let (tap, unit_channel) = (index % taps, index / taps);
            tiles.place(unit_channel / channels, unit_channel % channels, tap)
        };
        (0..weights).map(|index| sums[place(index)]).collect()
    }
}
