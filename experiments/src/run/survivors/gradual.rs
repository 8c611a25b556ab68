use std::fmt;
use std::time::Instant;

use models::{Network, PerWeight};
use pruning::{Density, Mask};

use super::Survivors;
use super::on_the_way::OnTheWay;
use crate::archive::Archive;
use crate::error::Error;
use crate::records::CurveRow;
use crate::train::{Gradual, Masking};

/// Pruning while survivors train.
impl Survivors<'_> {
    /// Trains the parent, or the initial network, down to the k-th density, and writes the rows.
    pub(super) fn gradually(
        &mut self,
        k: usize,
        density: Density,
        row: &mut CurveRow,
    ) -> Result<(), Error> {
        let moments = self.context.prepared.gradual();
        let everything = Mask::full(&self.context.prepared.architecture);
        let masks = OnTheWay::new(&self.choice, k, everything);
        let mut falling = Falling { last: density, moments, masks };
        let outcome =
            self.train_masking((k, density), &self.parent, Masking::Gradual(&mut falling));
        let OnTheWay { mask, seconds, .. } = falling.masks;
        self.fill_masked(density, (outcome, &mask, seconds), row).map(|_| ())
    }
}

/// When to prune within a training, in iterations.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::run) struct Moments {
    pub(in crate::run) begin: usize,
    /// The last pruning.
    pub(in crate::run) end: usize,
    pub(in crate::run) every: usize,
}

impl Moments {
    fn contain(&self, iteration: usize) -> bool {
        let since = iteration.checked_sub(self.begin).filter(|_| iteration <= self.end);
        since.is_some_and(|since| since.is_multiple_of(self.every) || iteration == self.end)
    }

    /// The density at an iteration on the way from 1 to `last` (Zhu & Gupta 2017, arXiv 1710.01878,
    /// equation 1, in densities d = 1 − s): d + (1 − d) (1 − (t − begin) / (end − begin))³.
    fn density(&self, iteration: usize, last: f64) -> f64 {
        let done = (iteration - self.begin) as f64 / (self.end - self.begin) as f64;
        last + (1.0 - last) * (1.0 - done).powi(3)
    }
}

/// A density that falls while a network trains.
struct Falling<'a, 'b> {
    last: Density,
    moments: Moments,
    masks: OnTheWay<'a, 'b>,
}

impl fmt::Debug for Falling<'_, '_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Falling").field("moments", &self.moments).finish_non_exhaustive()
    }
}

impl Gradual for Falling<'_, '_> {
    fn is_due(&self, iteration: usize) -> bool {
        self.moments.contain(iteration)
    }

    fn mask(&mut self, iteration: usize, network: &Network) -> Result<Option<PerWeight>, Error> {
        let started = Instant::now();
        let prepared = self.masks.choice.context.prepared;
        let density = self.moments.density(iteration, self.last.value());
        let budget = prepared.budget(Density::new(density)?);
        if budget.0 >= prepared.size(&self.masks.mask) {
            return Ok(None);
        }
        let before = self.masks.mask.clone();
        self.masks.renew(network, &before, budget)?;
        self.masks.seconds += started.elapsed().as_secs_f64();
        Ok(Some(self.masks.mask.factors(&prepared.architecture, &prepared.device)))
    }

    fn keep(&self, archive: &mut Archive) {
        self.masks.keep(archive);
    }

    fn go_back_to(&mut self, archive: &Archive) -> bool {
        self.masks.go_back_to(archive)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn density_falls_by_the_cubic_law_and_ends_in_time() {
        let moments = Moments { begin: 100, end: 350, every: 100 };
        let due: Vec<usize> = (0..500).filter(|&iteration| moments.contain(iteration)).collect();
        assert_eq!(due, [100, 200, 300, 350]);
        let densities = due.iter().map(|&iteration| moments.density(iteration, 0.1));
        // 1 − t/250 cubed: 1, 0.216, 0.008, 0.
        let expected = [1.0, 0.1 + 0.9 * 0.216, 0.1 + 0.9 * 0.008, 0.1];
        assert!(
            densities.zip(expected).all(|(density, expected)| (density - expected).abs() < 1e-12)
        );
    }
}
