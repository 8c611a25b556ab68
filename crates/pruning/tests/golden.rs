//! Scores, masks and logits against what the SiPP authors' code computed (see `golden/README.md`).

mod common;

use common::{Golden, NETWORKS};
use models::tensors;
use pruning::methods::{Magnitude, Sipp, Snip};
use pruning::{
    Budget, Criterion, Mask, Ranked, Reduction, Scope, Subject, generator, prune, sensitivities,
};

fn kept(golden: &Golden, criterion: impl Criterion, budget: usize) -> Vec<usize> {
    let subject = Subject::new(&golden.network, &golden.images).with_labels(&golden.labels);
    let everything = Mask::full(golden.network.architecture());
    let pruner = Ranked(criterion);
    let mask =
        prune(&pruner, subject, Scope::Global, &everything, Budget(budget), &mut generator(0))
            .unwrap()
            .mask;
    assert_eq!(mask.kept(), budget);
    mask.layers().iter().map(|layer| layer.kept()).collect()
}

#[test]
fn logits_agree() {
    for name in NETWORKS {
        let golden = Golden::of(name);
        let logits = golden.network.forward(golden.images.clone().narrow(0, 0, 4));
        let ours = logits.into_data().try_into_vec::<f32>().unwrap();
        let expected = golden.expected["dense_logits_first_4_points"].clone();
        let theirs = serde_json::from_value::<Vec<Vec<f32>>>(expected).unwrap().concat();
        for (a, b) in ours.iter().zip(&theirs) {
            assert!((a - b).abs() <= 1e-4 * b.abs().max(1.0), "{name}: {a} {b}");
        }
    }
}

#[test]
fn sensitivities_agree() {
    for (name, reduction, prefix) in [
        ("lenet-300-100", Reduction::Mean, "sipp_mean"),
        // One position: maximum and mean are the same.
        ("lenet-300-100", Reduction::Max, "sipp_mean"),
        ("lenet-5", Reduction::Mean, "sipp_mean"),
        ("lenet-5", Reduction::Max, "sipp_max"),
    ] {
        let golden = Golden::of(name);
        let file = tensors::read::<f32>(&golden.folder.join("scores.safetensors")).unwrap();
        let found = sensitivities(&golden.network, &golden.images, reduction, 24).unwrap();
        for (layer, ours) in golden.network.architecture().layers().iter().zip(found.layers) {
            let theirs = &file[&format!("{prefix}/{}", layer.name)].values;
            assert_eq!(ours.values.len(), theirs.len());
            let pairs = ours.values.iter().zip(theirs);
            let largest = pairs.map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
            assert!(largest < 1e-6, "{name} {reduction} {}: {largest}", layer.name);
        }
    }
}

#[test]
fn snip_agrees() {
    for name in NETWORKS {
        let golden = Golden::of(name);
        let file = tensors::read::<f32>(&golden.folder.join("scores.safetensors")).unwrap();
        let subject = Subject::new(&golden.network, &golden.images).with_labels(&golden.labels);
        let found = Snip { chunk: 24 }.scores(subject, &mut generator(0)).unwrap();
        for (layer, ours) in golden.network.architecture().layers().iter().zip(found.layers()) {
            let theirs = &file[&format!("snip/{}", layer.name)].values;
            let largest = ours.iter().zip(theirs).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
            assert!(largest < 1e-6, "{name} {}: {largest}", layer.name);
            assert!(theirs.iter().any(|&score| score > 1e-4));
        }
    }
}

#[test]
fn kept_counts_agree() {
    for name in NETWORKS {
        let golden = Golden::of(name);
        for (method, tolerance) in [("weight_threshold", 0), ("sipp_det", 2), ("snip", 2)] {
            for (ratio, budget, case) in golden.cases(method) {
                let theirs: Vec<usize> =
                    serde_json::from_value(case["kept_per_layer"].clone()).unwrap();
                let ours = match method {
                    "sipp_det" => kept(&golden, Sipp::default(), budget),
                    "snip" => kept(&golden, Snip::default(), budget),
                    _ => kept(&golden, Magnitude, budget),
                };
                let close = ours.iter().zip(&theirs).all(|(a, b)| a.abs_diff(*b) <= tolerance);
                assert!(close, "{name} {method} {ratio}: {ours:?} {theirs:?}");
            }
        }
    }
}
