use std::time::Instant;

use models::{Network, PerWeight};

use super::Survivors;
use crate::error::Error;
use crate::records::CurveRow;
use crate::run::stability::Copies;
use crate::train::{Masking, Steps};

impl Survivors<'_> {
    /// Trains the k-th survivors a second time, where that is wanted, from the same values in another order of
    /// batches, and sets the outcome beside the first one.
    pub(super) fn set_stability(
        &self,
        (k, start): (usize, &Network),
        (mask, steps): (Option<&PerWeight>, Steps),
        first: &Network,
        row: &mut CurveRow,
    ) -> Result<(), Error> {
        let (context, prepared) = (self.context, self.context.prepared);
        if prepared.second_iterations(self.run) == 0 {
            return Ok(());
        }
        let (started, begin) = (Instant::now(), self.first_iteration());
        let how = (&prepared.experiment.retrain, steps);
        let moments = (k, begin, begin);
        let masking = mask.map_or(Masking::None, Masking::Fixed);
        let second = context.train_again(self.run, start.clone(), how, moments, masking);
        let copies = Copies {
            first,
            second,
            started,
            iterations: self.iterations(),
            rewind_to: begin,
            index: k,
        };
        let found = context.compare_copies(self.run, row, copies)?;
        row.set_stability(&found);
        Ok(())
    }
}
