//! What rows say on a finding. Everything follows from `curves.csv` alone.

use super::finding::{Finding, Kind, Moment, Part};
use crate::curve::{Curve, distinct};
use crate::records::CurveRow;
use crate::statistics::Sample;

/// Densities of which one is meant by the other: rounds are a fifth or a tenth apart.
const NEAR: f64 = 0.02;

/// A value and what it may be by chance.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Found {
    /// `None` where something was looked for and is not there.
    pub(super) value: Option<f64>,
    pub(super) low: Option<f64>,
    pub(super) high: Option<f64>,
    /// Density that was asked for, where it is of one.
    pub(super) density: Option<f64>,
}

/// The rows of a ticket, its controls and the dense networks.
#[derive(Debug, Clone, Copy)]
pub(super) struct Measured<'a> {
    pub(super) rows: &'a [CurveRow],
    /// The ticket.
    pub(super) curve: &'a Curve,
}

/// The curve of tickets that were found by magnitude, round after round; `None` where there is none.
pub(super) fn ticket(rows: &[CurveRow]) -> Option<Curve> {
    let is_ticket = |curve: &Curve| {
        (curve.schedule.as_str(), curve.method.as_str(), curve.retraining.as_str())
            == ("iterative", "magnitude", "rewind")
    };
    let tickets: Vec<Curve> = distinct(rows, Curve::of).into_iter().filter(is_ticket).collect();
    // In each layer, at its rate: the paper's way.
    tickets.iter().find(|curve| curve.scope == "rates").or(tickets.first()).cloned()
}

