//! Masks that what they take can come back from.

use super::*;

/// Keeps the first `kept` of 10 weights, `kept` growing and falling by turns.
#[derive(Debug, Default)]
pub(super) struct Changing {
    asked: Vec<usize>,
    /// Weights at zero in the network that it was asked about.
    zeros: Vec<usize>,
}

const KEPT: [usize; 3] = [5, 8, 4];

impl Gradual for Changing {
    fn is_due(&self, iteration: usize) -> bool {
        iteration.is_multiple_of(15)
    }

    fn mask(&mut self, iteration: usize, network: &Network) -> Result<Option<PerWeight>, Error> {
        assert!(!network.device().is_autodiff());
        self.zeros.push(network.weight_values(0).iter().filter(|&&w| w == 0.0).count());
        self.asked.push(iteration);
        Ok(Some(factors(network, KEPT[self.asked.len() % 3])))
    }

    fn keep(&self, archive: &mut Archive) {
        archive.set("pruning", self.asked.len());
    }

    fn go_back_to(&mut self, archive: &Archive) -> bool {
        let asked = archive.fact("pruning").and_then(|asked| asked.parse().ok());
        self.asked = vec![0; asked.unwrap_or(0)];
        asked.is_some()
    }
}

fn escaped(factors: &PerWeight, network: &Network) -> f32 {
    factors.escaped(network).into_scalar::<f32>()
}

#[test]
fn what_is_pruned_trains_on_and_the_last_choice_stays() {
    let (data, network) = (data(), network());
    let whole = factors(&network, 10);
    for optimiser in [SGD, ADAM, ADAM_W] {
        let recipe = recipe(optimiser);
        let mut changing = Changing::default();
        let masking = Masking::Soft { choices: &mut changing, within: &whole };
        let trained = train(network.clone(), training(&data, &recipe, masking), || true).unwrap();
        // Due at 0, 15 and 30, and asked at every look for what would be left.
        assert_eq!(changing.asked, [0, 10, 15, 20, 30, 30, 40]);
        // Of a hundred zeros, all but those that no gradient reaches have come back each time.
        assert!(changing.zeros.iter().all(|&zeros| zeros < 200), "{:?}", changing.zeros);
        let last = factors(&network, KEPT[7 % 3]);
        assert!(escaped(&last, &trained.network) == 0.0 && escaped(&last, &trained.best) == 0.0);
        assert_eq!(trained.best_iteration, 40);
        let survivors = trained.network.weight_values(0).iter().filter(|&&w| w != 0.0).count();
        assert!(survivors > 300, "{survivors}");
    }
}

#[test]
fn what_earlier_prunings_took_stays_at_zero() {
    let (data, network, recipe) = (data(), network(), recipe(SGD));
    let within = factors(&network, 9);
    let mut changing = Changing::default();
    let masking = Masking::Soft { choices: &mut changing, within: &within };
    let start = within.scale(network);
    let trained = train(start, training(&data, &recipe, masking), || true).unwrap();
    assert!(escaped(&within, &trained.network) == 0.0);
}
