use super::{is_as_good, is_worse, lost, lost_words};
use crate::curve::{Curve, dense, distinct};
use crate::records::CurveRow;
use crate::statistics::{Interval, LEVEL, Sample, more_seeds};

/// What the rewound network is set beside, in this order; the controls by their retraining.
pub(super) const OTHERS: [&str; 3] = ["dense", "reinit", "random-mask"];

/// What a rewound network at one density is.
#[derive(Debug, Clone)]
pub(super) struct Ticket {
    pub(super) curve: Curve,
    pub(super) density: f64,
    /// Its rows, one a seed.
    pub(super) rows: Vec<CurveRow>,
    /// Seeds that have no result, though their parents have one.
    pub(super) lost: usize,
    /// Points by which it is ahead of each of [`OTHERS`], one a seed.
    pub(super) differences: [Sample; 3],
    pub(super) verdict: Verdict,
    pub(super) more_seeds: Option<usize>,
}

/// The answers to the question whether it is a winning ticket.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    /// As good as the dense network, and better than both controls.
    Winning,
    /// A mask that was shuffled in each layer does as well.
    OnlyRatios,
    /// Fresh initial values do as well.
    InitialValues,
    /// Worse than the dense network by more than the margin.
    NoTicket,
    Undecided,
}

impl Verdict {
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Winning => "winning ticket",
            Self::OnlyRatios => "only the ratios mattered",
            Self::InitialValues => "the initial values did not matter",
            Self::NoTicket => "no ticket",
            Self::Undecided => "undecided",
        }
    }
}

impl Ticket {
    /// What the verdict has to do without.
    pub(super) fn missing(&self) -> Vec<String> {
        let pairs = OTHERS.into_iter().zip(&self.differences);
        let absent = pairs.filter(|(_, difference)| difference.seeds() == 0);
        absent.map(|(other, _)| other.to_owned()).chain(lost_words(self.lost)).collect()
    }
}

/// Judges every rewound network at every density.
pub(super) fn all(rows: &[CurveRow], margin: f64) -> Vec<Ticket> {
    let curves = distinct(rows, Curve::of).into_iter();
    let rewound = curves.filter(|curve| curve.retraining == "rewind");
    let judge = |curve: Curve| {
        let densities = curve.densities(rows).into_iter();
        densities.map(|density| one(rows, &curve, density, margin)).collect::<Vec<_>>()
    };
    rewound.flat_map(judge).collect()
}

fn one(rows: &[CurveRow], curve: &Curve, density: f64, margin: f64) -> Ticket {
    let accuracy = curve.at(rows, density);
    let control = |name| accuracy.minus(&curve.with_retraining(name).at(rows, density));
    let differences = [accuracy.minus(&dense(rows)), control(OTHERS[1]), control(OTHERS[2])];
    let decide = |intervals: &[Option<Interval>]| decide(intervals, margin);
    let own: Vec<CurveRow> = curve.rows_at(rows, density).cloned().collect();
    let lost = lost(rows, &own);
    let verdict = match decide(&differences.each_ref().map(Sample::interval)) {
        // Of seeds that have failed nothing good is said.
        Verdict::Winning if lost > 0 => Verdict::Undecided,
        verdict => verdict,
    };
    let undecided = verdict == Verdict::Undecided;
    let more_seeds = undecided
        .then(|| {
            let decided = |all: &[Option<Interval>]| decide(all) != Verdict::Undecided;
            more_seeds(&differences.each_ref(), LEVEL, decided)
        })
        .flatten();
    Ticket { curve: curve.clone(), density, rows: own, lost, differences, verdict, more_seeds }
}

/// The rule, on intervals of the differences to [`OTHERS`].
///
/// Each answer but the last rests on tests at the one-sided level of 2.5 % that go with 95 % intervals. A
/// winning ticket has to pass three of them and needs no correction for that: all three must be passed.
fn decide(intervals: &[Option<Interval>], margin: f64) -> Verdict {
    let [dense, reinit, shuffled] = [intervals[0], intervals[1], intervals[2]];
    let is_better =
        |interval: Option<Interval>| interval.is_some_and(|interval| interval.low > 0.0);
    // The control does as well as it, to the margin.
    let is_matched = |interval: Option<Interval>| {
        !is_better(interval) && interval.is_some_and(|interval| interval.high < margin)
    };
    if is_worse(dense, margin) {
        Verdict::NoTicket
    } else if is_as_good(dense, margin) && is_better(reinit) && is_better(shuffled) {
        Verdict::Winning
    } else if is_matched(shuffled) {
        Verdict::OnlyRatios
    } else if is_matched(reinit) {
        Verdict::InitialValues
    } else {
        Verdict::Undecided
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn around(mean: f64, half: f64) -> Option<Interval> {
        Some(Interval { mean, low: mean - half, high: mean + half })
    }

    #[test]
    fn the_rule_by_hand() {
        let cases = [
            ([around(0.0, 0.4), around(0.3, 0.2), around(2.0, 0.5)], Verdict::Winning),
            ([around(-0.3, 0.4), around(0.3, 0.2), around(2.0, 0.5)], Verdict::Undecided),
            ([around(-2.0, 0.4), around(0.3, 0.2), around(2.0, 0.5)], Verdict::NoTicket),
            ([around(0.0, 0.4), around(0.3, 0.2), around(0.1, 0.3)], Verdict::OnlyRatios),
            ([around(0.0, 0.4), around(0.0, 0.2), around(-3.0, 0.3)], Verdict::OnlyRatios),
            ([around(0.0, 0.4), around(0.1, 0.3), around(2.0, 0.5)], Verdict::InitialValues),
            ([around(0.0, 0.4), around(0.1, 0.6), around(2.0, 0.5)], Verdict::Undecided),
            // Ahead of the shuffled mask, though by less than the margin.
            ([around(0.0, 0.4), around(0.2, 0.1), around(0.2, 0.1)], Verdict::Winning),
            ([around(0.0, 0.4), None, around(0.2, 0.1)], Verdict::Undecided),
            ([around(0.0, 0.4), None, around(0.0, 0.1)], Verdict::OnlyRatios),
            ([None, None, None], Verdict::Undecided),
        ];
        for (intervals, expected) in cases {
            assert_eq!(decide(&intervals, 0.5), expected, "{intervals:?}");
        }
    }
}