impl Measured<'_> {
    /// What the rows say; `None` where they do not have what is needed.
    pub(super) fn measure(&self, finding: &Finding) -> Option<Found> {
        match finding.kind {
            Kind::Accuracy => {
                let at = self.density(finding)?;
                Some(Found::of(&self.accuracies(&finding.of, at, finding), at))
            }
            Kind::Ahead => {
                let at = self.density(finding)?;
                Some(Found::of(&self.ahead(finding, at?), at))
            }
            Kind::MostAhead => self.most_ahead(finding),
            Kind::Earlier => {
                let at = self.density(finding)?;
                let ratio = Found::of(&self.log_ratios(finding, at?), at);
                // A later stop is a smaller gain: the ends change places.
                let earlier = |log: f64| 100.0 * (1.0 - log.exp());
                Some(Found { low: ratio.high, high: ratio.low, ..ratio }.map(earlier))
            }
            Kind::TimesSooner => {
                let at = self.density(finding)?;
                let ratio = Found::of(&self.log_ratios(finding, at?), at);
                let sooner = |log: f64| (-log).exp();
                Some(Found { low: ratio.high, high: ratio.low, ..ratio }.map(sooner))
            }
            Kind::FirstBelow => self.first_below(finding),
        }
        .filter(|found| found.value.is_some() || finding.kind == Kind::FirstBelow)
    }

    /// The density of the ladder that is meant: `Some(None)` for the dense network, `None` where it was not
    /// measured.
    fn density(&self, finding: &Finding) -> Option<Option<f64>> {
        let Some(at) = finding.at else { return Some(None) };
        let near = |density: &f64| (density / at - 1.0).abs() <= NEAR;
        self.curve.densities(self.rows).into_iter().find(near).map(Some)
    }

    /// Accuracies in percent, one a seed.
    fn accuracies(&self, of: &str, at: Option<f64>, finding: &Finding) -> Sample {
        let value = |row: &CurveRow| match (finding.on, finding.when) {
            (Part::Test, Moment::End) => row.test_accuracy,
            (Part::Test, Moment::Stop) => row.test_accuracy_at_best_validation,
            (Part::Training, Moment::End) => row.training_accuracy,
            (Part::Training, Moment::Stop) => row.training_accuracy_at_best_validation,
        };
        self.sample(of, at, |row| Some(100.0 * value(row)?))
    }

    fn sample(
        &self,
        of: &str,
        at: Option<f64>,
        value: impl Fn(&CurveRow) -> Option<f64>,
    ) -> Sample {
        let curve = self.curve.with_retraining(of);
        let rows = self.rows.iter().filter(|row| match (of, at) {
            ("dense", _) => row.method == "dense",
            (_, Some(at)) => Curve::of(row) == curve && row.density_asked == at,
            (_, None) => false,
        });
        Sample::new(rows.filter_map(|row| Some((row.seed, value(row)?))))
    }

    /// Points by which one is ahead of the other, one a seed.
    fn ahead(&self, finding: &Finding, at: f64) -> Sample {
        let against = finding.against.as_deref().unwrap_or_default();
        let [own, other] = [&finding.of, against].map(|of| self.accuracies(of, Some(at), finding));
        own.minus(&other)
    }

    /// Logarithms of the ratios of stopping iterations, one a seed.
    ///
    /// A ratio of seeds is the geometric mean of theirs, so that it is the inverse of the inverse ratio, and its
    /// interval is that of the mean logarithm. Repeats of a control enter by their geometric mean too.
    fn log_ratios(&self, finding: &Finding, at: f64) -> Sample {
        let against = finding.against.as_deref().unwrap_or_default();
        let stop = |row: &CurveRow| {
            row.best_validation_iteration.map(|iteration| (iteration.max(1) as f64).ln())
        };
        let [own, other] = [finding.of.as_str(), against].map(|of| self.sample(of, Some(at), stop));
        own.minus(&other)
    }

    /// The differences at every density where there are any, from the densest on.
    fn all_ahead(&self, finding: &Finding) -> Vec<(f64, Sample)> {
        let densities = self.curve.densities(self.rows).into_iter();
        let samples = densities.map(|density| (density, self.ahead(finding, density)));
        samples.filter(|(_, sample)| sample.seeds() > 0).collect()
    }

    /// The greatest of the mean differences. Its interval is that of this density alone: as the greatest of many it
    /// is a little too good.
    fn most_ahead(&self, finding: &Finding) -> Option<Found> {
        let all = self.all_ahead(finding);
        let greatest = all.iter().max_by(|a, b| {
            let mean = |pair: &(f64, Sample)| pair.1.mean().unwrap_or(f64::NEG_INFINITY);
            mean(a).total_cmp(&mean(b))
        });
        greatest.map(|(density, sample)| Found::of(sample, Some(*density)))
    }

    /// The greatest density at which the mean is below and stays so at all smaller ones that were measured, in
    /// percent; its interval reaches to the next greater one that was measured. Clearly: so is Student's 95 %
    /// interval. No value where it is not below at the smallest density.
    fn first_below(&self, finding: &Finding) -> Option<Found> {
        let is_below = |sample: &Sample| match finding.clearly {
            true => sample.interval().is_some_and(|interval| interval.high < 0.0),
            false => sample.mean().is_some_and(|mean| mean < 0.0),
        };
        let all = self.all_ahead(finding);
        if all.len() < 2 {
            return None;
        }
        let below = all.iter().rev().take_while(|(_, sample)| is_below(sample)).count();
        let first = all.len() - below;
        let density = |index: usize| all.get(index).map(|(density, _)| 100.0 * density);
        let before = first.checked_sub(1).map_or(Some(100.0), density);
        let value = density(first);
        Some(Found { value, low: value, high: value.and(before), density: None })
    }
}

impl Found {
    /// The mean with Student's 95 % interval.
    fn of(sample: &Sample, density: Option<f64>) -> Self {
        let interval = sample.interval();
        Self {
            value: sample.mean(),
            low: interval.map(|interval| interval.low),
            high: interval.map(|interval| interval.high),
            density,
        }
    }

    fn map(self, change: impl Fn(f64) -> f64) -> Self {
        let Self { value, low, high, density } = self;
        Self { value: value.map(&change), low: low.map(&change), high: high.map(&change), density }
    }
}

#[cfg(test)]
#[path = "measure_tests.rs"]
mod tests;
