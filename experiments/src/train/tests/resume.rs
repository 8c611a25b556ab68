//! A training that is cut off and goes on is one that was not.

use std::cell::Cell;
use std::path::{Path, PathBuf};
use std::time::Duration;

use datasets::Augmentation;

use super::gradual::Shrinking;
use super::soft::Changing;
use super::*;

fn checkpoints(path: PathBuf) -> Checkpoints<'static> {
    let earlier = vec![path.clone()];
    let identity = vec![("run", "a".to_owned())];
    Checkpoints { path, earlier, identity, every: Duration::ZERO, resumed: Box::new(|_| ()) }
}

/// All that a training leaves, as bits and text.
fn outcome(trained: &Trained) -> Vec<String> {
    let networks = [&trained.network, &trained.best].into_iter();
    let networks = networks.chain(trained.snapshots.iter().map(|(_, network)| network));
    let bits = networks.flat_map(|network| network.tensors().into_iter()).map(|(name, tensor)| {
        let bits: Vec<u32> = tensor.values.iter().map(|value| value.to_bits()).collect();
        format!("{name} {bits:?}")
    });
    let moments = trained.snapshots.iter().map(|(when, _)| when.to_string());
    let looks = std::iter::once(format!("{:?} {}", trained.looks, trained.best_iteration));
    bits.chain(moments).chain(looks).collect()
}

/// Trains undisturbed, then with a break after each of `breaks` iterations and a new process's worth of memory.
fn compare(
    breaks: &[usize],
    run: impl Fn(Option<Checkpoints<'static>>, &dyn Fn() -> bool) -> Result<Trained, Stop>,
) {
    let whole = outcome(&run(None, &|| true).unwrap());
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    for &stop in breaks {
        let file = path(&format!("{stop}-training.safetensors"));
        let done = Cell::new(0);
        let cut = run(Some(checkpoints(file.clone())), &|| {
            done.set(done.get() + 1);
            done.get() < stop
        });
        assert!(matches!(cut, Err(Stop::Interrupted)), "{stop}");
        let first = Cell::new(0);
        let resumed = run(Some(checkpoints(file)), &|| {
            first.set(first.get() + 1);
            true
        });
        assert_eq!(outcome(&resumed.unwrap()), whole, "cut off after {stop} iterations");
        assert_eq!(first.get() + stop, 40, "nothing was done twice");
    }
}

#[test]
fn in_every_kind_of_step_and_under_every_optimiser() {
    let (data, network) = (data(), network());
    let factors = factors(&network, 3);
    let start = factors.scale(network);
    let none = Optimiser::Sgd { momentum: 0.0, nesterov: false, weight_decay: 0.0 };
    let augmentation = Augmentation { pad: 1, flip: true, ..Augmentation::default() };
    for optimiser in [none, SGD, ADAM, ADAM_W] {
        for compute in [Compute::Dense, Compute::Sparse] {
            let recipe = Recipe { compute, ..recipe(optimiser) };
            compare(&[1, 10, 17, 39], |checkpoints, go_on| {
                let training = Training {
                    augmentation: Some((augmentation, 3)),
                    snapshots: vec![20, 5],
                    checkpoints,
                    ..training(&data, &recipe, Masking::Fixed(&factors))
                };
                train(start.clone(), training, go_on)
            });
        }
    }
}

#[test]
fn where_masks_come_on_the_way() {
    let (data, network) = (data(), network());
    let whole = factors(&network, 10);
    for (optimiser, compute) in
        [(SGD, Compute::Dense), (ADAM, Compute::Dense), (ADAM, Compute::Sparse)]
    {
        let recipe = Recipe { compute, ..recipe(optimiser) };
        // Before a mask, between two, and just where one comes.
        compare(&[2, 12, 13, 20, 30], |checkpoints, go_on| {
            let mut shrinking = Shrinking::new();
            let masking = Masking::Gradual(&mut shrinking);
            let training = Training { checkpoints, ..training(&data, &recipe, masking) };
            train(network.clone(), training, go_on)
        });
        compare(&[10, 15, 16, 31], |checkpoints, go_on| {
            let mut changing = Changing::default();
            let masking = Masking::Soft { choices: &mut changing, within: &whole };
            let training = Training { checkpoints, ..training(&data, &recipe, masking) };
            train(network.clone(), training, go_on)
        });
    }
}

#[test]
fn with_norms_other_batches_and_a_scaled_loss() {
    let data = data();
    let request = zoo::Request {
        widths: vec![2, 2, 2],
        input: [1, 8, 8],
        ..zoo::Request::named("resnet-20")
    };
    let architecture = zoo::architecture(&request).unwrap();
    let network = Network::new(architecture, Initialisation::KaimingUniform, 1, &device());
    let half = Precision::Mixed(models::Half::F16);
    for (compute, precision) in [
        (Compute::Dense, Precision::Full),
        (Compute::Sparse, Precision::Full),
        (Compute::Dense, half),
    ] {
        let recipe = Recipe { compute, precision, ..recipe(SGD) };
        compare(&[7, 11, 25], |checkpoints, go_on| {
            let fork = Some(Fork { at: 11, order: 5, augmentation: 6 });
            let training =
                Training { fork, checkpoints, ..training(&data, &recipe, Masking::None) };
            train(network.detached(), training, go_on)
        });
    }
}

/// The end is kept too, and a file of something else is left alone.
#[test]
fn the_end_and_what_is_not_this_training() {
    let (data, network) = (data(), network());
    let recipe = recipe(SGD);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a-training.safetensors");
    let steps = |path: &Path, optimiser: &Recipe, id: &str| {
        let steps = Cell::new(0);
        let identity = vec![("run", id.to_owned())];
        let checkpoints = Some(Checkpoints { identity, ..checkpoints(path.to_owned()) });
        let training = Training { checkpoints, ..training(&data, optimiser, Masking::None) };
        let go_on = || {
            steps.set(steps.get() + 1);
            true
        };
        train(network.clone(), training, go_on).unwrap();
        steps.get()
    };
    assert_eq!(steps(&path, &recipe, "a"), 40);
    assert_eq!(steps(&path, &recipe, "a"), 0);
    assert_eq!(steps(&path, &recipe, "b"), 40, "another run");
    let sparse = Recipe { compute: Compute::Sparse, ..recipe.clone() };
    assert_eq!(steps(&path, &sparse, "b"), 40, "steps of another kind");
    std::fs::write(&path, "nothing").unwrap();
    assert_eq!(steps(&path, &recipe, "a"), 40, "damaged");
}
