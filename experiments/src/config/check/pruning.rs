use std::str::FromStr;

use pruning::methods::{self, Options};
use pruning::{Density, ErrorForm, Reduction, Scope, Trust};

use super::Checker;
use crate::config::experiment::{Method, Retraining, Timing};
use crate::config::raw;

/// `[prune]`.
impl Checker {
    pub(super) fn timings(&mut self, raw: &raw::Prune) -> Vec<Timing> {
        self.names("prune.schedules", &raw.schedules, Timing::ALL, Timing::as_str)
    }

    pub(super) fn methods(&mut self, raw: &raw::Prune) -> Vec<(Method, Vec<Retraining>)> {
        let known: Vec<_> = methods::ENTRIES.iter().map(|entry| entry.name).collect();
        self.require("prune.methods", !raw.methods.is_empty(), || {
            format!("no methods; expected at least one of: {}", known.join(", "))
        });
        let common = self.retraining(raw, &raw.retraining);
        let mut methods = Vec::new();
        for method in &raw.methods {
            let own = match method {
                raw::Method::Name(name) => raw::Custom::named(name),
                raw::Method::Custom(own) => own.clone(),
            };
            let scope = self.scope(own.scope.as_ref().unwrap_or(&raw.scope));
            let retraining = own.retraining.as_ref();
            let retraining =
                retraining.map_or_else(|| common.clone(), |own| self.retraining(raw, own));
            let options = self.options(&own);
            if self.known("prune.methods", &own.name, &known) {
                let entry = methods::ENTRIES.iter().find(|entry| entry.name == own.name);
                if let Some(entry) = entry {
                    if let Err(error) = entry.build(scope, &options) {
                        self.reject("prune.methods", error.to_string());
                    }
                    methods.push((Method { name: entry.name, scope, options }, retraining.clone()));
                }
            }
        }
        let labels: Vec<_> = methods
            .iter()
            .map(|(method, _)| (method.name, method.scope, method.options.label()))
            .collect();
        self.distinct("prune.methods", &labels);
        methods
    }

    fn options(&mut self, own: &raw::Custom) -> Options {
        let reductions: Vec<_> = Reduction::ALL.iter().map(|value| value.as_str()).collect();
        let forms: Vec<_> = ErrorForm::ALL.iter().map(|value| value.as_str()).collect();
        if let Some(name) = &own.reduction {
            self.known("prune.methods.reduction", name, &reductions);
        }
        if let Some(name) = &own.error_form {
            self.known("prune.methods.error_form", name, &forms);
        }
        Options {
            reduction: own.reduction.as_ref().and_then(|name| Reduction::from_str(name).ok()),
            error_form: own.error_form.as_ref().and_then(|name| ErrorForm::from_str(name).ok()),
            failure_probability: own.failure_probability,
            constant: own.constant,
        }
    }

    /// `[certificate]`.
    pub(super) fn certificates(&mut self, raw: &raw::Certificate) -> Option<Trust> {
        let trust = Trust::new(raw.failure_probability, raw.constant);
        if let Err(error) = &trust {
            self.reject("certificate", error.to_string());
        }
        trust.ok().filter(|_| raw.enabled)
    }

    fn scope(&mut self, name: &str) -> Scope {
        let scopes: Vec<_> = Scope::ALL.iter().map(|scope| scope.as_str()).collect();
        self.known("prune.scope", name, &scopes);
        Scope::from_str(name).unwrap_or_default()
    }

    fn retraining(&mut self, raw: &raw::Prune, names: &[String]) -> Vec<Retraining> {
        let retraining = self.names("prune.retraining", names, Retraining::ALL, Retraining::as_str);
        let control = retraining.iter().find(|retraining| retraining.is_control());
        if let Some(control) = control {
            let iterative =
                raw.schedules.iter().any(|schedule| schedule == Timing::Iterative.as_str());
            self.require("prune.retraining", !iterative || retraining.contains(&Retraining::Rewind), || {
                format!(
                    "under the iterative schedule \"{control}\" trains the masks that \"rewind\" finds; \
                     add \"rewind\" to the list"
                )
            });
        }
        retraining
    }

    pub(super) fn densities(&mut self, raw: &raw::Densities) -> Vec<Density> {
        let values = match raw {
            raw::Densities::List(values) => values.clone(),
            raw::Densities::Range(range) => self.spaced(range),
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

    fn spaced(&mut self, range: &raw::Range) -> Vec<f64> {
        let raw::Range { from, to, count, ref spacing } = *range;
        self.known("prune.densities.spacing", spacing, &["geometric", "linear"]);
        self.require("prune.densities.count", (2..=10_000).contains(&count), || {
            format!("{count}; expected 2 to 10000")
        });
        if count < 2 || from.min(to) <= 0.0 {
            return vec![from, to];
        }
        let at = |k: usize| k as f64 / (count - 1) as f64;
        let value = |k: usize| match spacing.as_str() {
            "linear" => from + (to - from) * at(k),
            _ => from * (to / from).powf(at(k)),
        };
        // The ends are taken as written, free of rounding.
        (0..count.min(10_000))
            .map(|k| {
                if k == 0 {
                    from
                } else if k + 1 == count {
                    to
                } else {
                    value(k)
                }
            })
            .collect()
    }
}
