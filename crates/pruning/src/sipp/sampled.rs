use std::borrow::Cow;
use std::collections::HashSet;
use std::ops::Range;

use chacha20::ChaCha8Rng;

use super::{SensitivityPruner, Side, Strategy};
use crate::budget::{Quota, unit_places};
use crate::error::PruneError;
use crate::mask::Mask;
use crate::pruner::{Draws, Examined, Pruned, Scored};
use crate::sampling::{Drawing, Drawn, Fate, Pool, Share, allocate, draw, round_to_budget};
use crate::scores::Scores;
use crate::select::select;

/// A network's sides, with the method that reduces them.
#[derive(Clone)]
pub(super) struct Sampled {
    pub(super) pruner: SensitivityPruner,
    pub(super) scores: Scores,
    /// `[units, fan_in]` row by row for each layer.
    pub(super) weights: Vec<Vec<f32>>,
    pub(super) sides: Vec<Side>,
    /// The number of units of each layer.
    pub(super) units: Vec<usize>,
}

impl Examined for Sampled {
    fn scores(&self) -> Scored<'_> {
        Scored::Weights(&self.scores)
    }

    fn prune(
        &self,
        within: &Mask,
        quota: &Quota,
        rng: &mut ChaCha8Rng,
    ) -> Result<Pruned, PruneError> {
        quota.check(within)?;
        let here = self.within(within);
        let groups = here.groups(within, quota);
        let targets = here.targets(&groups);
        let fates: Vec<Fate> =
            here.sides.iter().zip(targets).map(|(side, target)| here.fate(side, target)).collect();
        let pools: Vec<Pool> = here.sides.iter().map(|side| side.pool.clone()).collect();
        let drawn = draw(&pools, &fates, &within.sizes(), rng);
        let mut pruned = here.pruned(drawn, within);
        let roomy = groups.iter().filter(|group| here.room(group) < group.places);
        let roomy: HashSet<usize> = roomy.flat_map(|group| group.units.clone()).collect();
        if !roomy.is_empty() {
            // More places than weights with a sensitivity: the first silent ones take the rest.
            here.keep_best(&mut pruned, &select(&self.scores, within, quota)?, &roomy);
        }
        Ok(pruned)
    }
}

/// Sides that compete with each other.
struct Group {
    /// For how many places.
    places: usize,
    /// Which sides.
    sides: Vec<usize>,
    /// All units that the places are for: numbers over the whole network.
    units: Range<usize>,
}

impl Sampled {
    /// With the sides that `within` leaves.
    fn within(&self, within: &Mask) -> Cow<'_, Self> {
        let layers = within.layers.as_slice();
        let kept = |side: &Side| {
            side.pool.indices.iter().all(|&index| layers[side.pool.layer].keep[index])
        };
        if self.sides.iter().all(kept) {
            return Cow::Borrowed(self);
        }
        let sides = self.sides.iter().filter_map(|side| side.within(&layers[side.pool.layer].keep));
        Cow::Owned(Self { sides: sides.collect(), ..self.clone() })
    }

    /// Weights with a sensitivity that a group has.
    fn room(&self, group: &Group) -> usize {
        group.sides.iter().map(|&side| self.sides[side].pool.indices.len()).sum()
    }

    /// How many weights each side gets: those that compete for the same places share them so that the
    /// sum of their errors is least.
    fn targets(&self, groups: &[Group]) -> Vec<usize> {
        let mut targets = vec![0; self.sides.len()];
        for group in groups {
            let shares: Vec<Share> = group.sides.iter().map(|&s| self.sides[s].share()).collect();
            let own = if self.room(group) <= group.places {
                shares.iter().map(|share| share.most).collect()
            } else {
                let allocation = allocate(self.pruner.error_form, &shares, group.places);
                round_to_budget(&allocation, &shares, group.places)
            };
            group.sides.iter().zip(own).for_each(|(&side, target)| targets[side] = target);
        }
        targets
    }

    fn groups(&self, within: &Mask, quota: &Quota) -> Vec<Group> {
        let ends = self.units.iter().scan(0, |end, units| {
            *end += units;
            Some(*end)
        });
        let layers: Vec<Range<usize>> =
            ends.zip(&self.units).map(|(end, units)| end - units..end).collect();
        let group = |places, units| Group { places, sides: Vec::new(), units };
        let of_layers = |(units, &places): (&Range<usize>, &usize)| group(places, units.clone());
        let mut groups: Vec<Group> = match quota {
            Quota::Network(places) => vec![group(*places, 0..layers.last().map_or(0, |l| l.end))],
            Quota::Layers(places) => layers.iter().zip(places).map(of_layers).collect(),
            Quota::Units(places) => {
                let layer = within.layers.iter().zip(places);
                let units = layer.flat_map(|(layer, &places)| unit_places(layer, places));
                units.enumerate().map(|(unit, places)| group(places, unit..unit + 1)).collect()
            }
            Quota::Channels(_) => unreachable!("the check before has refused it"),
        };
        for (index, side) in self.sides.iter().enumerate() {
            let layer = side.pool.layer;
            let unit = layers[layer].start + side.row % self.units[layer];
            let own = groups.partition_point(|group| group.units.end <= unit);
            groups[own].sides.push(index);
        }
        groups
    }

    fn fate(&self, side: &Side, target: usize) -> Fate {
        if target == 0 || target == side.pool.indices.len() {
            return Fate::Cut(target);
        }
        let drawing = Drawing::new(&side.pool.weights);
        let drawn = match self.pruner.strategy {
            Strategy::Sampled => true,
            Strategy::Hybrid => side.prefers_drawing(target, drawing.draws_for(target as f64)),
        };
        if drawn { Fate::Drawn(drawing, target) } else { Fate::Cut(target) }
    }

    fn pruned(&self, drawn: Drawn, within: &Mask) -> Pruned {
        let mut draws: Vec<Vec<Draws>> =
            self.units.iter().map(|&units| vec![Draws::default(); 2 * units]).collect();
        for (side, &count) in self.sides.iter().zip(&drawn.draws) {
            draws[side.pool.layer][side.row].count = count;
        }
        Pruned { draws: Some(draws), ..drawn.into_pruned(within, &self.weights) }
    }

    /// Keeps what `best` keeps of these units, with the values that the weights have.
    fn keep_best(&self, pruned: &mut Pruned, best: &Mask, units: &HashSet<usize>) {
        let mut unit = 0;
        for (layer, weights) in self.weights.iter().enumerate() {
            let mask = &mut pruned.mask.layers[layer];
            let values = pruned.values[layer].get_or_insert_with(|| vec![0.0; weights.len()]);
            for start in (0..weights.len()).step_by(mask.fan_in) {
                if units.contains(&unit) {
                    let row = start..start + mask.fan_in;
                    mask.keep[row.clone()].copy_from_slice(&best.layers[layer].keep[row.clone()]);
                    for index in row {
                        values[index] = if mask.keep[index] { weights[index] } else { 0.0 };
                    }
                }
                unit += 1;
            }
        }
    }
}
