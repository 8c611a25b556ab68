use models::zoo;
use pruning::{Density, Trust};

use super::Checker;
use super::retraining::density_count;
use crate::config::ladder::{self, Ladder};
use crate::config::method::Timing;
use crate::config::raw::Raw;
use crate::config::{layers, raw};
use crate::step::Step;

/// The rest of `[prune]`, and `[certificate]`.
impl Checker {
    pub(super) fn timings(&mut self, raw: &raw::Prune) -> Vec<Timing> {
        self.names("prune.schedules", &raw.schedules, Timing::ALL, Timing::as_str)
    }

    /// The moments to go back to, at least one.
    pub(super) fn rewind_to(&mut self, raw: &raw::Prune) -> Vec<Step> {
        let moments = raw.rewind_to.all();
        self.require("prune.rewind_to", !moments.is_empty(), || {
            "no moment; expected at least one, such as \"0 iterations\"".to_owned()
        });
        self.distinct("prune.rewind_to", moments);
        moments.to_vec()
    }

    /// `prune.leave_out` and `[prune.rates]`, layer by layer; the names of layers do not depend on the
    /// data.
    pub(super) fn layers(
        &mut self,
        raw: &raw::Prune,
        request: &zoo::Request,
    ) -> (Vec<usize>, Vec<f64>) {
        let Ok(architecture) = zoo::architecture(request) else { return Default::default() };
        let left_out = layers::left_out(&raw.leave_out, &architecture).unwrap_or_else(|problem| {
            self.reject("prune.leave_out", problem);
            Vec::new()
        });
        if raw.rates.is_empty() {
            return (left_out, Vec::new());
        }
        let pairs = raw.rates.iter().map(|(pattern, &rate)| (pattern.as_str(), rate));
        let rates = layers::rates(pairs, &architecture).unwrap_or_else(|problem| {
            self.reject("prune.rates", problem);
            Vec::new()
        });
        (left_out, rates)
    }

    /// `[certificate]`.
    pub(super) fn certificates(&mut self, raw: &raw::Certificate) -> Option<Trust> {
        let trust = Trust::new(raw.failure_probability, raw.constant);
        if let Err(error) = &trust {
            self.reject("certificate", error.to_string());
        }
        trust.ok().filter(|_| raw.enabled)
    }

    /// `[prune.gradual]`, and what the gradual schedule can be combined with.
    pub(super) fn gradual(&mut self, raw: &raw::Prune) -> raw::Gradual {
        self.require("prune.gradual.every", !raw.gradual.every.is_zero(), || {
            "no time; expected at least 1 iteration".to_owned()
        });
        raw.gradual.clone()
    }

    pub(super) fn ladder(&mut self, raw: &raw::Prune) -> Ladder {
        let raw::Densities::Rounds(raw::Rounds { rounds, rate }) = raw.densities else {
            return Ladder::Given;
        };
        self.require("prune.densities.rounds", (1..=1000).contains(&rounds), || {
            format!("{rounds}; expected 1 to 1000")
        });
        self.require(
            "prune.densities.rate",
            rate.is_none_or(|rate| rate > 0.0 && rate < 1.0),
            || format!("{rate:?}; expected a share of the survivors, above 0 and less than 1"),
        );
        self.require("prune.densities.rate", rate.is_some() || !raw.rates.is_empty(), || {
            "none, and no [prune.rates] either; expected one of them".to_owned()
        });
        let at_rest =
            rate.is_none() && !raw.rates.is_empty() && raw.rates.values().all(|&r| r == 0.0);
        self.require("prune.rates", !at_rest, || {
            "nothing is pruned at a rate of 0; expected one above 0".to_owned()
        });
        Ladder::Rounds { rounds, rate }
    }

    /// Those that are given; the ones of rounds follow when the sizes of layers are known.
    pub(super) fn densities(&mut self, raw: &raw::Densities) -> Vec<Density> {
        let values = match raw {
            raw::Densities::List(values) => values.clone(),
            raw::Densities::Range(range) => self.spaced(range),
            raw::Densities::Ranges(ranges) => {
                ranges.iter().flat_map(|range| self.spaced(range)).collect()
            }
            raw::Densities::Rounds(_) => return Vec::new(),
        };
        self.require("prune.densities", !values.is_empty(), || {
            "none; expected at least one".to_owned()
        });
        self.require("prune.densities", values.is_sorted_by(|a, b| a > b), || {
            format!("{values:?}; expected falling values, each once")
        });
        let mut densities = Vec::new();
        for value in values {
            match Density::new(value) {
                Ok(density) => densities.push(density),
                Err(error) => self.reject("prune.densities", error.to_string()),
            }
        }
        densities
    }

    /// `retrain.every`.
    pub(super) fn retrain_every(&mut self, raw: &Raw) -> usize {
        let every = raw.retrain.every.unwrap_or(1);
        let count = density_count(&raw.prune.densities);
        self.require("retrain.every", every > 0, || "0; expected at least 1".to_owned());
        let every = every.max(1);
        self.require("retrain.every", count.is_multiple_of(every), || {
            format!("{every}, of {count} densities; expected a divisor, so that the last one is followed by retraining")
        });
        let is_iterative =
            raw.prune.schedules.iter().any(|name| name == Timing::Iterative.as_str());
        self.require("retrain.every", every == 1 || is_iterative, || {
            format!("{every}; it is for schedules = [\"iterative\"]: others prune the parent anew for each density")
        });
        every
    }

    fn spaced(&mut self, range: &raw::Range) -> Vec<f64> {
        let raw::Range { from, to, count, ref spacing } = *range;
        self.known("prune.densities.spacing", spacing, &ladder::SPACINGS);
        self.require("prune.densities.count", (2..=10_000).contains(&count), || {
            format!("{count}; expected 2 to 10000")
        });
        if !(2..=10_000).contains(&count) || from.min(to) <= 0.0 {
            return vec![from, to];
        }
        ladder::spaced(range)
    }
}
