use chacha20::ChaCha8Rng;
use models::Network;
use pruning::{Budget, Mask};

use crate::archive::Archive;
use crate::error::Error;
use crate::run::choice::Choice;
use crate::run::look::Look;
use crate::seeds::Seeds;

/// Masks that are found one after the other while a network trains.
pub(super) struct OnTheWay<'a, 'b> {
    pub(super) choice: &'b Choice<'a>,
    /// The last one.
    pub(super) mask: Mask,
    /// For what the method draws when it looks, when it prunes, and for a control's mask.
    rngs: [ChaCha8Rng; 3],
    /// Spent on choosing.
    pub(super) seconds: f64,
}

/// Names in an archive.
const MASK: &str = "pruning/";
const DRAWN: &str = "pruning-drawn";
const SECONDS: &str = "pruning-seconds";

impl<'a, 'b> OnTheWay<'a, 'b> {
    /// Before the first one, with the draws of the k-th density.
    pub(super) fn new(choice: &'b Choice<'a>, k: usize, mask: Mask) -> Self {
        let seeds = Seeds::new(choice.run.seed);
        let rngs = [seeds.prune(k), seeds.draw(k), seeds.mask_control(k)];
        Self { choice, mask, rngs: rngs.map(pruning::generator), seconds: 0.0 }
    }

    /// Looks at the network and prunes what `within` leaves to a budget.
    pub(super) fn renew(
        &mut self,
        network: &Network,
        within: &Mask,
        budget: Budget,
    ) -> Result<(), Error> {
        let [looking, draws, control] = &mut self.rngs;
        let look = Look::new(self.choice, network, looking)?;
        // The weights train on from the values that they have: of methods that give new ones the
        // mask alone is taken.
        self.mask = look.prune(self.choice, within, budget, draws, control)?.mask;
        Ok(())
    }

    /// Writes down what the next masks depend on.
    pub(super) fn keep(&self, archive: &mut Archive) {
        archive.put_mask(MASK, &self.mask);
        let drawn = self.rngs.each_ref().map(|rng| rng.get_word_pos().to_string());
        archive.set(DRAWN, drawn.join(" "));
        archive.set(SECONDS, self.seconds);
    }

    /// Goes back to it; `false`, and nothing is changed, where it is not there.
    pub(super) fn go_back_to(&mut self, archive: &Archive) -> bool {
        let architecture = &self.choice.context.prepared.architecture;
        let Some(mask) = archive.mask(MASK, architecture) else { return false };
        let drawn = archive.fact(DRAWN).unwrap_or_default().split(' ').map(str::parse);
        let Ok(drawn) = drawn.collect::<Result<Vec<u128>, _>>() else { return false };
        if drawn.len() != self.rngs.len() {
            return false;
        }
        self.rngs.iter_mut().zip(drawn).for_each(|(rng, drawn)| rng.set_word_pos(drawn));
        self.mask = mask;
        self.seconds = archive.fact(SECONDS).and_then(|text| text.parse().ok()).unwrap_or(0.0);
        true
    }
}
