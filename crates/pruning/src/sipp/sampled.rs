use std::borrow::Cow;

use chacha20::ChaCha8Rng;

use super::{SensitivityPruner, Side, Strategy};
use crate::density::Budget;
use crate::error::PruneError;
use crate::mask::Mask;
use crate::pruner::{Examined, Pruned};
use crate::sampling::{Drawing, Share, allocate, round_to_budget};
use crate::scope::Scope;
use crate::scores::Scores;
use crate::select::{quotas, select};

/// How far the number of weights that stay may be from the budget, as a share of it.
const TOLERANCE: f64 = 0.005;
/// How often a draw is repeated, at the most, to end within the tolerance.
const ATTEMPTS: usize = 64;

/// A network's sides, with the method that reduces them.
#[derive(Clone)]
pub(super) struct Sampled {
    pub(super) pruner: SensitivityPruner,
    pub(super) scores: Scores,
    pub(super) sides: Vec<Side>,
    /// Twice the number of units, for each layer.
    pub(super) rows: Vec<usize>,
}

/// What happens to a side.
enum Fate {
    /// Its largest sensitivities stay as they are, so many.
    Cut(usize),
    /// It is drawn from; so many different weights are wanted.
    Drawn(Drawing, usize),
}

impl Examined for Sampled {
    fn scores(&self) -> &Scores {
        &self.scores
    }

    fn prune(
        &self,
        within: &Mask,
        budget: Budget,
        rng: &mut ChaCha8Rng,
    ) -> Result<Pruned, PruneError> {
        let here = self.within(within);
        let room: usize = here.sides.iter().map(|side| side.indices.len()).sum();
        if room <= budget.0 {
            // Every weight with a sensitivity stays; the rest is filled up with silent ones.
            return Ok(Pruned::unchanged(select(&self.scores, Scope::Global, within, budget)?));
        }
        let fates: Vec<Fate> = here.targets(within, budget.0).collect();
        let mut best: Option<(usize, Pruned)> = None;
        for _ in 0..ATTEMPTS {
            let pruned = here.draw(&fates, within, rng);
            let miss = pruned.mask.kept().abs_diff(budget.0);
            if best.as_ref().is_none_or(|(least, _)| miss < *least) {
                best = Some((miss, pruned));
            }
            let is_close = miss as f64 <= TOLERANCE * budget.0 as f64;
            if is_close || !fates.iter().any(|fate| matches!(fate, Fate::Drawn(..))) {
                break;
            }
        }
        Ok(best.expect("there is at least one attempt").1)
    }
}

impl Sampled {
    /// With the sides that `within` leaves.
    fn within(&self, within: &Mask) -> Cow<'_, Self> {
        let layers = within.layers.as_slice();
        let kept = |side: &Side| side.indices.iter().all(|&index| layers[side.layer].keep[index]);
        if self.sides.iter().all(kept) {
            return Cow::Borrowed(self);
        }
        let sides = self.sides.iter().filter_map(|side| side.within(&layers[side.layer].keep));
        Cow::Owned(Self { sides: sides.collect(), ..self.clone() })
    }

    /// The fate of every side under this budget, in order.
    fn targets(&self, within: &Mask, budget: usize) -> impl Iterator<Item = Fate> {
        self.allocation(within, budget)
            .into_iter()
            .zip(&self.sides)
            .map(|(target, side)| self.fate(side, target))
    }

    /// How many weights each side gets.
    fn allocation(&self, within: &Mask, budget: usize) -> Vec<usize> {
        let whole = |sides: &[Side], budget: usize| {
            let shares: Vec<Share> = sides.iter().map(Side::share).collect();
            let allocation = allocate(self.pruner.error_form, &shares, budget);
            round_to_budget(&allocation, &shares, budget)
        };
        match self.pruner.scope {
            Scope::Global => whole(&self.sides, budget),
            Scope::PerLayer => {
                let sizes: Vec<usize> = within.layers.iter().map(|l| l.keep.len()).collect();
                let mut room = vec![0; sizes.len()];
                self.sides.iter().for_each(|side| room[side.layer] += side.indices.len());
                let quotas = quotas(&sizes, &room, budget);
                let by_layer = self.sides.chunk_by(|a, b| a.layer == b.layer);
                by_layer.flat_map(|sides| whole(sides, quotas[sides[0].layer])).collect()
            }
        }
    }

    fn fate(&self, side: &Side, target: usize) -> Fate {
        if target == 0 || target == side.indices.len() {
            return Fate::Cut(target);
        }
        let drawing = Drawing::new(&side.sensitivities);
        let drawn = match self.pruner.strategy {
            Strategy::Sampled => true,
            Strategy::Hybrid => side.prefers_drawing(target, drawing.draws_for(target as f64)),
        };
        if drawn { Fate::Drawn(drawing, target) } else { Fate::Cut(target) }
    }

    /// Draws every side once, in order.
    fn draw(&self, fates: &[Fate], within: &Mask, rng: &mut ChaCha8Rng) -> Pruned {
        let zeros = within.layers.iter().map(|layer| vec![0.0; layer.keep.len()]);
        let mut factors: Vec<Vec<f32>> = zeros.collect();
        let mut draws: Vec<Vec<u64>> = self.rows.iter().map(|&rows| vec![0; rows]).collect();
        let mut wanted = Wanted::new(fates);
        for (side, fate) in self.sides.iter().zip(fates) {
            let factors = &mut factors[side.layer];
            match fate {
                Fate::Cut(count) => {
                    side.indices[..*count].iter().for_each(|&index| factors[index] = 1.0);
                }
                Fate::Drawn(drawing, target) => {
                    let count = drawing.draws_for(wanted.adjusted(*target));
                    let counts = drawing.multinomial(count, rng);
                    wanted.got(*target, counts.iter().filter(|&&times| times > 0).count());
                    let weights = side.indices.iter().zip(drawing.probabilities());
                    for ((&index, q), times) in weights.zip(counts) {
                        factors[index] = (times as f64 / (count as f64 * q)) as f32;
                    }
                    draws[side.layer][side.row] = count;
                }
            }
        }
        let mut mask = within.clone();
        for (mask, factors) in mask.layers.iter_mut().zip(&factors) {
            mask.keep = factors.iter().map(|&factor| factor > 0.0).collect();
        }
        Pruned { mask, factors: Some(factors), draws: Some(draws) }
    }
}

/// Weights that are still wanted of the sides that are still to be drawn.
struct Wanted {
    /// Allocated to them.
    planned: usize,
    /// How many more than that it must be, since earlier sides gave fewer; negative for less.
    missing: i64,
}

impl Wanted {
    fn new(fates: &[Fate]) -> Self {
        let target = |fate: &Fate| match fate {
            Fate::Drawn(_, target) => *target,
            Fate::Cut(_) => 0,
        };
        Self { planned: fates.iter().map(target).sum(), missing: 0 }
    }

    /// A side's target with its part of what is missing.
    fn adjusted(&self, target: usize) -> f64 {
        let target = target as f64;
        (target * (1.0 + self.missing as f64 / self.planned as f64)).max(1.0)
    }

    fn got(&mut self, target: usize, unique: usize) {
        self.planned -= target;
        self.missing += target as i64 - unique as i64;
    }
}
