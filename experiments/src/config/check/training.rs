use super::Checker;
use crate::config::experiment::{Compute, Optimiser, Precision, Recipe, Schedule};
use crate::config::raw;
use crate::device::BACKENDS;

/// `[train]` and `[retrain]`.
impl Checker {
    /// How the parent is trained, or how survivors are where `retrain` says otherwise.
    ///
    /// Called for both: what is wrong with the keys that they share is told once all the same.
    pub(super) fn recipe(
        &mut self,
        raw: &raw::Train,
        retrain: Option<&raw::Retrain>,
        may_be_none: bool,
    ) -> Recipe {
        let retrain = retrain.cloned().unwrap_or_default();
        let key =
            |own: bool, name: &str| format!("{}.{name}", if own { "retrain" } else { "train" });
        let length = retrain.length.unwrap_or(raw.length);
        self.require(
            &key(retrain.length.is_some(), "length"),
            may_be_none || !length.is_zero(),
            || {
                "no time; expected at least 1 iteration; a dense network that is trained already is named by \
                 network.weights"
                    .to_owned()
            },
        );
        let learning_rate = retrain.learning_rate.unwrap_or(raw.learning_rate);
        let is_rate = learning_rate > 0.0 && learning_rate.is_finite();
        self.require(&key(retrain.learning_rate.is_some(), "learning_rate"), is_rate, || {
            format!("{learning_rate}; expected a positive number")
        });
        let (optimiser, schedule) = (self.optimiser(raw), self.schedule(raw));
        self.require("train.batch_size", raw.batch_size > 0, || {
            "0; expected at least 1".to_owned()
        });
        self.require("train.evaluate_every", !raw.evaluate_every.is_zero(), || {
            "no time; expected at least 1 iteration".to_owned()
        });
        let name = retrain.compute.as_ref().unwrap_or(&raw.compute);
        let names: Vec<_> = Compute::ALL.iter().map(|compute| compute.as_str()).collect();
        self.known(&key(retrain.compute.is_some(), "compute"), name, &names);
        let compute = Compute::ALL.iter().find(|compute| compute.as_str() == name);
        let names: Vec<_> = Precision::ALL.iter().map(|precision| precision.as_str()).collect();
        self.known("train.precision", &raw.precision, &names);
        let precision = Precision::ALL.iter().find(|precision| precision.as_str() == raw.precision);
        Recipe {
            length,
            batch_size: raw.batch_size,
            optimiser,
            learning_rate,
            schedule,
            warm_up: raw.warm_up,
            evaluate_every: raw.evaluate_every,
            compute: compute.copied().unwrap_or_default(),
            precision: precision.copied().unwrap_or_default(),
        }
    }

    /// Sparse steps are done on the CPU, and in 32 bits; where they cannot be, `auto` is dense.
    pub(super) fn compute(&mut self, compute: Compute, place: &str, raw: &raw::Raw) {
        let is_on_cpu =
            BACKENDS.iter().any(|backend| backend.name == raw.backend && !backend.is_gpu);
        let own = place == "retrain" && raw.retrain.compute.is_some();
        let key = format!("{}.compute", if own { "retrain" } else { "train" });
        self.require(&key, is_on_cpu || compute != Compute::Sparse, || {
            format!(
                "\"sparse\" with backend = \"{}\"; sparse steps are done on the CPU; expected \"dense\", \
                 \"auto\" or backend = \"flex\"",
                raw.backend
            )
        });
        let is_full = raw.train.precision == Precision::Full.as_str();
        self.require(&key, is_full || compute != Compute::Sparse, || {
            format!(
                "\"{}\" with train.precision = \"{}\"; sparse steps compute in 32 bits; expected \"dense\", or \
                 precision = \"full\"",
                compute.as_str(),
                raw.train.precision
            )
        });
    }

    fn optimiser(&mut self, raw: &raw::Train) -> Optimiser {
        let (momentum, nesterov, weight_decay) = (raw.momentum, raw.nesterov, raw.weight_decay);
        self.require("train.weight_decay", weight_decay >= 0.0 && weight_decay.is_finite(), || {
            format!("{weight_decay}; expected 0 or more")
        });
        self.require("train.momentum", (0.0..1.0).contains(&momentum), || {
            format!("{momentum}; expected at least 0 and less than 1")
        });
        self.require("train.nesterov", !nesterov || momentum > 0.0, || {
            "true without momentum; give train.momentum, such as 0.9".to_owned()
        });
        let adaptive = ["adam", "adamw"].contains(&raw.optimizer.as_str());
        self.require("train.momentum", !adaptive || momentum == 0.0, || {
            format!("{momentum}; only optimizer = \"sgd\" takes a momentum")
        });
        self.known("train.optimizer", &raw.optimizer, &["sgd", "adam", "adamw"]);
        match raw.optimizer.as_str() {
            "adam" => Optimiser::Adam { weight_decay },
            "adamw" => Optimiser::AdamW { weight_decay },
            _ => Optimiser::Sgd { momentum, nesterov, weight_decay },
        }
    }

    fn schedule(&mut self, raw: &raw::Train) -> Schedule {
        let steps = raw.schedule == "multi-step";
        self.require("train.milestones", steps != raw.milestones.is_empty(), || {
            "milestones go with schedule = \"multi-step\", which needs at least one".to_owned()
        });
        self.require("train.decay", raw.decay > 0.0 && raw.decay < 1.0, || {
            format!("{}; expected a factor between 0 and 1", raw.decay)
        });
        self.known(
            "train.schedule",
            &raw.schedule,
            &["constant", "multi-step", "cosine", "linear"],
        );
        match raw.schedule.as_str() {
            "multi-step" => {
                Schedule::MultiStep { milestones: raw.milestones.clone(), decay: raw.decay }
            }
            "cosine" => Schedule::Cosine,
            "linear" => Schedule::Linear,
            _ => Schedule::Constant,
        }
    }
}
