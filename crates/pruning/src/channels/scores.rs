use burn::tensor::Tensor;

use super::Channels;
use crate::error::PruneError;

/// A score for each group of channels: larger ones are kept first. Those of fixed groups are 0.
#[derive(Debug, Clone, PartialEq)]
pub struct ChannelScores {
    groups: Vec<f32>,
}

impl ChannelScores {
    /// From one score for each group.
    ///
    /// # Errors
    /// When there is not one score for each group, or one is not a number.
    pub fn new(channels: &Channels, mut groups: Vec<f32>) -> Result<Self, PruneError> {
        let expected = channels.groups().count();
        if groups.len() != expected {
            let layer = "all channels".to_owned();
            return Err(PruneError::ScoreCount { layer, found: groups.len(), expected });
        }
        let can_go: Vec<usize> = channels.pools().concat();
        for (index, layer) in channels.layers().iter().enumerate() {
            let own = channels.groups().layer(index);
            for &group in own.units.iter().chain(&own.inputs) {
                if groups[group].is_nan() && can_go.contains(&group) {
                    let (layer, score) = (layer.name.clone(), groups[group]);
                    let unit = own.units.iter().chain(&own.inputs).position(|&g| g == group);
                    return Err(PruneError::Score { layer, index: unit.unwrap_or(0), score });
                }
            }
        }
        for (group, score) in groups.iter_mut().enumerate() {
            if channels.groups().is_fixed(group) {
                *score = 0.0;
            }
        }
        Ok(Self { groups })
    }

    /// The sum over the layers that write a channel of what each layer's units score, `[units]`.
    ///
    /// # Errors
    /// As [`new`](Self::new).
    pub fn by_units(
        channels: &Channels,
        score: impl FnMut(usize) -> Tensor<1>,
    ) -> Result<Self, PruneError> {
        Self::new(channels, channels.sum_over_units(score))
    }

    /// The sum over the layers that read a channel of what each layer's input channels score,
    /// `[channels]`.
    ///
    /// # Errors
    /// As [`new`](Self::new).
    pub fn by_inputs(
        channels: &Channels,
        mut score: impl FnMut(usize) -> Tensor<1>,
    ) -> Result<Self, PruneError> {
        let mut sums = vec![0.0; channels.groups().count()];
        for index in 0..channels.layers().len() {
            let groups = &channels.groups().layer(index).inputs;
            groups.iter().zip(host(score(index))).for_each(|(&group, value)| sums[group] += value);
        }
        Self::new(channels, sums)
    }

    /// One for each group.
    pub fn groups(&self) -> &[f32] {
        &self.groups
    }

    /// Every score with its sign turned.
    pub(crate) fn negated(&self) -> Self {
        Self { groups: self.groups.iter().map(|score| -score).collect() }
    }
}

impl Channels {
    pub(crate) fn sum_over_units(&self, mut score: impl FnMut(usize) -> Tensor<1>) -> Vec<f32> {
        let mut sums = vec![0.0; self.groups().count()];
        for index in 0..self.layers().len() {
            let groups = &self.groups().layer(index).units;
            groups.iter().zip(host(score(index))).for_each(|(&group, value)| sums[group] += value);
        }
        sums
    }
}

fn host(scores: Tensor<1>) -> Vec<f32> {
    scores.into_data().convert::<f32>().try_into_vec().expect("converted to f32 just before")
}
