use super::*;

fn forked(order: u64, at: usize) -> Trained {
    let (data, recipe) = (data(), recipe(SGD));
    let training = Training {
        fork: Some(Fork { at, order, augmentation: 0 }),
        snapshots: vec![10, 30],
        ..training(&data, &recipe, Masking::None)
    };
    train(network(), training, || true).unwrap()
}

fn weights(network: &Network) -> Vec<f32> {
    (0..network.architecture().layers().len()).flat_map(|k| network.weight_values(k)).collect()
}

#[test]
fn up_to_the_fork_it_is_one_training_and_then_another() {
    let [a, b] = [forked(5, 20), forked(6, 20)];
    let moments = |trained: &Trained| -> Vec<usize> {
        trained.snapshots.iter().map(|(moment, _)| *moment).collect()
    };
    assert_eq!(moments(&a), [10, 30]);
    assert_eq!(weights(&a.snapshots[0].1), weights(&b.snapshots[0].1));
    assert_ne!(weights(&a.snapshots[1].1), weights(&b.snapshots[1].1));
    assert_ne!(weights(&a.network), weights(&b.network));
}

#[test]
fn a_fork_at_the_beginning_into_the_same_order_changes_nothing() {
    let (data, recipe) = (data(), recipe(SGD));
    let plain = training(&data, &recipe, Masking::None);
    let order = plain.order;
    let plain = train(network(), plain, || true).unwrap();
    assert_eq!(weights(&forked(order, 0).network), weights(&plain.network));
}
