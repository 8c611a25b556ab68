use super::{Channels, Measure};
use crate::budget::{Allocation, Budget, Scope};

/// A budget for whole channels. It is met as closely as they allow.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChannelQuota {
    /// How much may stay, in the measure.
    pub budget: usize,
    /// What is counted.
    pub measure: Measure,
    /// Where channels compete for it.
    pub sharing: ChannelSharing,
    /// Layers all of whose channels stay, those that they write and those that they read.
    pub left_out: Vec<usize>,
}

/// Where channels compete.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ChannelSharing {
    /// In the whole network.
    Global,
    /// Within their pool; every pool keeps the same share of its channels, rounded.
    Uniform,
    /// Within their pool, for so many places; the budget does not matter.
    Counts(Vec<usize>),
}

impl ChannelSharing {
    /// Where channels compete under a scope.
    pub(crate) fn of(scope: Scope) -> Self {
        match scope {
            Scope::Uniform => Self::Uniform,
            Scope::Global | Scope::PerLayer | Scope::PerUnit | Scope::Erk | Scope::Rates => {
                Self::Global
            }
        }
    }
}

impl ChannelQuota {
    /// A budget, spent as the allocation says.
    pub(crate) fn new(allocation: &Allocation, budget: Budget, sharing: ChannelSharing) -> Self {
        let left_out = allocation.left_out.clone();
        Self { budget: budget.0, measure: allocation.measure, sharing, left_out }
    }

    /// For each group whether it must stay.
    pub(crate) fn pinned(&self, channels: &Channels) -> Vec<bool> {
        let mut pinned = vec![false; channels.groups().count()];
        for &layer in &self.left_out {
            let layer = channels.groups().layer(layer);
            layer.units.iter().chain(&layer.inputs).for_each(|&group| pinned[group] = true);
        }
        pinned
    }
}
