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
    /// When there is not one score for each group, or that of one that can go is not a number.
    pub fn new(channels: &Channels, mut groups: Vec<f32>) -> Result<Self, PruneError> {
        let expected = channels.groups().count();
        if groups.len() != expected {
            let layer = "all channels".to_owned();
            return Err(PruneError::ScoreCount { layer, found: groups.len(), expected });
        }
        let can_go = channels.pools().iter().flatten();
        if let Some(&group) = can_go.into_iter().find(|&&group| groups[group].is_nan()) {
            let (layer, index) = channels.place(group);
            return Err(PruneError::Score { layer, index, score: groups[group] });
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
    /// A layer that writes the group and its unit there, or else one that reads it and its channel.
    fn place(&self, group: usize) -> (String, usize) {
        let layers = 0..self.layers().len();
        let unit = |layer: usize| self.groups().layer(layer).units.iter().position(|&g| g == group);
        let input =
            |layer: usize| self.groups().layer(layer).inputs.iter().position(|&g| g == group);
        let written = layers.clone().find_map(|layer| Some((layer, unit(layer)?)));
        let found = written.or_else(|| layers.clone().find_map(|l| Some((l, input(l)?))));
        let (layer, index) = found.expect("what can go is read by a layer");
        (self.layers()[layer].name.clone(), index)
    }

    /// For each group the sum over the layers that write it.
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
