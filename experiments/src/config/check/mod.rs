//! From what the user wrote to what the program may trust: everything that is wrong, at once.

mod channels;
mod dataset;
mod evaluate;
mod methods;
mod pruning;
mod retraining;
mod training;

use std::collections::HashSet;
use std::str::FromStr;

use super::experiment::{Experiment, Weights};
use super::raw::{self, Raw};
use super::suggest::unknown;
use crate::device::{AUTO, BACKENDS, Choice};
use crate::digest::digest;
use crate::error::Problem;
use models::{Initialisation, zoo};

/// Collects problems; a value that cannot be had is replaced by a harmless one meanwhile.
#[derive(Default)]
struct Checker {
    problems: Vec<Problem>,
}

pub(super) fn check(raw: Raw) -> Result<Experiment, Vec<Problem>> {
    let mut checker = Checker::default();
    let experiment = checker.experiment(raw);
    if checker.problems.is_empty() { Ok(experiment) } else { Err(checker.problems) }
}

impl Checker {
    fn experiment(&mut self, mut raw: Raw) -> Experiment {
        raw.prune.rewind_to = raw.prune.rewind_to.plain();
        let safe = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
        self.require(
            "name",
            !raw.name.is_empty() && raw.name.chars().all(safe) && !raw.name.starts_with('.'),
            || {
                format!(
                    "\"{}\"; expected letters, digits, - and _, since it names a folder",
                    raw.name
                )
            },
        );
        self.require("seeds", !raw.seeds.is_empty(), || {
            "no seeds; expected at least one, such as [1, 2, 3]".to_owned()
        });
        self.distinct("seeds", &raw.seeds);
        let backends = BACKENDS.iter().map(|backend| backend.name);
        let backends: Vec<_> = backends.chain([AUTO]).collect();
        self.known("backend", &raw.backend, &backends);
        // A network that somebody else has trained may be taken as it is.
        let is_trained = raw.network.weights.is_some();
        let train = self.recipe(&raw.train, None, is_trained);
        let retrain = self.recipe(&raw.train, Some(&raw.retrain), false);
        self.compute(train.compute, "train", &raw);
        self.compute(retrain.compute, "retrain", &raw);
        self.require("prune.delta", raw.prune.delta > 0.0 && raw.prune.delta <= 1.0, || {
            format!("{}; expected a probability in (0, 1]", raw.prune.delta)
        });
        self.require("prune.points", raw.prune.points != Some(0), || {
            "0; expected at least 1".to_owned()
        });
        self.require("verdict.margin", (0.0..=100.0).contains(&raw.verdict.margin), || {
            format!("{}; expected points of test accuracy, such as 0.5", raw.verdict.margin)
        });
        let network = self.network(&raw.network);
        let (left_out, rates) = self.layers(&raw.prune, &network);
        let (methods, retrain_every) = (self.methods(&raw.prune), self.retrain_every(&raw));
        self.comes_to_retraining(&raw.prune, &methods, retrain_every);
        Experiment {
            name: raw.name.clone(),
            seeds: raw.seeds.clone(),
            device: Choice { backend: raw.backend.clone(), index: raw.device },
            source: self.source(&raw.dataset),
            validation: self.validation(raw.dataset.validation),
            split_seed: raw.dataset.split_seed,
            augmentation: self.augmentation(raw.dataset.augment),
            network,
            init: self.init(&raw.network.init),
            weights: self.weights(&raw.network),
            train,
            retrain,
            shrink: raw.retrain.shrink.unwrap_or(true),
            methods,
            timings: self.timings(&raw.prune),
            left_out,
            rates,
            remove_dead: raw.prune.remove_dead,
            reestimate_norms: raw.prune.reestimate_norms,
            measure: self.measure(&raw.prune),
            renew_every: self.renew_every(&raw.prune),
            gradual: self.gradual(&raw.prune),
            ladder: self.ladder(&raw.prune),
            retrain_every,
            densities: self.densities(&raw.prune.densities),
            rewind_to: self.rewind_to(&raw.prune),
            stability: raw.retrain.stability,
            certificates: self.certificates(&raw.certificate),
            points: raw.prune.points,
            delta: raw.prune.delta,
            corruptions: self.corruptions(&raw.evaluate),
            corruption_seed: raw.evaluate.seed,
            resolved: raw,
        }
    }

    fn network(&mut self, raw: &raw::Network) -> zoo::Request {
        let known: Vec<_> = zoo::ENTRIES.iter().map(|entry| entry.name).collect();
        let request = zoo::Request { widths: raw.widths.clone(), ..zoo::Request::named(&raw.name) };
        // Not all names are listed: some are of a pattern.
        if zoo::entry(&raw.name).is_err() {
            self.reject("network.name", unknown(&raw.name, &known));
        } else if let Err(error) = zoo::architecture(&request) {
            self.reject("network", error.to_string());
        }
        request
    }

    fn init(&mut self, name: &str) -> Initialisation {
        let known: Vec<_> = Initialisation::ALL.iter().map(|scheme| scheme.as_str()).collect();
        self.known("network.init", name, &known);
        Initialisation::from_str(name).unwrap_or(Initialisation::KaimingUniform)
    }

    fn weights(&mut self, raw: &raw::Network) -> Option<Weights> {
        let path = raw.weights.clone()?;
        match std::fs::read(&path) {
            Ok(bytes) => Some(Weights { path, digest: digest(bytes, 32) }),
            Err(error) => {
                self.reject("network.weights", format!("{}: {error}", path.display()));
                None
            }
        }
    }

    fn names<T: Copy + PartialEq>(
        &mut self,
        key: &str,
        names: &[String],
        all: &[T],
        as_str: fn(T) -> &'static str,
    ) -> Vec<T> {
        let known: Vec<_> = all.iter().map(|&value| as_str(value)).collect();
        self.require(key, !names.is_empty(), || {
            format!("none; expected at least one of: {}", known.join(", "))
        });
        names.iter().for_each(|name| {
            self.known(key, name, &known);
        });
        self.distinct(key, names);
        names
            .iter()
            .filter_map(|name| all.iter().copied().find(|&value| as_str(value) == name))
            .collect()
    }

    fn known(&mut self, key: &str, name: &str, known: &[&str]) -> bool {
        let found = known.contains(&name);
        self.require(key, found, || unknown(name, known));
        found
    }

    fn distinct<T: std::hash::Hash + Eq>(&mut self, key: &str, values: &[T]) {
        let distinct: HashSet<_> = values.iter().collect();
        self.require(key, distinct.len() == values.len(), || {
            "the same value twice; expected each once".to_owned()
        });
    }

    fn require(&mut self, key: &str, holds: bool, message: impl FnOnce() -> String) {
        if !holds {
            self.reject(key, message());
        }
    }

    fn reject(&mut self, key: &str, message: String) {
        let problem = Problem::new(key, message);
        if !self.problems.contains(&problem) {
            self.problems.push(problem);
        }
    }
}
