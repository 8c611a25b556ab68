use std::str::FromStr;

use pruning::methods::{self, Options};
use pruning::{ErrorForm, Grain, Offsets, Reduction, Scope};

use super::Checker;
use crate::config::method::{MaskKind, Method, Retraining, Sharing};
use crate::config::raw;
use crate::config::treatment::Treatment;

/// `prune.methods`.
impl Checker {
    pub(super) fn methods(&mut self, raw: &raw::Prune) -> Vec<(Method, Vec<Treatment>)> {
        let known = method_names();
        self.require("prune.methods", !raw.methods.is_empty(), || {
            format!("no methods; expected at least one of: {}", known.join(", "))
        });
        let common = self.retraining(raw, &raw.retraining);
        let masks = self.masks(&raw.masks);
        let mut methods = Vec::new();
        for method in &raw.methods {
            let own = match method {
                raw::Method::Name(name) => raw::Custom::named(name),
                raw::Method::Custom(own) => (**own).clone(),
            };
            let masks = own.masks.as_ref().map_or_else(|| masks.clone(), |own| self.masks(own));
            let retraining = own.retraining.as_ref();
            let retraining =
                retraining.map_or_else(|| common.clone(), |own| self.retraining(raw, own));
            if let Some(method) = self.method(raw, &own, &retraining) {
                let masked = masks.iter().map(|&mask| Method { mask, ..method });
                methods.extend(masked.map(|method| (method, retraining.clone())));
            }
        }
        let labels: Vec<_> = methods
            .iter()
            .map(|(method, _)| (method.name, method.scope, method.options_label()))
            .collect();
        self.distinct("prune.methods", &labels);
        methods
    }

    fn method(
        &mut self,
        raw: &raw::Prune,
        own: &raw::Custom,
        retraining: &[Treatment],
    ) -> Option<Method> {
        let options = self.options(own);
        let known = self.known("prune.methods", &own.name, &method_names());
        let entry = methods::ENTRIES.iter().find(|entry| known && entry.name == own.name)?;
        if let Err(error) = entry.build(&options) {
            self.reject("prune.methods", error.to_string());
        }
        self.require(
            "prune.methods",
            !entry.needs.initial
                || !retraining.iter().any(|each| each.retraining == Retraining::AtInit),
            || {
                format!(
                    "\"{}\" looks at what training has changed, and \"prune-at-init\" prunes before it; \
                     give the method a list of retraining without it",
                    entry.name
                )
            },
        );
        let scope = self.sharing(raw, own, entry)?;
        Some(Method { name: entry.name, scope, options, mask: MaskKind::Chosen })
    }

    fn masks(&mut self, names: &[String]) -> Vec<MaskKind> {
        self.names("prune.masks", names, MaskKind::ALL, MaskKind::as_str)
    }

    /// Its own, else that of `[prune]`, else as published.
    fn sharing(
        &mut self,
        raw: &raw::Prune,
        own: &raw::Custom,
        entry: &methods::Entry,
    ) -> Option<Sharing> {
        if let Some(other) = &own.same_as {
            self.require("prune.methods.same_as", own.scope.is_none(), || {
                format!("\"{other}\" beside a scope; expected one of them")
            });
            self.require("prune.methods.same_as", !raw.remove_dead, || {
                "layers' counts are fixed, so that remove_dead = true has nowhere to spend the budget"
                    .to_owned()
            });
            self.known("prune.methods.same_as", other, &method_names());
            let other = methods::ENTRIES.iter().find(|entry| entry.name == other)?;
            self.require("prune.methods.same_as", entry.grain() == other.grain(), || {
                format!(
                    "one of \"{}\" and \"{}\" prunes single weights and the other one whole channels; \
                     expected two of a kind",
                    entry.name, other.name
                )
            });
            return Some(Sharing::SameAs(other.name));
        }
        let Some(name) = own.scope.as_ref().or(raw.scope.as_ref()) else {
            return Some(Sharing::Scope(entry.scope));
        };
        let scopes: Vec<_> = Scope::ALL.iter().map(|scope| scope.as_str()).collect();
        self.known("prune.scope", name, &scopes);
        let scope = Scope::from_str(name).ok()?;
        self.require("prune.scope", scope.fits(entry.grain()), || {
            let (prunes, fit) = match entry.grain() {
                Grain::Weights => ("single weights", "global, per-layer, per-unit, erk, rates"),
                Grain::Channels => ("whole channels", "global, uniform"),
            };
            format!(
                "\"{name}\" for \"{}\", which prunes {prunes}; expected one of: {fit}, or none for the \
                 published one",
                entry.name
            )
        });
        self.require("prune.rates", scope != Scope::Rates || !raw.rates.is_empty(), || {
            "none, and scope = \"rates\" shares by them; expected a rate for each layer, such as \
             { \"fc3\" = 0.1, \"*\" = 0.2 }"
                .to_owned()
        });
        Some(Sharing::Scope(scope))
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
        let offsets: Vec<_> = Offsets::ALL.iter().map(|value| value.as_str()).collect();
        if let Some(name) = &own.offsets {
            self.known("prune.methods.offsets", name, &offsets);
        }
        Options {
            reduction: own.reduction.as_ref().and_then(|name| Reduction::from_str(name).ok()),
            error_form: own.error_form.as_ref().and_then(|name| ErrorForm::from_str(name).ok()),
            failure_probability: own.failure_probability,
            constant: own.constant,
            steps: own.steps,
            temperature: own.temperature,
            damping: own.damping,
            offsets: own.offsets.as_ref().and_then(|name| Offsets::from_str(name).ok()),
            pixels: own.pixels,
            samples: own.samples,
        }
    }
}

fn method_names() -> Vec<&'static str> {
    methods::ENTRIES.iter().map(|entry| entry.name).collect()
}
