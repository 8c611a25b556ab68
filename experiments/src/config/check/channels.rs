use std::str::FromStr;

use pruning::{Grain, Measure, methods};

use super::Checker;
use crate::config::raw;
use crate::step::Step;

/// What concerns methods that prune channels.
impl Checker {
    /// `prune.budget`.
    pub(super) fn measure(&mut self, raw: &raw::Prune) -> Measure {
        let known: Vec<_> = Measure::ALL.iter().map(|measure| measure.as_str()).collect();
        self.known("prune.budget", &raw.budget, &known);
        let measure = Measure::from_str(&raw.budget).unwrap_or_default();
        let entries = methods::ENTRIES.iter().filter(|entry| named(raw, entry.name));
        let of_weights = entries.into_iter().find(|entry| entry.grain() == Grain::Weights);
        if let Some(entry) = of_weights {
            self.require("prune.budget", measure == Measure::Parameters, || {
                format!(
                    "\"{measure}\" with \"{}\", which prunes single weights; expected \"parameters\", or \
                     methods that prune channels alone",
                    entry.name
                )
            });
        }
        measure
    }

    /// `prune.renew_every`.
    pub(super) fn renew_every(&mut self, raw: &raw::Prune) -> Step {
        self.require("prune.renew_every", !raw.renew_every.is_zero(), || {
            "no time; expected at least 1 iteration".to_owned()
        });
        raw.renew_every
    }
}

/// Whether the file asks for the method of this name.
fn named(raw: &raw::Prune, name: &str) -> bool {
    raw.methods.iter().any(|method| match method {
        raw::Method::Name(own) => own == name,
        raw::Method::Custom(own) => own.name == name,
    })
}
