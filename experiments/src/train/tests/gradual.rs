//! Masks that change during a training.

use burn::module::Module;
use burn::optim::ModuleOptimizer;

use super::*;

/// Keeps 7, 5 and 3 of 10 weights from these iterations on.
#[derive(Debug)]
pub(super) struct Shrinking {
    steps: [(usize, usize); 3],
    asked: Vec<usize>,
}

impl Shrinking {
    pub(super) fn new() -> Self {
        Self { steps: [(3, 7), (12, 5), (25, 3)], asked: Vec::new() }
    }
}

impl Gradual for Shrinking {
    fn is_due(&self, iteration: usize) -> bool {
        iteration.is_multiple_of(5) || self.steps.iter().any(|(when, _)| *when == iteration)
    }

    fn mask(&mut self, iteration: usize, network: &Network) -> Result<Option<PerWeight>, Error> {
        assert!(!network.device().is_autodiff());
        self.asked.push(iteration);
        let step = self.steps.iter().find(|(when, _)| *when == iteration);
        Ok(step.map(|(_, kept)| factors(network, *kept)))
    }

    fn keep(&self, _: &mut Archive) {}

    fn go_back_to(&mut self, _: &Archive) -> bool {
        true
    }
}

/// Every tensor of the optimiser's state, without the id in its name, as bits.
fn state(optimiser: &ModuleOptimizer) -> Vec<(u64, String, Vec<u32>)> {
    let tensors = moments::read(optimiser).into_tensors().unwrap().into_iter();
    tensors
        .map(|tensor| {
            let (name, _, _, id, bytes) = tensor.into_parts().unwrap();
            let bits = bytes.chunks_exact(4);
            let bits = bits.map(|b| u32::from_le_bytes([b[0], b[1], b[2], b[3]])).collect();
            (id.unwrap(), name.split_once('.').unwrap().1.to_owned(), bits)
        })
        .collect()
}

fn bits(network: &Network) -> Vec<Vec<u32>> {
    let tensors = network.tensors().into_values();
    tensors.map(|tensor| tensor.values.iter().map(|value| value.to_bits()).collect()).collect()
}

#[test]
fn a_training_whose_mask_shrinks_keeps_the_invariants() {
    let (data, network) = (data(), network());
    for optimiser in [SGD, ADAM, ADAM_W] {
        let recipe = Recipe { evaluate_every: Step::Iterations(2), ..recipe(optimiser) };
        let mut shrinking = Shrinking::new();
        let masking = Masking::Gradual(&mut shrinking);
        let trained = train(network.clone(), training(&data, &recipe, masking), || true).unwrap();
        assert_eq!(shrinking.asked, [0, 3, 5, 10, 12, 15, 20, 25, 30, 35]);
        let last = factors(&network, 3);
        for network in [&trained.network, &trained.best] {
            assert!(last.escaped(network).into_scalar::<f32>() == 0.0);
        }
        assert!(trained.best_iteration > 25 && trained.looks.len() == 20);
        let losses: Vec<f64> = trained.looks.iter().map(|look| look.train_loss).collect();
        assert!(losses[19] < losses[0], "{losses:?}");
    }
}

/// Weights that survive keep their moments bit for bit, those that go lose them, and with them all
/// the rest of the state stays.
#[test]
fn a_new_mask_touches_the_state_of_pruned_weights_alone() {
    let (data, network) = (data(), network());
    for optimiser in [SGD, ADAM, ADAM_W] {
        let recipe = recipe(optimiser);
        let mut shrinking = Shrinking::new();
        let training = training(&data, &recipe, Masking::Gradual(&mut shrinking));
        let mut state = State::new(network.clone(), training).unwrap();
        for iteration in 0..12 {
            if state.is_time_to_mask(iteration) {
                state = state.mask(iteration).unwrap();
            }
            state = state.step(iteration);
        }
        let (before, weights) = (self::state(&state.optimiser), state.network.valid());
        let scalars = moments::read(&state.optimiser).scalars().clone();
        state = state.mask(12).unwrap();
        let after = self::state(&state.optimiser);
        assert_eq!(*moments::read(&state.optimiser).scalars(), scalars);
        assert_eq!(before.len(), after.len());
        let pruned = &state.mask.as_ref().unwrap().layers;
        let (mut survivors, mut zeroed) = (0, 0);
        for ((id, name, before), (_, _, after)) in before.iter().zip(&after) {
            let layer = pruned.iter().find(|layer| layer.id.val() == *id);
            for (index, (before, after)) in before.iter().zip(after).enumerate() {
                match layer.is_some_and(|layer| layer.pruned[index]) {
                    false => assert_eq!(before, after, "{name}"),
                    true => assert_eq!(*after, 0, "{name}"),
                }
                survivors += usize::from(*after != 0);
                zeroed += usize::from(before != after);
            }
        }
        assert!(survivors > 100 && zeroed > 50, "{survivors} {zeroed}");
        // The same for the weights.
        let expected = factors(&network, 5).scale(weights);
        assert_eq!(bits(&state.network.valid()), bits(&expected));
        state.look(12).unwrap();
        state = state.step(12);
        state.look(13).unwrap();
    }
}

#[test]
fn a_state_that_went_through_bytes_goes_on_with_the_same_bits() {
    let (data, network) = (data(), network());
    for optimiser in [SGD, ADAM, ADAM_W] {
        let recipe = recipe(optimiser);
        let trained = |through_bytes: bool| {
            let training = training(&data, &recipe, Masking::None);
            let mut state = State::new(network.clone(), training).unwrap();
            for iteration in 0..20 {
                if through_bytes && iteration % 3 == 0 {
                    state.optimiser = moments::zeroed(state.optimiser, &[]);
                }
                state = state.step(iteration);
            }
            let mut kept = self::state(&state.optimiser);
            kept.sort();
            (bits(&state.network.valid()), kept)
        };
        assert_eq!(trained(true), trained(false));
    }
}

#[derive(Debug)]
struct Growing;

impl Gradual for Growing {
    fn is_due(&self, iteration: usize) -> bool {
        iteration == 4 || iteration == 8
    }

    fn mask(&mut self, iteration: usize, network: &Network) -> Result<Option<PerWeight>, Error> {
        Ok(Some(factors(network, iteration)))
    }

    fn keep(&self, _: &mut Archive) {}

    fn go_back_to(&mut self, _: &Archive) -> bool {
        true
    }
}

#[derive(Debug)]
struct Failing;

impl Gradual for Failing {
    fn is_due(&self, _: usize) -> bool {
        true
    }

    fn mask(&mut self, _: usize, _: &Network) -> Result<Option<PerWeight>, Error> {
        Err(Error::Usage("no mask".to_owned()))
    }

    fn keep(&self, _: &mut Archive) {}

    fn go_back_to(&mut self, _: &Archive) -> bool {
        true
    }
}

#[test]
fn a_mask_that_grows_or_cannot_be_had_ends_the_training() {
    let (data, network, recipe) = (data(), network(), recipe(SGD));
    let run = |gradual: &mut dyn Gradual| {
        train(network.clone(), training(&data, &recipe, Masking::Gradual(gradual)), || true)
    };
    let Err(Stop::Violated(violation)) = run(&mut Growing) else { panic!("it went on") };
    let message = violation.to_string();
    assert!(message.starts_with("invariant nested: layer \"fc1\": "), "{message}");
    assert!(message.ends_with("(at iteration 8)"), "{message}");
    assert!(
        matches!(run(&mut Failing), Err(Stop::Failed(error)) if error.to_string() == "no mask")
    );
}
