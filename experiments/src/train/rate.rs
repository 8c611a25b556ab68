use std::f64::consts::PI;

use crate::config::{Recipe, Schedule};

/// Learning rate of an iteration (from 0) of a training of `total` iterations.
///
/// A function of the iteration and not a scheduler with a state, because a rewound network starts
/// in the middle. Warm-up climbs linearly from 0 (the first iteration has rate 0, as in the SiPP
/// authors' code); cosine and linear fall to 0 over what follows the warm-up.
pub fn learning_rate(recipe: &Recipe, iteration: usize, total: usize, per_epoch: usize) -> f64 {
    let warm_up = recipe.warm_up.iterations(per_epoch);
    if iteration < warm_up {
        return recipe.learning_rate * iteration as f64 / warm_up as f64;
    }
    let done = (iteration - warm_up) as f64 / total.saturating_sub(warm_up).max(1) as f64;
    let factor = match &recipe.schedule {
        Schedule::Constant => 1.0,
        Schedule::MultiStep { milestones, decay } => {
            let passed =
                milestones.iter().filter(|step| step.iterations(per_epoch) <= iteration).count();
            decay.powi(passed as i32)
        }
        Schedule::Cosine => 0.5 * (1.0 + (PI * done).cos()),
        Schedule::Linear => 1.0 - done,
    };
    recipe.learning_rate * factor
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{Compute, Optimiser, Precision};
    use crate::step::Step;

    fn rates(schedule: Schedule, warm_up: Step, iterations: &[usize]) -> Vec<f64> {
        let recipe = Recipe {
            length: Step::Iterations(100),
            batch_size: 1,
            optimiser: Optimiser::Adam { weight_decay: 0.0 },
            learning_rate: 0.8,
            schedule,
            warm_up,
            evaluate_every: Step::Epochs(1),
            compute: Compute::Dense,
            precision: Precision::Full,
        };
        let round = |rate: f64| (rate * 1e9).round() / 1e9;
        iterations
            .iter()
            .map(|&iteration| round(learning_rate(&recipe, iteration, 100, 10)))
            .collect()
    }

    #[test]
    fn rates_by_hand() {
        let none = Step::Iterations(0);
        assert_eq!(rates(Schedule::Constant, none, &[0, 99]), [0.8, 0.8]);
        assert_eq!(rates(Schedule::Linear, none, &[0, 25, 50]), [0.8, 0.6, 0.4]);
        assert_eq!(rates(Schedule::Cosine, none, &[0, 50, 100]), [0.8, 0.4, 0.0]);
        let milestones = vec![Step::Epochs(3), Step::Iterations(60)];
        let steps = Schedule::MultiStep { milestones, decay: 0.5 };
        assert_eq!(rates(steps, none, &[29, 30, 59, 60]), [0.8, 0.4, 0.4, 0.2]);
        assert_eq!(
            rates(Schedule::Linear, Step::Epochs(2), &[0, 10, 20, 60]),
            [0.0, 0.4, 0.8, 0.4]
        );
    }
}
