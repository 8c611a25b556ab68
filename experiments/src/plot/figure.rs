//! A figure: what it shows, and nothing about how.

use super::bars::Bars;
use super::density_axis::percent;
use super::layout::{WIDE_Y_LABELS, Y_LABELS};
use super::series::Series;
use super::spread::Spread;
use super::stability::moment;

/// What the vertical axis measures.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Kind {
    /// Test accuracy.
    Accuracy,
    /// Iteration of the least validation loss.
    Stop,
    /// The largest change of a logit by pruning: its bound and the truth.
    Certificate,
    /// How many times as fast as the dense network a small one is. Its densities are shares of
    /// multiply-adds.
    Speed,
    /// The error barrier between two copies of a training. Its densities stand for the moments from which
    /// they saw different batches.
    Stability,
    /// The densities of layers, in percent.
    Layers,
    /// Microseconds of a training step.
    Steps,
}

impl Kind {
    /// What the axis is called.
    pub(super) fn axis_title(self) -> &'static str {
        match self {
            Self::Accuracy => "test accuracy (%), log scale of the error",
            Self::Stop => "iteration of the least validation loss, log scale",
            Self::Certificate => "largest change of a logit, median over points",
            Self::Speed => "times as fast as the dense network, log scale",
            Self::Stability => "error barrier (points of test error)",
            Self::Layers => "density of the layer (%), log scale",
            Self::Steps => "training step (µs), log scale",
        }
    }

    /// What the horizontal axis is called.
    pub(super) fn density_title(self) -> &'static str {
        match self {
            Self::Accuracy | Self::Stop | Self::Certificate | Self::Layers | Self::Steps => {
                "density: share of prunable weights left (%), log scale"
            }
            Self::Speed => "multiply-adds left in the small dense network (%), log scale",
            Self::Stability => "iteration from which batches differ, log scale of it and 100",
        }
    }

    /// How a value on the horizontal axis is written.
    pub(super) fn density_label(self) -> fn(f64) -> String {
        match self {
            Self::Stability => moment,
            _ => percent,
        }
    }

    /// Whether series are shifted a little sideways, because they stand at the same densities; else
    /// it is the two lines of each series.
    pub(super) fn shifts_series(self) -> bool {
        self != Self::Speed
    }

    /// Whether anything is shifted at all.
    pub(super) fn shifts(self) -> bool {
        !matches!(self, Self::Layers | Self::Steps)
    }

    /// The room for its labels and that, in points.
    pub(super) fn axis_room(self) -> f64 {
        match self {
            Self::Accuracy | Self::Speed | Self::Stability | Self::Layers => Y_LABELS,
            Self::Stop | Self::Certificate | Self::Steps => WIDE_Y_LABELS,
        }
    }
}

/// A figure.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Figure {
    /// Name of its files, without extension.
    pub(super) name: String,
    pub(super) kind: Kind,
    /// What bars of accuracies reach to.
    pub(super) bars: Bars,
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

    /// Where the horizontal axis has its lines: at the densities that were asked for; shares of
    /// multiply-adds, which nobody has asked for, have round ones.
    pub(super) fn ticks(&self) -> Vec<f64> {
        let mut asked = self.asked();
        if self.kind == Kind::Steps {
            // Not where lines cross: nobody has asked for that.
            let measured = &self.series[0].points;
            asked.retain(|tick| measured.iter().any(|point| point.asked == *tick));
        }
        let Some(&least) = asked.last().filter(|_| self.kind == Kind::Speed) else { return asked };
        let multiples: &[f64] = if least < 0.1 {
            &[5.0, 2.0, 1.0]
        } else {
            &[9.0, 8.0, 7.0, 6.0, 5.0, 4.0, 3.0, 2.0, 1.0]
        };
        let powers = (1..=9).map(|k| 10_f64.powi(-k));
        let ticks = powers.flat_map(|power| multiples.iter().map(move |multiple| multiple * power));
        std::iter::once(1.0).chain(ticks).filter(|tick| *tick >= least).collect()
    }

    /// How many times as fast a network with this share of the multiply-adds should be, where that is
    /// what the figure is about.
    pub(super) fn theory(&self) -> impl Iterator<Item = (f64, f64)> {
        let shares = if self.kind == Kind::Speed { self.asked() } else { Vec::new() };
        shares.into_iter().map(|share| (share, 1.0 / share))
    }

    /// Every mean with its spread, the parent's included.
    pub(super) fn spreads(&self) -> impl Iterator<Item = Spread> {
        let points = self.series.iter().flat_map(Series::all_points);
        points.filter_map(|point| point.value).chain(self.parent)
    }

    /// Whether the densities at which runs were lost are marked. Where a certificate lacks a value
    /// nothing went wrong: 0 is the best there is.
    pub(super) fn marks_lost(&self) -> bool {
        matches!(self.kind, Kind::Accuracy | Kind::Stop) && self.lost > 0
    }
}
