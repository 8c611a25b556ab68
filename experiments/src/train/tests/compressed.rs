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

fn computed(compute: Compute) -> Recipe {
    Recipe { compute, ..recipe(SGD) }
}

fn trained<'a>(
    data: &'a Data,
    recipe: &'a Recipe,
    masking: Masking<'a>,
    start: &Network,
) -> Trained {
    train(start.clone(), training(data, recipe, masking), || true).unwrap()
}

/// The same training with each arithmetic.
fn each(start: &Network, factors: Option<&PerWeight>) -> [Trained; 3] {
    let data = data();
    [Compute::Dense, Compute::Sparse, Compute::Auto].map(|compute| {
        let masking = factors.map_or(Masking::None, Masking::Fixed);
        trained(&data, &computed(compute), masking, start)
    })
}

#[test]
fn sparse_steps_train_as_dense_ones_do() {
    let network = network();
    let factors = factors(&network, 1);
    let start = factors.scale(network);
    let [dense, sparse, auto] = each(&start, Some(&factors));
    assert!(difference(&dense.network, &sparse.network) < 1e-4);
    assert!(difference(&dense.best, &sparse.best) < 1e-4);
    assert_eq!(factors.escaped(&sparse.network).into_scalar::<f32>(), 0.0);
    for (dense, sparse) in dense.looks.iter().zip(&sparse.looks) {
        assert!((dense.train_loss - sparse.train_loss).abs() < 1e-5);
    }
    // A tenth is few enough.
    assert_eq!(difference(&auto.network, &sparse.network), 0.0);
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
fn without_a_mask_nothing_is_sparse_unless_it_must_be() {
    let [dense, sparse, auto] = each(&network(), None).map(|trained| trained.network);
    assert_eq!(dense.tensors(), auto.tensors());
    assert_ne!(dense.tensors(), sparse.tensors());
    assert!(difference(&dense, &sparse) < 1e-4);
}

#[test]
fn masks_that_come_on_the_way_are_the_same_in_sparse_steps() {
    let (data, start) = (data(), network());
    let gradual = |compute| {
        let (recipe, mut shrinking) = (computed(compute), Shrinking::new());
        trained(&data, &recipe, Masking::Gradual(&mut shrinking), &start).network
    };
    let (dense, sparse) = (gradual(Compute::Dense), gradual(Compute::Sparse));
    assert!(difference(&dense, &sparse) < 1e-4);
    assert_eq!(factors(&start, 3).escaped(&sparse).into_scalar::<f32>(), 0.0);
}

#[test]
fn soft_masks_are_the_same_in_sparse_steps() {
    let (data, network) = (data(), network());
    let within = factors(&network, 9);
    let start = within.scale(network);
    let soft = |compute| {
        let (recipe, mut changing) = (computed(compute), Changing::default());
        let masking = Masking::Soft { choices: &mut changing, within: &within };
        trained(&data, &recipe, masking, &start).network
    };
    let (dense, sparse) = (soft(Compute::Dense), soft(Compute::Sparse));
    assert!(difference(&dense, &sparse) < 1e-4);
    assert_eq!(within.escaped(&sparse).into_scalar::<f32>(), 0.0);
}
