//! What a run is, in a few hexadecimal digits.

use pruning::{Grain, Measure};
use serde::Serialize;

use super::Kind;
use crate::config::raw::{self, Gradual, Raw};
use crate::config::{Compute, Experiment, Timing};
use crate::digest::digest;
use crate::step::Step;

/// What determines a run's result. Paths, the number of workers, names and what other runs the
/// experiment has do not.
#[derive(Serialize)]
struct Identity<'a> {
    version: u32,
    dataset: &'a str,
    seed: u64,
    backend: &'a str,
    raw: Raw,
    method: Option<(&'a str, String, String)>,
    timing: Option<&'a str>,
    retraining: Option<&'a str>,
    densities: Vec<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    repeat: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    at: Option<&'a [usize]>,
}

/// Which of the runs of a kind.
#[derive(Clone, Copy)]
pub(super) struct Part<'a> {
    /// The moment that it, or its ticket, goes back to.
    pub(super) rewind_to: Option<Step>,
    /// Which repeat, from 1.
    pub(super) repeat: usize,
    /// Positions of its densities; `None` for all.
    pub(super) at: Option<&'a [usize]>,
}

impl Part<'_> {
    /// The first time, and at every density.
    pub(super) fn whole(rewind_to: Option<Step>) -> Self {
        Self { rewind_to, repeat: 1, at: None }
    }
}

/// Raised when the same configuration no longer gives the same numbers.
const RESULTS_VERSION: u32 = 2;

/// A hash of all that determines the result.
pub(super) fn id(
    experiment: &Experiment,
    dataset: &str,
    seed: u64,
    kind: Kind,
    Part { rewind_to, repeat, at }: Part<'_>,
) -> String {
    let mut raw: Raw = experiment.resolved.clone();
    // Left out, or told by the fields beside it.
    (raw.verdict, raw.plot, raw.evaluate) = Default::default();
    raw.name = String::new();
    raw.seeds = Vec::new();
    (raw.backend, raw.device) = (String::new(), None);
    (raw.dataset.name, raw.dataset.path, raw.dataset.url, raw.dataset.offline) =
        (String::new(), None, None, None);
    // Its content and not its place.
    raw.network.weights = experiment.weights.as_ref().map(|file| file.digest.clone().into());
    raw.prune.methods = Vec::new();
    raw.prune.scope = Some(String::new());
    raw.prune.masks = vec!["chosen".to_owned()];
    raw.prune.schedules = Vec::new();
    raw.prune.densities = raw::Densities::List(Vec::new());
    raw.prune.retraining = Vec::new();
    raw.prune.reestimate_norms &= kind.keeps_trained_values();
    set_compute(&mut raw, experiment);
    raw.retrain.stability &= kind.has_stability();
    if let Some(moment) = rewind_to {
        raw.prune.rewind_to = raw::Moments::One(moment);
    }
    let mut identity = Identity {
        version: RESULTS_VERSION,
        dataset,
        seed,
        backend: &experiment.device.backend,
        raw,
        method: None,
        timing: None,
        retraining: None,
        densities: Vec::new(),
        repeat: Some(repeat).filter(|&repeat| repeat > 1),
        at,
    };
    match kind {
        // The parent does not depend on what is done with it afterwards.
        Kind::Parent => {
            let prune = &mut identity.raw.prune;
            (prune.points, prune.delta) = (None, 0.0);
            (prune.rates, prune.leave_out) = Default::default();
            (prune.remove_dead, prune.gradual) = (false, Gradual::default());
            (prune.budget, prune.renew_every) = (Measure::default().to_string(), Step::Epochs(1));
            identity.raw.certificate = raw::Certificate::default();
            let stability = identity.raw.retrain.stability;
            identity.raw.retrain = raw::Retrain { stability, ..raw::Retrain::default() };
        }
        Kind::Survivors { method, timing, retraining } => {
            identity.method = Some((method.name, method.scope.label(), method.options_label()));
            if timing != Timing::Iterative || experiment.retrain_every == 1 {
                identity.raw.retrain.every = None;
            }
            if timing != Timing::Gradual {
                identity.raw.prune.gradual = Gradual::default();
            }
            // Small networks are the rule, and of single weights there are none.
            if experiment.shrink || method.grain() == Grain::Weights {
                identity.raw.retrain.shrink = None;
            }
            if !method.is_soft() {
                identity.raw.prune.renew_every = Step::Epochs(1);
            }
            identity.timing = Some(timing.as_str());
            identity.retraining = Some(retraining.as_str());
            identity.densities =
                experiment.densities.iter().map(|density| density.value()).collect();
        }
    }
    let text = toml::to_string(&identity).expect("plain values always have a TOML form");
    digest(text, 6)
}

/// What has an effect: no weight of a parent is pruned before the end, so that nothing of it is sparse
/// under "auto".
fn set_compute(raw: &mut Raw, experiment: &Experiment) {
    let parent = match experiment.train.compute {
        Compute::Sparse => Compute::Sparse,
        Compute::Dense | Compute::Auto => Compute::Dense,
    };
    raw.train.compute = parent.as_str().to_owned();
    let retrain = Some(experiment.retrain.compute).filter(|&compute| compute != Compute::Dense);
    raw.retrain.compute = retrain.map(|compute| compute.as_str().to_owned());
}
