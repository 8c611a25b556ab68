use burn::tensor::Tensor;
use models::{LayerKind, LayerSpec, Network};

use crate::channels::Channels;
use crate::error::PruneError;
use crate::named::named;
use crate::sensitivity::{Reduction, Running, SMALLEST_SUM};
use crate::sides;

/// How relative importance is reduced over the weights that a unit has for one channel: the offsets of
/// a kernel, or the features that a map's channel was flattened into.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Offsets {
    /// Their sum: the contribution of the whole channel, of which the theorem speaks.
    #[default]
    Sum,
    /// The largest, as in the authors' code; smaller by up to the number of offsets.
    Max,
}

impl Offsets {
    /// Both.
    pub const ALL: &[Self] = &[Self::Sum, Self::Max];

    /// Its name in configuration files.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Sum => "sum",
            Self::Max => "max",
        }
    }
}

named!(Offsets, "reduction over offsets");

/// How much each channel contributes, at its strongest, to a sum that reads it.
#[derive(Debug, Clone, PartialEq)]
pub struct ChannelSensitivities {
    /// For each layer one number for each of its input channels, in [0, 1].
    pub layers: Vec<Vec<f32>>,
    /// How many sums they were taken over: units, sides, signs of the input, positions and points, over
    /// all layers.
    pub events: f64,
}

impl ChannelSensitivities {
    /// The largest over the layers that read a channel, for each group.
    pub(super) fn of_groups(&self, channels: &Channels) -> Vec<f32> {
        let mut groups = vec![0.0_f32; channels.groups().count()];
        for (index, values) in self.layers.iter().enumerate() {
            for (&group, &value) in channels.groups().layer(index).inputs.iter().zip(values) {
                groups[group] = groups[group].max(value);
            }
        }
        groups
    }
}

/// Computes the sensitivities of channels (PFP, arXiv 1911.07412).
///
/// With the two sides v ≥ 0 of a unit f (its positive weights, and the absolute values of the negative
/// ones), and a patch a_p(x) ≥ 0 of its input, the channel j contributes to z = Σ v a the share
///
/// ```text
/// g_j(x, f, p, side) = Σ over its offsets o of v_jo a_jo / z       (0 where z is below 1.19e-7)
/// s_j                = max over points x, units f, positions p and sides of g_j
/// ```
///
/// Inputs with negative entries are split into a⁺ and a⁻ first, as for
/// [`sensitivities`](crate::sensitivities). The authors' code takes the largest v_jo a_jo instead of
/// their sum ([`Offsets::Max`]); then s_j bounds no channel's share.
///
/// `images` is `[points, channels, height, width]`, taken `chunk` points at a time.
///
/// # Errors
/// When there are no points, or a weight or an activation is not finite.
pub fn channel_sensitivities(
    network: &Network,
    channels: &Channels,
    images: &Tensor<4>,
    offsets: Offsets,
    chunk: usize,
) -> Result<ChannelSensitivities, PruneError> {
    let points = images.dims()[0];
    if points == 0 {
        return Err(PruneError::NoPoints);
    }
    let specs = channels.layers();
    let mut shares: Vec<Shares<'_>> = (0..specs.len())
        .map(|index| Shares::new(channels, index, network.weight(index), offsets))
        .collect();
    for start in (0..points).step_by(chunk.max(1)) {
        let end = (start + chunk.max(1)).min(points);
        network.forward_watched(images.clone().narrow(0, start, end - start), |layer, input| {
            shares[layer].take(input.clone());
        });
    }
    let mut events = 0.0;
    let mut layers = Vec::with_capacity(specs.len());
    for (spec, shares) in specs.iter().zip(shares) {
        let (values, signed) = shares.finish()?;
        let signs = if signed { 2 } else { 1 };
        events += (spec.units * 2 * signs * spec.positions() * points) as f64;
        layers.push(values);
    }
    Ok(ChannelSensitivities { layers, events })
}

/// The largest shares of a layer's input channels so far.
enum Shares<'a> {
    /// From those of single weights, so many for each channel and unit.
    OfWeights(Box<Running<'a>>, usize),
    /// Of sums over the offsets.
    OfBlocks(Box<Blocks<'a>>),
}

impl<'a> Shares<'a> {
    fn new(channels: &'a Channels, index: usize, weight: Tensor<2>, offsets: Offsets) -> Self {
        let (spec, block) = (&channels.layers()[index], channels.block(index));
        if block == 1 || offsets == Offsets::Max {
            let running = Box::new(Running::new(spec, weight, Reduction::Max));
            return Self::OfWeights(running, block);
        }
        let largest = Tensor::zeros([spec.fan_in() / block], &weight.device());
        let sides = sides::stacked(weight);
        Self::OfBlocks(Box::new(Blocks { spec, block, sides, largest, signed: false }))
    }

    fn take(&mut self, input: Tensor<4>) {
        match self {
            Self::OfWeights(running, _) => running.take(input),
            Self::OfBlocks(blocks) => blocks.take(&input),
        }
    }

    /// The shares, and whether the input had negative entries.
    fn finish(self) -> Result<(Vec<f32>, bool), PruneError> {
        match self {
            Self::OfWeights(running, block) => {
                let fan_in = running.spec().fan_in();
                let found = running.finish()?;
                let mut largest = vec![0.0_f32; fan_in / block];
                for row in found.values.chunks_exact(fan_in) {
                    for (largest, block) in largest.iter_mut().zip(row.chunks_exact(block)) {
                        *largest = block.iter().copied().fold(*largest, f32::max);
                    }
                }
                Ok((largest, found.signed))
            }
            Self::OfBlocks(blocks) => {
                let Blocks { spec, largest, signed, .. } = *blocks;
                let values: Vec<f32> = largest.into_data().try_into_vec().expect("computed in f32");
                match values.iter().position(|value| !value.is_finite()) {
                    Some(index) => {
                        let (layer, score) = (spec.name.clone(), values[index]);
                        Err(PruneError::Score { layer, index, score })
                    }
                    None => Ok((values, signed)),
                }
            }
        }
    }
}

/// The largest shares of sums over offsets, of one layer.
struct Blocks<'a> {
    spec: &'a LayerSpec,
    /// Weights that a unit has for each channel.
    block: usize,
    /// `[2 · units, fan_in]`.
    sides: Tensor<2>,
    /// `[channels]`.
    largest: Tensor<1>,
    signed: bool,
}

impl Blocks<'_> {
    fn take(&mut self, input: &Tensor<4>) {
        if sides::is_signed(input) {
            self.signed = true;
            self.take_part(input.clone().clamp_min(0.0));
            self.take_part(input.clone().neg().clamp_min(0.0));
        } else {
            self.take_part(input.clone());
        }
    }

    /// Takes an input without negative entries: a layer of one channel for each channel.
    fn take_part(&mut self, input: Tensor<4>) {
        let sums = self.spec.product(self.sides.clone(), input.clone());
        let silent = sums.clone().lower_equal_elem(SMALLEST_SUM);
        let inverse = sums.recip().mask_fill(silent, 0.0);
        let width = match self.spec.kind {
            LayerKind::Linear => self.block,
            LayerKind::Convolution { .. } => 1,
        };
        let part = LayerSpec { channels: width, ..self.spec.clone() };
        let shares = (0..self.largest.dims()[0]).map(|channel| {
            let weight = self.sides.clone().narrow(1, channel * self.block, self.block);
            let input = input.clone().narrow(1, channel * width, width);
            (part.product(weight, input) * inverse.clone()).max()
        });
        self.largest = self.largest.clone().max_pair(Tensor::cat(shares.collect(), 0));
    }
}
