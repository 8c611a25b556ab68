//! From an experiment to the runs that it asks for.

mod identity;
mod run;

use std::collections::HashSet;

use crate::config::{Experiment, Retraining, Timing, Treatment};
use crate::step::Step;
use identity::{Part, id};
pub use run::{Kind, Run};

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
