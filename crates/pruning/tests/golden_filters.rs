//! Filter pruning against what the SiPP authors' code computed (see `golden/README.md`).

mod common;

use common::{Golden, NETWORKS};
use models::tensors;
use pruning::methods::{self, Options};
use pruning::{
    Allocation, Budget, Channels, ErrorForm, Mask, Offsets, Scope, Subject, channel_sensitivities,
    generator, prune,
};

/// The authors' method: maximum over offsets, pixels go too, their logarithm.
fn published() -> Options {
    Options {
        offsets: Some(Offsets::Max),
        pixels: Some(true),
        error_form: Some(ErrorForm::Published),
        ..Options::default()
    }
}

fn pruned(golden: &Golden, method: &str, options: &Options, scope: Scope, budget: usize) -> Mask {
    let pruner = methods::entry(method).unwrap().build(options).unwrap();
    let subject = Subject::new(&golden.network, &golden.images);
    let everything = Mask::full(golden.network.architecture());
    let allocation = Allocation { scope, ..Allocation::default() };
    let rng = &mut generator(0);
    prune(&*pruner, subject, allocation, &everything, Budget(budget), rng).unwrap().mask
}

#[test]
fn channel_sensitivities_agree() {
    for name in NETWORKS {
        let golden = Golden::of(name);
        let architecture = golden.network.architecture();
        let channels = Channels::with_pixels(architecture);
        for chunk in [64, 7] {
            let (network, images) = (&golden.network, &golden.images);
            let found =
                channel_sensitivities(network, &channels, images, Offsets::Max, chunk).unwrap();
            for (spec, found) in architecture.layers().iter().zip(&found.layers) {
                let file = golden.folder.join("scores.safetensors");
                let tensor = format!("pfp_channel/{}", spec.name);
                let expected = tensors::read_one::<f32>(&file, &tensor).unwrap().unwrap();
                assert_eq!(found.len(), expected.values.len(), "{name} {}", spec.name);
                for (found, expected) in found.iter().zip(&expected.values) {
                    assert!((found - expected).abs() < 1e-6, "{name} {}", spec.name);
                }
            }
        }
    }
}

/// Input channels that each layer keeps, pixels among them.
#[test]
fn pfp_keeps_as_many_channels() {
    for name in NETWORKS {
        let golden = Golden::of(name);
        let channels = Channels::with_pixels(golden.network.architecture());
        for (ratio, budget, case) in golden.cases("pfp") {
            let mask = pruned(&golden, "pfp", &published(), Scope::Global, budget);
            let alive = channels.alive(&mask);
            let expected = case["kept_in_channels"].as_array().unwrap();
            for (index, expected) in expected.iter().enumerate() {
                let inputs = &channels.groups().layer(index).inputs;
                let kept = inputs.iter().filter(|&&group| alive[group]).count();
                let expected = expected.as_u64().unwrap() as usize;
                assert!(kept.abs_diff(expected) <= 1, "{name} {ratio} {index}: {kept} {expected}");
            }
        }
    }
}

#[test]
fn norms_keep_the_same_filters() {
    for name in NETWORKS {
        let golden = Golden::of(name);
        let channels = Channels::of(golden.network.architecture());
        for (method, theirs) in
            [("filter-threshold", "filter_threshold"), ("filter-norm", "softnet")]
        {
            for (ratio, budget, case) in golden.cases(theirs) {
                let mask = pruned(&golden, method, &Options::default(), Scope::Uniform, budget);
                let alive = channels.alive(&mask);
                let layers = 0..channels.layers().len();
                let kept = layers.map(|index| {
                    let units = &channels.groups().layer(index).units;
                    units.iter().filter(|&&group| alive[group]).count()
                });
                let kept = serde_json::json!(kept.collect::<Vec<_>>());
                assert_eq!(kept, case["kept_out_filters"], "{name} {method} {ratio}");
            }
        }
    }
}
