use std::fs;
use std::path::Path;
use std::sync::atomic::Ordering;

use models::Network;

use super::Prepared;
use super::context::{Context, labels};
use crate::config::Recipe;
use crate::plan::Run;
use crate::processor;
use crate::records::files;
use crate::seeds::Seeds;
use crate::train::{Checkpoints, Fork, Masking, Steps, Stop, Trained, Training, train};

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
        self.carry_out(run, index, network, Training { snapshots, ..training })
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
        self.carry_out(run, index, network, Training { fork, ..training })
    }

    fn carry_out<'b>(
        &'b self,
        run: &Run,
        index: usize,
        network: Network,
        training: Training<'b>,
    ) -> Result<Trained, Stop> {
        let fork = training.fork.map(|fork| fork.at);
        let file = |folder: &Path| files::training(folder, &run.id, index, fork);
        let folders = self.earlier_folders(&run.id);
        let checkpoints = Checkpoints {
            path: file(self.store.folder()),
            earlier: folders.iter().map(|folder| file(folder)).collect(),
            identity: vec![
                ("run", run.id.clone()),
                ("version", env!("CARGO_PKG_VERSION").to_owned()),
                ("processor", processor::kind()),
            ],
            every: self.checkpoint_every,
            resumed: Box::new(|iterations| self.meter.skip(iterations)),
        };
        let fork = fork.map_or("", |_| ", other batches");
        let name = || {
            let labels = labels(run.kind).join(" ");
            let words: Vec<&str> = labels.split_whitespace().collect();
            format!("{}, seed {}, training {index}{fork}", words.join(" "), run.seed)
        };
        let shown = self.dashboard.map(|dashboard| (dashboard, name()));
        let checkpoints = Some(checkpoints);
        train(network, Training { checkpoints, shown, ..training }, || {
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
            checkpoints: None,
            shown: None,
        }
    }

    /// What trainings with the `index`-th order of batches have reached on their way is of no use any more, nor that
    /// of copies that see other batches from these iterations on.
    pub(super) fn forget_trainings(&self, run: &Run, (index, forks): (usize, &[usize])) {
        for fork in std::iter::once(None).chain(forks.iter().copied().map(Some)) {
            // A file that stays is never read again once the run is finished.
            let _ = fs::remove_file(files::training(self.store.folder(), &run.id, index, fork));
        }
    }
}
