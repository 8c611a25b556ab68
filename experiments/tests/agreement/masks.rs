//! Scores of the methods, and the masks that come of them.

use pruning::methods::{Options, entry};
use pruning::{Density, Examined, Grain, Mask, Scope, Scored, Subject, generator};

use crate::case::Case;
use crate::tolerance::{Tolerance, hold, larger, relative};

/// Methods that look at weights, at activations, at gradients, and at sums of filters.
const METHODS: [&str; 5] = ["magnitude", "wanda", "snip", "sipp", "pfp"];

pub(crate) fn scores_and_masks(flex: &Case, other: &Case) {
    for method in METHODS {
        let (found, expected) = (Pruning::of(method, other), Pruning::of(method, flex));
        let case = format!("{}: {method}", other.name);
        let pairs = found.scores.iter().zip(&expected.scores);
        let worst = pairs.map(|(a, b)| relative(a, b)).fold(0.0, larger);
        hold(&case, "scores, the worst layer", worst, other.tolerance.score);
        found.compare_masks(&expected, &case, other.tolerance);
    }
}

/// A method's scores and mask.
struct Pruning {
    /// Of each layer's weights, or of all channels.
    scores: Vec<Vec<f32>>,
    mask: Mask,
    grain: Grain,
}

impl Pruning {
    fn of(method: &str, case: &Case) -> Self {
        let entry = entry(method).unwrap();
        let pruner = entry.build(&Options::default()).unwrap();
        let subject =
            Subject::new(&case.network, &case.batch.images).with_labels(&case.batch.labels);
        let rng = &mut generator(3);
        let examined = pruner.examine(subject, rng).unwrap();
        let architecture = case.network.architecture();
        let within = Mask::full(architecture);
        let budget = Density::new(0.2).unwrap().budget(architecture.prunable_weights());
        // All weights compete with all, so that one threshold tells which stay.
        let allocation = pruning::Allocation::from(Scope::Global);
        let pruned = allocation.prune(architecture, &*examined, &within, budget, rng).unwrap();
        Self { scores: scores(&*examined), mask: pruned.mask, grain: entry.grain() }
    }

    /// Masks differ in few places, and only where scores are as good as tied.
    fn compare_masks(&self, expected: &Self, case: &str, tolerance: Tolerance) {
        let pairs = self.mask.layers().iter().zip(expected.mask.layers());
        let pairs = pairs.flat_map(|(a, b)| a.keep.iter().zip(&b.keep));
        let places: Vec<(bool, bool)> = pairs.map(|(&a, &b)| (a, b)).collect();
        let different = places.iter().filter(|(a, b)| a != b).count();
        let share = different as f64 / places.len() as f64;
        hold(case, &format!("mask, {different} places of {}", places.len()), share, tolerance.mask);
        if self.grain == Grain::Weights && different > 0 {
            let scores = expected.scores.iter().flatten();
            let scores: Vec<f32> = scores.copied().collect();
            let of = |side: (bool, bool)| {
                let here = places.iter().zip(&scores).filter(move |(place, _)| **place == side);
                here.map(|(_, &score)| score)
            };
            let lost = of((false, true)).fold(f32::MIN, f32::max);
            let won = of((true, false)).fold(f32::MAX, f32::min);
            let size = scores.iter().copied().fold(0.0, f32::max);
            let gap = f64::from((lost - won) / size);
            hold(case, "scores of places that differ, apart by", gap, 2.0 * tolerance.score);
        }
    }
}

fn scores(examined: &dyn Examined) -> Vec<Vec<f32>> {
    match examined.scores() {
        Scored::Weights(scores) => scores.layers().to_vec(),
        Scored::Channels(_, scores) => vec![scores.groups().to_vec()],
    }
}
