//! Pruners made of criteria.

use std::sync::Arc;

use burn::tensor::{Int, Tensor};
use chacha20::ChaCha8Rng;
use models::Network;

use crate::budget::Quota;
use crate::criterion::{Criterion, Subject};
use crate::error::PruneError;
use crate::mask::Mask;
use crate::pruner::{Examined, Pruned, Pruner, Scored};
use crate::scores::Scores;
use crate::select::select;

/// The pruner of a criterion: the best-scored weights stay as they are.
#[derive(Debug, Clone, Copy)]
pub struct Ranked<C>(
    /// Scores the weights.
    pub C,
);

impl<C: Criterion> Pruner for Ranked<C> {
    fn examine(
        &self,
        subject: Subject<'_>,
        rng: &mut ChaCha8Rng,
    ) -> Result<Box<dyn Examined>, PruneError> {
        Ok(Box::new(Ranking(self.0.scores(subject, rng)?)))
    }
}

/// Scores that are all that pruning needs.
pub(crate) struct Ranking(pub(crate) Scores);

impl Examined for Ranking {
    fn scores(&self) -> Scored<'_> {
        Scored::Weights(&self.0)
    }

    fn prune(
        &self,
        within: &Mask,
        quota: &Quota,
        _: &mut ChaCha8Rng,
    ) -> Result<Pruned, PruneError> {
        Ok(Pruned::unchanged(select(&self.0, within, quota)?))
    }
}

/// The pruner of a criterion that wants what is left to be scored again: it goes to the budget in
/// steps, by equal factors of density, and scores the survivors before each.
#[derive(Debug, Clone)]
pub struct Stepwise<C: ?Sized> {
    /// Scores the weights.
    pub criterion: Arc<C>,
    /// How many steps, at least 1.
    pub steps: usize,
}

impl<C: Criterion + ?Sized + 'static> Pruner for Stepwise<C> {
    fn examine(
        &self,
        subject: Subject<'_>,
        rng: &mut ChaCha8Rng,
    ) -> Result<Box<dyn Examined>, PruneError> {
        Ok(Box::new(Climb {
            scores: self.criterion.scores(subject, rng)?,
            criterion: Arc::clone(&self.criterion),
            steps: self.steps,
            network: subject.network.clone(),
            images: subject.images.clone(),
            labels: subject.labels.cloned(),
            initial: subject.initial.cloned(),
        }))
    }
}

/// What the steps start from.
struct Climb<C: ?Sized> {
    criterion: Arc<C>,
    steps: usize,
    scores: Scores,
    network: Network,
    images: Tensor<4>,
    labels: Option<Tensor<1, Int>>,
    initial: Option<Network>,
}

impl<C: Criterion + ?Sized> Examined for Climb<C> {
    fn scores(&self) -> Scored<'_> {
        Scored::Weights(&self.scores)
    }

    fn prune(
        &self,
        within: &Mask,
        quota: &Quota,
        rng: &mut ChaCha8Rng,
    ) -> Result<Pruned, PruneError> {
        let mut mask = select(&self.scores, within, &quota.on_the_way(within, 1, self.steps))?;
        for step in 2..=self.steps {
            let survivors = Pruned::unchanged(mask.clone()).apply(&self.network);
            let subject = Subject {
                network: &survivors,
                images: &self.images,
                labels: self.labels.as_ref(),
                initial: self.initial.as_ref(),
            };
            let scores = self.criterion.scores(subject, rng)?;
            mask = select(&scores, &mask, &quota.on_the_way(within, step, self.steps))?;
        }
        Ok(Pruned::unchanged(mask))
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use burn::tensor::Device;
    use models::{Initialisation, zoo};

    use super::*;
    use crate::methods::Magnitude;
    use crate::{Allocation, Budget, Scope, generator, prune};

    /// Counts how often it is asked, and what is left each time.
    #[derive(Default)]
    struct Watched(AtomicUsize, std::sync::Mutex<Vec<usize>>);

    impl Criterion for Watched {
        fn scores(&self, subject: Subject, rng: &mut ChaCha8Rng) -> Result<Scores, PruneError> {
            self.0.fetch_add(1, Ordering::Relaxed);
            let weights = subject.network.weight_values(0);
            self.1.lock().unwrap().push(weights.iter().filter(|&&weight| weight != 0.0).count());
            Magnitude.scores(subject, rng)
        }
    }

    #[test]
    fn steps_score_the_survivors_again_and_end_at_the_budget() {
        let device = Device::flex();
        let request =
            zoo::Request { widths: vec![20], input: [1, 5, 5], ..zoo::Request::named("mlp") };
        let architecture = zoo::architecture(&request).unwrap();
        let network = Network::new(architecture, Initialisation::KaimingUniform, 3, &device);
        let images = Tensor::empty([0, 1, 1, 1], &device);
        let subject = Subject::new(&network, &images);
        let within = Mask::full(network.architecture());
        for scope in [Scope::Global, Scope::PerLayer, Scope::PerUnit, Scope::Erk] {
            let stepwise = Stepwise { criterion: Arc::new(Watched::default()), steps: 4 };
            let budget = Budget(70);
            let rng = &mut generator(0);
            let pruned = prune(&stepwise, subject, scope, &within, budget, rng).unwrap();
            assert_eq!(pruned.mask.kept(), 70, "{scope}");
            // Magnitude does not change its mind, so the steps end where one step does.
            let once = prune(&Ranked(Magnitude), subject, scope, &within, budget, rng).unwrap();
            assert_eq!(pruned, once, "{scope}");
            assert_eq!(stepwise.criterion.0.load(Ordering::Relaxed), 4);
            assert!(stepwise.criterion.1.lock().unwrap().is_sorted_by(|a, b| a > b));
        }
        let allocation = Allocation { left_out: vec![0], ..Allocation::default() };
        let budget = Budget(500 + 20);
        let stepwise = Stepwise { criterion: Arc::new(Magnitude), steps: 3 };
        let rng = &mut generator(0);
        let pruned = prune(&stepwise, subject, allocation, &within, budget, rng).unwrap();
        assert_eq!(pruned.mask.layers().iter().map(|l| l.kept()).collect::<Vec<_>>(), [500, 20]);
    }
}
