use std::sync::atomic::Ordering;

use models::Network;

use super::Prepared;
use super::context::Context;
use crate::config::Recipe;
use crate::plan::Run;
use crate::seeds::Seeds;
use crate::train::{Fork, Masking, Steps, Stop, Trained, Training, train};

/// How runs train.
impl Context<'_> {
    /// Trains with the `index`-th order of batches of the run's seed, from iteration `start` on.
    pub(super) fn train<'a>(
        &'a self,
        run: &Run,
        network: Network,
        (recipe, steps): (&'a Recipe, Steps),
        (index, start): (usize, usize),
        masking: Masking<'a>,
    ) -> Result<Trained, Stop> {
        let training = self.training(run, (recipe, steps), (index, start), masking);
        let moments = if index == 0 { self.moments() } else { Vec::new() };
        let snapshots = moments.into_iter().filter(|&moment| moment > 0).collect();
        self.carry_out(network, Training { snapshots, ..training })
    }

    /// The same once more, with other batches from iteration `fork` on.
    pub(super) fn train_again<'a>(
        &'a self,
        run: &Run,
        network: Network,
        (recipe, steps): (&'a Recipe, Steps),
        (index, start, fork): (usize, usize, usize),
        masking: Masking<'a>,
    ) -> Result<Trained, Stop> {
        let seeds = Seeds::new(run.seed);
        let (order, augmentation) = (seeds.second_order(index), seeds.second_augmentation(index));
        let training = self.training(run, (recipe, steps), (index, start), masking);
        let fork = Some(Fork { at: fork, order, augmentation });
        self.carry_out(network, Training { fork, ..training })
    }

    fn carry_out(&self, network: Network, training: Training<'_>) -> Result<Trained, Stop> {
        train(network, training, || {
            self.meter.step();
            !self.stop.load(Ordering::Relaxed)
        })
    }

    fn training<'a>(
        &'a self,
        run: &Run,
        (recipe, steps): (&'a Recipe, Steps),
        (index, start): (usize, usize),
        masking: Masking<'a>,
    ) -> Training<'a> {
        let Prepared { experiment, data, .. } = self.prepared;
        let seeds = Seeds::new(run.seed);
        Training {
            data,
            recipe,
            steps,
            iterations: start..recipe.length.iterations(data.batches_per_epoch(recipe.batch_size)),
            order: seeds.order(index),
            augmentation: experiment.augmentation.map(|how| (how, seeds.augmentation(index))),
            masking,
            fork: None,
            snapshots: Vec::new(),
        }
    }
}
