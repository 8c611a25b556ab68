use super::host::{Host, is_padded, is_silent};
use crate::architecture::{Architecture, Op};

/// What is known of a channel without looking at any image.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Signal {
    /// It depends on the image.
    Varies,
    /// It is the same for every image, but not one known number: it differs between the edge of a
    /// padded map and its middle, or was computed from such a map.
    Uneven,
    /// It is this number, for every image and at every position.
    Even(f64),
}

impl Signal {
    /// Whether a layer can do without the channel, with a change of its bias. Where a map is padded
    /// there are zeros around the constant, and the bias that would be needed at the edge is another.
    pub(super) fn can_be_folded(self, padded: bool) -> bool {
        match self {
            Self::Even(value) => value == 0.0 || !padded,
            Self::Varies | Self::Uneven => false,
        }
    }

    fn map(self, value: impl FnOnce(f64) -> f64) -> Self {
        match self {
            Self::Even(number) => Self::Even(value(number)),
            other => other,
        }
    }

    fn plus(self, other: Self) -> Self {
        match (self, other) {
            (Self::Even(a), Self::Even(b)) => Self::Even(a + b),
            (Self::Varies, _) | (_, Self::Varies) => Self::Varies,
            _ => Self::Uneven,
        }
    }
}

/// The signals of every node's channels, by the weights that are not zero.
pub(super) fn signals(architecture: &Architecture, host: &Host) -> Vec<Vec<Signal>> {
    let mut found: Vec<Vec<Signal>> = Vec::with_capacity(architecture.nodes().len());
    for node in architecture.nodes() {
        let first = || found[node.inputs[0]].clone();
        let signals = match node.op {
            Op::Input => vec![Signal::Varies; node.shape[0]],
            Op::Layer(layer) => units(architecture, host, layer, &found[node.inputs[0]]),
            Op::BatchNorm(norm) => {
                let (values, epsilon) = (&host.norms[norm], architecture.norms()[norm].epsilon);
                let channels = first().into_iter().enumerate();
                channels.map(|(channel, x)| values.of_constant(channel, epsilon, x)).collect()
            }
            Op::Relu => first().into_iter().map(|x| x.map(|value| value.max(0.0))).collect(),
            Op::Add => {
                let others = node.inputs[1..].iter().map(|&x| &found[x]);
                others.fold(first(), |sum, other| {
                    sum.into_iter().zip(other).map(|(a, &b)| a.plus(b)).collect()
                })
            }
            Op::AddPadded => {
                let (mut sum, narrow) = (first(), &found[node.inputs[1]]);
                let front = Op::zeros_in_front(sum.len(), narrow.len());
                let pairs = sum[front..].iter_mut().zip(narrow);
                pairs.for_each(|(a, &b)| *a = a.plus(b));
                sum
            }
            Op::Concat => node.inputs.iter().flat_map(|&x| found[x].clone()).collect(),
            Op::MaxPool(_) | Op::AveragePool(_) => first(),
        };
        found.push(signals);
    }
    found
}

fn units(
    architecture: &Architecture,
    host: &Host,
    layer: usize,
    channels: &[Signal],
) -> Vec<Signal> {
    let (spec, values) = (&architecture.layers()[layer], &host.layers[layer]);
    let padded = is_padded(spec);
    let unit = |unit: usize| {
        let bias = values.bias.as_ref().map_or(0.0, |bias| f64::from(bias[unit]));
        let blocks = values.blocks(spec, unit, channels.len()).zip(channels);
        let heard = blocks.filter(|(block, _)| !is_silent(block));
        heard.fold(Signal::Even(bias), |sum, (block, &signal)| {
            let weight: f64 = block.iter().copied().map(f64::from).sum();
            sum.plus(match signal {
                Signal::Even(_) if !signal.can_be_folded(padded) => Signal::Uneven,
                _ => signal.map(|value| value * weight),
            })
        })
    };
    (0..spec.units).map(unit).collect()
}

impl crate::norm::NormValues {
    /// What the norm makes of a channel in evaluation; with a scale of 0 its shift, whatever comes.
    fn of_constant(&self, channel: usize, epsilon: f64, x: Signal) -> Signal {
        let of = |values: &[f32]| f64::from(values[channel]);
        let (scale, shift) = (of(&self.scale), of(&self.shift));
        if scale == 0.0 {
            return Signal::Even(shift);
        }
        let deviation = (of(&self.variance) + epsilon).sqrt();
        x.map(|value| (value - of(&self.mean)) / deviation * scale + shift)
    }
}
