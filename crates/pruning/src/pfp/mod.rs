//! Provable filter pruning: PFP (Liebenwein et al., arXiv 1911.07412).

mod allocation;
mod pruner;
mod sampled;
mod sensitivities;

use chacha20::ChaCha8Rng;

use crate::channels::{ChannelScores, Channels};
use crate::criterion::Subject;
use crate::error::PruneError;
use crate::methods::Options;
use crate::pruner::{Examined, Pruner};
use crate::sampling::ErrorForm;
use pruner::Examination;
pub use sensitivities::{ChannelSensitivities, Offsets, channel_sensitivities};

/// How channels are chosen from their sensitivities.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Choice {
    /// The largest stay.
    Deterministic,
    /// Those that would be drawn anyway stay, the others are drawn.
    Partly,
    /// All are drawn.
    Sampled,
}

/// Provable filter pruning (PFP; Liebenwein et al. 2020, arXiv 1911.07412).
///
/// 1. The sensitivity s_j of a channel is its largest relative contribution to any sum that reads it
///    (see [`channel_sensitivities`]), over all layers that read it; S = Σ s_j over its pool.
/// 2. If the channels of a pool are drawn m times from q_j = s_j / S, and the weights for one that came
///    out c_j times are multiplied with c_j / (m q_j), every sum z that reads them keeps its expectation,
///    and with the failure probability δ shared among all `events`
///
///    ```text
///    |ẑ − z| ≤ ε z   for   m = C S (6 + 2ε) ln(2 events / δ) / (3 ε²)
///    ```
///
///    A layer that reads several pools (a concatenation) has the same ε, since its variance is at most
///    z² times the largest C S / m of them.
/// 3. One ε for all pools is found by bisection, so that the channels that are expected to come out,
///    ⌈Σ 1 − (1 − q_j)^m⌉ of each pool, make a network of the size that was asked for. Under the scope
///    `uniform` every pool keeps the same share of its channels instead.
/// 4. The deterministic method keeps as many channels with the largest s_j, as they are. The sampled
///    one draws as often as it takes to expect that number. The partly derandomised one keeps the
///    channels with q_j ≥ 1/m as they are, and draws from the others.
///
/// How many channels come out of a draw is random. Of at most 64 draws the one is taken that leaves the
/// network closest to the size that was asked for: the expectation above is that of a draw before it is
/// chosen so. Certificates share δ among all 64, so that their bounds hold for the one that is taken.
///
/// Biases are no part of a sum, and nothing is folded into them: a channel that goes contributes
/// nothing.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ProvableFilters {
    /// How channels are chosen.
    pub choice: Choice,
    /// How relative importance is reduced over the offsets of a kernel.
    pub offsets: Offsets,
    /// Whether parts of the image can go too: pixels where its reader is linear, else channels.
    pub pixels: bool,
    /// Which logarithm weighs the pools: Bernstein's is the same for all; the published one grows with
    /// the positions and the kernel of the layers that read a pool.
    pub error_form: ErrorForm,
    /// δ, in (0, 1).
    pub failure_probability: f64,
    /// C, at least 1.
    pub constant: f64,
    /// Points taken through the network at a time; it bounds the memory and changes only rounding.
    pub chunk: usize,
}

impl ProvableFilters {
    /// With these options, and for what they leave open: the sum over offsets, a whole image, C = 3;
    /// Bernstein's bound with δ = 0.05.
    pub fn new(choice: Choice, options: &Options) -> Self {
        let error_form = options.error_form.unwrap_or_default();
        let delta = options.failure_probability;
        Self {
            choice,
            offsets: options.offsets.unwrap_or_default(),
            pixels: options.pixels.unwrap_or(false),
            error_form,
            failure_probability: delta.unwrap_or_else(|| error_form.failure_probability()),
            constant: options.constant.unwrap_or(Options::CONSTANT),
            chunk: 64,
        }
    }
}

impl Pruner for ProvableFilters {
    fn examine(
        &self,
        subject: Subject<'_>,
        _: &mut ChaCha8Rng,
    ) -> Result<Box<dyn Examined>, PruneError> {
        let Subject { network, images, .. } = subject;
        let channels = match self.pixels {
            true => Channels::with_pixels(network.architecture()),
            false => Channels::of(network.architecture()),
        };
        let found = channel_sensitivities(network, &channels, images, self.offsets, self.chunk)?;
        let scores = ChannelScores::new(&channels, found.of_groups(&channels))?;
        // C ln(…) / 3 of each group: the largest of the layers that read it.
        let mut coefficients = vec![0.0_f64; channels.groups().count()];
        for (index, spec) in channels.layers().iter().enumerate() {
            let delta = self.failure_probability;
            let own = self.constant * self.error_form.coefficient(spec, delta, found.events);
            for &group in &channels.groups().layer(index).inputs {
                coefficients[group] = coefficients[group].max(own);
            }
        }
        let of_pool = |pool: &Vec<usize>| pool.iter().map(|&g| coefficients[g]).fold(0.0, f64::max);
        Ok(Box::new(Examination {
            choice: self.choice,
            network: network.clone(),
            coefficients: channels.pools().iter().map(of_pool).collect(),
            channels,
            scores,
        }))
    }
}

#[cfg(test)]
mod tests;
