//! What a comparison of pruning methods has to report.

use super::{Check, Facts, Mark, check};
use crate::curve::Curve;
use crate::curve::{dense, percent};
use crate::records::CurveRow;
use crate::report::folder::Results;
use crate::report::words::many;

impl Facts {
    pub(super) fn ratios(&self) -> Check {
        let known = self.rows.iter().all(|row| row.compression >= 1.0 && row.speed_up >= 1.0);
        let found = "columns compression and speed-up; both are defined under Set-up";
        check("Compression ratio and theoretical speed-up, both defined", known, found)
    }

    pub(super) fn operating_points(&self) -> Check {
        let count = self.densities.len();
        let more = if count < 5 { "; add densities" } else { "" };
        check(
            "At least five operating points",
            count >= 5,
            format!("{}{more}", many_densities(count)),
        )
    }

    /// From next to no loss to a collapse.
    pub(super) fn extremes(&self) -> Check {
        let item = "From no loss to collapse: a method within 1 point at the largest density, one more than 5 \
                    points behind at the smallest";
        let parent = dense(&self.rows);
        let ahead = |density: f64| {
            let curves = self.curves.iter();
            curves.filter_map(move |curve| {
                curve.at(&self.rows, density).minus(&dense(&self.rows)).mean()
            })
        };
        let ends = self.densities.first().zip(self.densities.last());
        let Some((&most, &least)) = ends.filter(|_| parent.seeds() > 0) else {
            return check(item, false, "no pruned network beside a dense one");
        };
        let best = ahead(most).fold(f64::NEG_INFINITY, f64::max);
        let worst = ahead(least).fold(f64::INFINITY, f64::min);
        let found = format!(
            "best at {}: {best:+.2} points; worst at {}: {worst:+.2} points",
            percent(most),
            percent(least)
        );
        check(item, best >= -1.0 && worst < -5.0, found.replace('-', "−"))
    }

    /// The most methods that were pruned and retrained in one way.
    pub(super) fn one_axis(&self) -> Check {
        let alike = |curve: &Curve| {
            let same = |other: &&Curve| {
                other.schedule == curve.schedule && other.retraining == curve.retraining
            };
            self.curves.iter().filter(same).count()
        };
        let most = self.curves.iter().map(alike).max().unwrap_or_default();
        let more = if most < 2 { "; add methods to compare with" } else { "" };
        let found =
            format!("{} under the same schedule and retraining{more}", many(most, "method"));
        check("The whole trade-off curve, all methods in one set of axes", most >= 2, found)
    }

    pub(super) fn dense_control(&self, results: &Results) -> Check {
        let found = results.dense().filter(|row| row.test_accuracy.is_some()).count();
        let item = "Raw accuracy, beside a dense control that the same code trained";
        check(
            item,
            found == self.seeds && found > 0,
            format!("{found} of {}", many(self.seeds, "dense network")),
        )
    }

    pub(super) fn top_five(&self, results: &Results) -> Check {
        let item = "Top-5 accuracy beside top-1, where there are enough classes";
        let has = |value: fn(&CurveRow) -> bool| results.curves.iter().any(value);
        let few = ["mnist", "fashion-mnist", "cifar-10", "digits"];
        let (mark, found) = if has(|row| row.test_top5_accuracy.is_some()) {
            (Mark::Ticked, "column top-5")
        } else if has(|row| row.test_images.is_some()) || few.contains(&&*self.rows[0].dataset) {
            (Mark::Unasked, "ten classes or fewer")
        } else {
            (Mark::Open, "an earlier version wrote these rows; run it again")
        };
        Check { item, mark, found: found.to_owned() }
    }

    pub(super) fn seeds(&self) -> Check {
        let more = if self.seeds < 3 { "; add seeds" } else { "" };
        let found = format!("{}{more}", many(self.seeds, "seed"));
        check("At least three initial networks, each with draws of its own", self.seeds >= 3, found)
    }

    pub(super) fn spread(&self) -> Check {
        let all = self.curves.iter().flat_map(|curve| {
            let densities = curve.densities(&self.rows).into_iter();
            densities.map(|density| curve.at(&self.rows, density).seeds()).collect::<Vec<_>>()
        });
        let (mut points, mut single) = (0, 0);
        all.for_each(|seeds| {
            points += 1;
            single += usize::from(seeds < 2);
        });
        let found = match single {
            0 => format!(
                "{points} of {points} points; charts: Student's 95 % interval, plots: ±1 deviation"
            ),
            _ => format!("{single} of {points} points have fewer than two seeds with a result"),
        };
        let item = "Mean and sample standard deviation; every figure says what its bars are";
        check(item, single == 0 && points > 0, found)
    }

    pub(super) fn pairs(&self) -> Check {
        let first = &self.rows[0];
        let found = format!(
            "one here: {} on {}; run other experiments beside it",
            first.network, first.dataset
        );
        check("At least three pairs of network and data set", false, found)
    }

    pub(super) fn recipe(&self, results: &Results) -> Check {
        let known = !results.settings.is_empty();
        let found = if known {
            "under Set-up, every key of config.toml"
        } else {
            "no config.toml in the folder"
        };
        let item = "Hyper-parameters, architecture, preprocessing, budget of retraining, rule of model selection";
        check(item, known, found)
    }
}

fn many_densities(count: usize) -> String {
    format!("{count} densit{}", if count == 1 { "y" } else { "ies" })
}
