use chacha20::ChaCha8Rng;

use super::Drawing;
use crate::mask::Mask;
use crate::pruner::Pruned;

/// How far the number of weights that stay may be from what was asked for, as a share of it.
const TOLERANCE: f64 = 0.005;
/// How often a draw is repeated, at the most, to end within the tolerance.
const ATTEMPTS: usize = 64;

/// Weights that are drawn from together: a unit's, or those of one of its sides.
#[derive(Debug, Clone)]
pub(crate) struct Pool {
    pub(crate) layer: usize,
    /// Indices of the weights in `[units, fan_in]`, the most probable first.
    pub(crate) indices: Vec<usize>,
    /// What their probabilities are proportional to, all above 0.
    pub(crate) weights: Vec<f32>,
}

impl Pool {
    /// The pool without the weights that are pruned already; `None` if nothing is left of it.
    pub(crate) fn within(&self, keep: &[bool]) -> Option<Self> {
        let left = self.indices.iter().zip(&self.weights).filter(|(index, _)| keep[**index]);
        let (indices, weights): (Vec<usize>, Vec<f32>) = left.unzip();
        (!indices.is_empty()).then_some(Self { layer: self.layer, indices, weights })
    }
}

/// What happens to a pool.
pub(crate) enum Fate {
    /// Its first weights stay as they are, so many.
    Cut(usize),
    /// It is drawn from; so many different weights are wanted.
    Drawn(Drawing, usize),
}

/// What came out of the pools.
pub(crate) struct Drawn {
    /// What each weight is multiplied with, `[units, fan_in]` row by row for each layer; 0 for those
    /// that go.
    pub(crate) factors: Vec<Vec<f32>>,
    /// How often each pool was drawn from; 0 for those that were cut.
    pub(crate) draws: Vec<u64>,
    kept: usize,
}

impl Drawn {
    /// As masks and new values of the weights.
    pub(crate) fn into_pruned(self, within: &Mask, weights: &[Vec<f32>]) -> Pruned {
        let mut mask = within.clone();
        for (mask, factors) in mask.layers.iter_mut().zip(&self.factors) {
            mask.keep = factors.iter().map(|&factor| factor > 0.0).collect();
        }
        let layers = self.factors.into_iter().zip(weights);
        let values = layers.map(|(factors, weights)| {
            Some(factors.iter().zip(weights).map(|(factor, weight)| factor * weight).collect())
        });
        Pruned { values: values.collect(), ..Pruned::unchanged(mask) }
    }
}

/// Carries out the fates of the pools, in order.
///
/// How many different weights come out of a draw is random. Each pool is asked for its share of what
/// is still missing, with its number of draws fixed before it is drawn: every draw stays unbiased.
/// On networks too small for that to end within half a percent the whole draw is repeated.
///
/// `sizes` are the numbers of weights of all layers.
pub(crate) fn draw(pools: &[Pool], fates: &[Fate], sizes: &[usize], rng: &mut ChaCha8Rng) -> Drawn {
    let wanted: usize = fates.iter().map(Fate::wanted).sum();
    let mut best: Option<(usize, Drawn)> = None;
    for _ in 0..ATTEMPTS {
        let drawn = draw_once(pools, fates, sizes, rng);
        let miss = drawn.kept.abs_diff(wanted);
        if best.as_ref().is_none_or(|(least, _)| miss < *least) {
            best = Some((miss, drawn));
        }
        let is_close = miss as f64 <= TOLERANCE * wanted as f64;
        if is_close || !fates.iter().any(|fate| matches!(fate, Fate::Drawn(..))) {
            break;
        }
    }
    best.expect("there is at least one attempt").1
}

fn draw_once(pools: &[Pool], fates: &[Fate], sizes: &[usize], rng: &mut ChaCha8Rng) -> Drawn {
    let mut factors: Vec<Vec<f32>> = sizes.iter().map(|&size| vec![0.0; size]).collect();
    let mut draws = vec![0; pools.len()];
    let mut kept = 0;
    let mut wanted = Wanted::new(fates);
    for ((pool, fate), draws) in pools.iter().zip(fates).zip(&mut draws) {
        let factors = &mut factors[pool.layer];
        match fate {
            Fate::Cut(count) => {
                pool.indices[..*count].iter().for_each(|&index| factors[index] = 1.0);
                kept += count;
            }
            Fate::Drawn(drawing, target) => {
                let count = drawing.draws_for(wanted.adjusted(*target));
                let counts = drawing.multinomial(count, rng);
                let unique = counts.iter().filter(|&&times| times > 0).count();
                wanted.got(*target, unique);
                kept += unique;
                let weights = pool.indices.iter().zip(drawing.probabilities());
                for ((&index, q), times) in weights.zip(counts) {
                    factors[index] = (times as f64 / (count as f64 * q)) as f32;
                }
                *draws = count;
            }
        }
    }
    Drawn { factors, draws, kept }
}

impl Fate {
    fn wanted(&self) -> usize {
        match self {
            Self::Cut(count) | Self::Drawn(_, count) => *count,
        }
    }
}

/// Weights that are still wanted of the pools that are still to be drawn.
struct Wanted {
    /// Allocated to them.
    planned: usize,
    /// How many more than that it must be, since earlier pools gave fewer; negative for less.
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

    /// A pool's target with its part of what is missing.
    fn adjusted(&self, target: usize) -> f64 {
        let target = target as f64;
        (target * (1.0 + self.missing as f64 / self.planned as f64)).max(1.0)
    }

    fn got(&mut self, target: usize, unique: usize) {
        self.planned -= target;
        self.missing += target as i64 - unique as i64;
    }
}
