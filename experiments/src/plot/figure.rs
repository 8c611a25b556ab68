//! A figure: what it shows, and nothing about how.

use super::layout::{WIDE_Y_LABELS, Y_LABELS};
use super::series::Series;
use super::spread::Spread;

/// What the vertical axis measures.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Kind {
    /// Test accuracy.
    Accuracy,
    /// The largest change of a logit by pruning: its bound and the truth.
    Certificate,
}

impl Kind {
    /// What the axis is called.
    pub(super) fn axis_title(self) -> &'static str {
        match self {
            Self::Accuracy => "test accuracy (%), log scale of the error",
            Self::Certificate => "largest change of a logit, median over points",
        }
    }

    /// The room for its labels and that, in points.
    pub(super) fn axis_room(self) -> f64 {
        match self {
            Self::Accuracy => Y_LABELS,
            Self::Certificate => WIDE_Y_LABELS,
        }
    }
}

/// A figure.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Figure {
    /// Name of its files, without extension.
    pub(super) name: String,
    pub(super) kind: Kind,
    /// Network and data.
    pub(super) title: String,
    /// What all series have in common.
    pub(super) subtitle: String,
    /// What the series differ in.
    pub(super) compared: &'static str,
    /// The dense parent.
    pub(super) parent: Option<Spread>,
    pub(super) series: Vec<Series>,
    /// Runs without a value at some density.
    pub(super) lost: usize,
}

impl Figure {
    /// All densities that were asked for, falling.
    pub(super) fn asked(&self) -> Vec<f64> {
        let points = self.series.iter().flat_map(Series::all_points);
        let mut asked: Vec<f64> = points.map(|point| point.asked).collect();
        asked.sort_by(|a, b| b.total_cmp(a));
        asked.dedup();
        asked
    }

    /// Every mean with its spread, the parent's included.
    pub(super) fn spreads(&self) -> impl Iterator<Item = Spread> {
        let points = self.series.iter().flat_map(Series::all_points);
        points.filter_map(|point| point.value).chain(self.parent)
    }

    /// Whether the densities at which runs were lost are marked. Where a certificate lacks a value
    /// nothing went wrong: 0 is the best there is.
    pub(super) fn marks_lost(&self) -> bool {
        self.kind == Kind::Accuracy && self.lost > 0
    }
}
