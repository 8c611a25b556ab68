//! From an experiment to the runs that it asks for.

use std::collections::HashSet;

use pruning::{Grain, Measure};
use serde::Serialize;

use crate::config::raw::{self, Gradual, Raw};
use crate::config::{Compute, Experiment, Method, Retraining, Timing, Treatment};
use crate::digest::digest;
use crate::step::Step;

/// A run: the parent of a seed, or one method with one retraining over all densities.
#[derive(Debug, Clone, PartialEq)]
pub struct Run {
    /// A hash of all that determines the result.
    pub id: String,
    /// The network's seed.
    pub seed: u64,
    /// What is done.
    pub kind: Kind,
    /// The moment that survivors, or the ticket whose masks they train, go back to; `None` where there is none.
    pub rewind_to: Option<Step>,
    /// Which repeat of it, from 1.
    pub repeat: usize,
    /// The densities that it comes to, by their position from 1; none for a parent.
    pub at: Vec<usize>,
    /// Ids of the runs that must be finished before.
    pub needs: Vec<String>,
}

impl Run {
    /// How many networks it trains, or would if there were retraining.
    pub fn trainings(&self) -> usize {
        if self.kind == Kind::Parent { 1 } else { self.at.len() }
    }
}

/// What a run does.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Kind {
    /// Trains the dense network.
    Parent,
    /// Prunes and retrains.
    Survivors {
        /// How weights are chosen.
        method: Method,
        /// From what.
        timing: Timing,
        /// What happens to them.
        retraining: Retraining,
    },
}

impl Kind {
    /// Whether the result depends on the moment that tickets go back to.
    pub fn is_of_a_moment(self) -> bool {
        match self {
            Self::Parent => false,
            Self::Survivors { timing, retraining, .. } => {
                let has_masks_of_ticket = timing == Timing::Iterative && retraining.is_control();
                retraining.is_rewound() || has_masks_of_ticket
            }
        }
    }

    /// Whether it is trained a second time where stability is asked for.
    pub fn has_stability(self) -> bool {
        match self {
            Self::Parent => true,
            Self::Survivors { retraining, .. } => retraining.has_stability(),
        }
    }

    /// Whether survivors keep the trained values that they had when they were pruned all at once: then
    /// the statistics of their norms are no longer theirs, and may be taken anew.
    pub fn keeps_trained_values(self) -> bool {
        match self {
            Self::Parent => false,
            Self::Survivors { method, timing, retraining } => match retraining {
                _ if timing == Timing::Gradual => false,
                Retraining::None => true,
                Retraining::FineTune => !method.is_soft(),
                _ => false,
            },
        }
    }
}

/// The runs of an experiment on the data that were really loaded, in an order in which each comes
/// after those that it needs.
pub fn plan(experiment: &Experiment, dataset: &str) -> Vec<Run> {
    let parents = experiment.seeds.iter().map(|&seed| Run {
        id: id(experiment, dataset, seed, Kind::Parent, Part::whole(None)),
        seed,
        kind: Kind::Parent,
        rewind_to: None,
        repeat: 1,
        at: Vec::new(),
        needs: Vec::new(),
    });
    let mut runs: Vec<Run> = parents.collect();
    for &timing in &experiment.timings {
        for (method, treatments) in &experiment.methods {
            // Tickets come first, since their controls wait for their masks.
            let (method, mut treatments) = (*method, treatments.iter().collect::<Vec<_>>());
            treatments.sort_by_key(|treatment| treatment.retraining.is_control());
            for treatment in treatments {
                let kind = Kind::Survivors { method, timing, retraining: treatment.retraining };
                for rewind_to in moments(experiment, kind) {
                    runs.extend(treated(experiment, dataset, (kind, rewind_to), treatment));
                }
            }
        }
    }
    runs
}

/// The moments that such runs are done for.
fn moments(experiment: &Experiment, kind: Kind) -> Vec<Option<Step>> {
    match kind.is_of_a_moment() {
        true => experiment.rewind_to.iter().copied().map(Some).collect(),
        false => vec![None],
    }
}

/// The runs of a treatment: every repeat, and in it every seed.
fn treated(
    experiment: &Experiment,
    dataset: &str,
    (kind, rewind_to): (Kind, Option<Step>),
    treatment: &Treatment,
) -> impl Iterator<Item = Run> {
    let every = match kind {
        Kind::Survivors { timing: Timing::Iterative, .. } => experiment.retrain_every,
        _ => 1,
    };
    let mut positions = treatment.positions(experiment.densities.len());
    positions.retain(|position| position.is_multiple_of(every));
    let at = treatment.at.as_deref();
    let each = |repeat: usize| experiment.seeds.iter().map(move |&seed| (repeat, seed));
    (1..=treatment.repeats).flat_map(each).map(move |(repeat, seed)| Run {
        id: id(experiment, dataset, seed, kind, Part { rewind_to, repeat, at }),
        seed,
        kind,
        rewind_to,
        repeat,
        at: positions.clone(),
        needs: needs(experiment, dataset, seed, (kind, rewind_to)),
    })
}

/// The run whose masks a control trains: under the iterative schedule the masks depend on how the
/// survivors were retrained, so they must be those of the ticket.
pub fn ticket_of(
    experiment: &Experiment,
    dataset: &str,
    seed: u64,
    (kind, rewind_to): (Kind, Option<Step>),
) -> Option<String> {
    match kind {
        Kind::Survivors { method, timing: Timing::Iterative, retraining }
            if retraining.is_control() =>
        {
            let ticket = Kind::Survivors {
                method,
                timing: Timing::Iterative,
                retraining: Retraining::Rewind,
            };
            Some(id(experiment, dataset, seed, ticket, Part::whole(rewind_to)))
        }
        _ => None,
    }
}

fn needs(
    experiment: &Experiment,
    dataset: &str,
    seed: u64,
    what: (Kind, Option<Step>),
) -> Vec<String> {
    let parent = id(experiment, dataset, seed, Kind::Parent, Part::whole(None));
    std::iter::once(parent).chain(ticket_of(experiment, dataset, seed, what)).collect()
}

/// Those of the runs that are wanted and those that they need, in the order of the plan.
pub fn with_needs(runs: &[Run], wanted: impl Fn(&Run) -> bool) -> Vec<Run> {
    let mut ids: HashSet<&str> =
        runs.iter().filter(|run| wanted(run)).map(|run| run.id.as_str()).collect();
    // Runs come after those that they need.
    for run in runs.iter().rev() {
        if ids.contains(run.id.as_str()) {
            ids.extend(run.needs.iter().map(String::as_str));
        }
    }
    runs.iter().filter(|run| ids.contains(run.id.as_str())).cloned().collect()
}

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
struct Part<'a> {
    /// The moment that it, or its ticket, goes back to.
    rewind_to: Option<Step>,
    /// Which repeat, from 1.
    repeat: usize,
    /// Positions of its densities; `None` for all.
    at: Option<&'a [usize]>,
}

impl Part<'_> {
    /// The first time, and at every density.
    fn whole(rewind_to: Option<Step>) -> Self {
        Self { rewind_to, repeat: 1, at: None }
    }
}

/// Raised when the same configuration no longer gives the same numbers.
const RESULTS_VERSION: u32 = 2;

fn id(
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
