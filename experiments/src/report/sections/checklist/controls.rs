//! The baselines and controls that have to stand beside a method.

use super::{Check, Facts, Mark, check};
use crate::curve::{Curve, percent};
use crate::report::words::listed;

impl Facts {
    /// Names of the curves that have it, with an item that asks for them.
    fn wanted(&self, item: &'static str, remedy: &str, has: impl Fn(&Curve) -> bool) -> Check {
        let mut names: Vec<String> =
            self.curves.iter().filter(|curve| has(curve)).map(Curve::name).collect();
        names.sort();
        names.dedup();
        let holds = !names.is_empty();
        check(
            item,
            holds,
            if holds { format!("yes: {}", listed(&names)) } else { format!("no: {remedy}") },
        )
    }

    pub(super) fn random(&self) -> Check {
        self.wanted("Random pruning", "add the method random, or random-filter", |curve| {
            ["random", "random-filter"].contains(&&*curve.method) || has_mask(curve, "random")
        })
    }

    pub(super) fn random_by_layer(&self) -> Check {
        let remedy = "add the retraining random-mask, or masks = [\"chosen\", \"shuffled\"]";
        let item = "Random pruning with the same counts in each layer";
        self.wanted(item, remedy, is_shuffled)
    }

    pub(super) fn magnitude(&self) -> Check {
        let remedy = "add the method magnitude; for filters filter-norm";
        let item = "Magnitude pruning, weights competing over the whole network";
        self.wanted(item, remedy, |curve| {
            (curve.method == "magnitude" && ["", "global"].contains(&&*curve.scope))
                || (["filter-norm", "filter-threshold"].contains(&&*curve.method)
                    && curve.scope == "global")
        })
    }

    pub(super) fn magnitude_by_layer(&self) -> Check {
        let item = "Magnitude pruning with the same counts in each layer as the method beside it";
        let is_other = |curve: &Curve| !["magnitude", "random"].contains(&&*curve.method);
        if !self.curves.iter().any(is_other) {
            let found = "no method but magnitude and random".to_owned();
            return Check { item, mark: Mark::Unasked, found };
        }
        let remedy = "add { name = \"magnitude\", same-as = \"METHOD\" }";
        self.wanted(item, remedy, |curve| {
            curve.method == "magnitude" && curve.scope.starts_with("same-as")
        })
    }

    pub(super) fn shuffled(&self) -> Check {
        let remedy = "add the retraining random-mask, or masks = [\"chosen\", \"shuffled\"]";
        let found =
            self.wanted("Sanity check: the mask shuffled inside each layer", remedy, is_shuffled);
        self.with_loss(found, is_shuffled)
    }

    pub(super) fn redrawn(&self) -> Check {
        let is_redrawn = |curve: &Curve| curve.retraining == "reinit";
        let item = "Sanity check: initial values drawn anew";
        self.with_loss(self.wanted(item, "add the retraining reinit", is_redrawn), is_redrawn)
    }

    pub(super) fn inverted(&self) -> Check {
        let remedy = "add masks = [\"chosen\", \"inverted\"]";
        let is_inverted = |curve: &Curve| has_mask(curve, "inverted");
        let item = "Sanity check: scores turned round";
        self.with_loss(self.wanted(item, remedy, is_inverted), is_inverted)
    }

    /// What the control loses against what it is a control of. Where that is little, the method chose
    /// ratios, or nothing.
    fn with_loss(&self, check: Check, is_control: impl Fn(&Curve) -> bool) -> Check {
        let losses = self.curves.iter().filter(|curve| is_control(curve)).filter_map(|control| {
            let of = controlled(control)?;
            let densities = control.densities(&self.rows).into_iter();
            let losses = densities.filter_map(|density| {
                let loss = of.at(&self.rows, density).minus(&control.at(&self.rows, density));
                Some((density, loss.mean()?))
            });
            let (density, loss) = losses.max_by(|a, b| a.1.total_cmp(&b.1))?;
            // What is said of it where it hardly matters: the method chose something else.
            let hardly = if loss <= self.margin { ", no more than the margin" } else { "" };
            Some(format!("{} at most {loss:.2} points, at {}{hardly}", of.name(), percent(density)))
        });
        let losses: Vec<String> = losses.collect();
        match losses.is_empty() {
            true => check,
            false => Check { found: format!("it loses: {}", losses.join("; ")), ..check },
        }
    }
}

/// The curve that a control is a control of.
fn controlled(control: &Curve) -> Option<Curve> {
    if ["reinit", "random-mask"].contains(&&*control.retraining) {
        return Some(control.with_retraining("rewind"));
    }
    let options: Vec<&str> =
        control.options.split(',').filter(|option| !option.starts_with("mask=")).collect();
    let options = options.join(",");
    (options != control.options).then(|| Curve { options, ..control.clone() })
}

fn has_mask(curve: &Curve, mask: &str) -> bool {
    curve.options.split(',').any(|option| option.strip_prefix("mask=") == Some(mask))
}

fn is_shuffled(curve: &Curve) -> bool {
    curve.retraining == "random-mask" || has_mask(curve, "shuffled")
}
