use super::gradual::Shrinking;
use super::soft::Changing;
use super::*;

/// The largest difference of weights, relative to the largest of the layer.
fn difference(a: &Network, b: &Network) -> f32 {
    let layers = 0..a.architecture().layers().len();
    let differences = layers.map(|layer| {
        let (a, b) = (a.weight_values(layer), b.weight_values(layer));
        let scale = a.iter().fold(0f32, |scale, weight| scale.max(weight.abs()));
        a.iter().zip(&b).fold(0f32, |most, (a, b)| most.max((a - b).abs())) / scale
    });
    differences.fold(0.0, f32::max)
}

fn trained<'a>(
    (data, recipe): (&'a Data, &'a Recipe),
    steps: Steps,
    masking: Masking<'a>,
    start: &Network,
) -> Trained {
    let training = Training { steps, ..training(data, recipe, masking) };
    train(start.clone(), training, || true).unwrap()
}

/// The same training with each arithmetic.
fn each(start: &Network, factors: Option<&PerWeight>) -> [Trained; 2] {
    let (data, recipe) = (data(), recipe(SGD));
    [Steps::Dense, Steps::sparse()].map(|steps| {
        let masking = factors.map_or(Masking::None, Masking::Fixed);
        trained((&data, &recipe), steps, masking, start)
    })
}

#[test]
fn sparse_steps_train_as_dense_ones_do() {
    let network = network();
    let factors = factors(&network, 1);
    let start = factors.scale(network);
    let [dense, sparse] = each(&start, Some(&factors));
    assert!(difference(&dense.network, &sparse.network) < 1e-4);
    assert!(difference(&dense.best, &sparse.best) < 1e-4);
    assert_eq!(factors.escaped(&sparse.network).into_scalar::<f32>(), 0.0);
    for (dense, sparse) in dense.looks.iter().zip(&sparse.looks) {
        assert!((dense.train_loss - sparse.train_loss).abs() < 1e-5);
        assert!((dense.validation.loss - sparse.validation.loss).abs() < 1e-5);
    }
    // What is looked at is what an evaluation of the network gives.
    for trained in [&dense, &sparse] {
        let data = data();
        let last = trained.looks.last().unwrap().validation;
        let again = evaluate(&trained.network, data.validation.to_select().unwrap());
        assert!((last.loss - again.loss).abs() < 1e-5);
        assert_eq!(last.accuracy, again.accuracy);
    }
    assert!(difference(&start, &sparse.network) > 0.1);
}

#[test]
fn sparse_steps_are_repeatable() {
    let network = network();
    let factors = factors(&network, 2);
    let start = factors.scale(network);
    let again = || each(&start, Some(&factors)).map(|trained| trained.network.tensors());
    assert_eq!(again(), again());
}

#[test]
fn without_a_mask_all_weights_are_stored() {
    let [dense, sparse] = each(&network(), None).map(|trained| trained.network);
    assert_ne!(dense.tensors(), sparse.tensors());
    assert!(difference(&dense, &sparse) < 1e-4);
}

#[test]
fn masks_that_come_on_the_way_are_the_same_in_sparse_steps() {
    let (data, recipe, start) = (data(), recipe(SGD), network());
    let gradual = |steps| {
        let mut shrinking = Shrinking::new();
        trained((&data, &recipe), steps, Masking::Gradual(&mut shrinking), &start).network
    };
    let (dense, sparse) = (gradual(Steps::Dense), gradual(Steps::sparse()));
    assert!(difference(&dense, &sparse) < 1e-4);
    assert_eq!(factors(&start, 3).escaped(&sparse).into_scalar::<f32>(), 0.0);
}

#[test]
fn soft_masks_are_the_same_in_sparse_steps() {
    let (data, recipe, network) = (data(), recipe(SGD), network());
    let within = factors(&network, 9);
    let start = within.scale(network);
    let soft = |steps| {
        let mut changing = Changing::default();
        let masking = Masking::Soft { choices: &mut changing, within: &within };
        trained((&data, &recipe), steps, masking, &start).network
    };
    let (dense, sparse) = (soft(Steps::Dense), soft(Steps::sparse()));
    assert!(difference(&dense, &sparse) < 1e-4);
    assert_eq!(within.escaped(&sparse).into_scalar::<f32>(), 0.0);
}
