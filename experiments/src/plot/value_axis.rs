//! The vertical axis of a figure, whatever it measures.

use std::ops::Range;

use plotters::coord::ranged1d::{KeyPointHint, NoDefaultFormatting, Ranged, ValueFormatter};

use super::accuracy_axis::AccuracyAxis;
use super::errors::Errors;
use super::figure::{Figure, Kind};
use super::linear_axis::LinearAxis;
use super::log_axis::LogAxis;
use super::span::Margins;

/// The scale of each kind of figure.
#[derive(Debug, Clone)]
pub(super) enum ValueAxis {
    Accuracy(AccuracyAxis),
    Log(LogAxis),
    Linear(LinearAxis),
}

impl ValueAxis {
    /// An axis that shows every mean and bar of a figure; its labels are at least `spacing` apart.
    pub(super) fn of(figure: &Figure, pixels: f64, margins: Margins, spacing: f64) -> Self {
        match figure.kind {
            Kind::Accuracy => {
                let errors = Errors::of(figure);
                Self::Accuracy(AccuracyAxis::new(errors, pixels, margins, spacing))
            }
            Kind::Stop | Kind::Certificate | Kind::Speed | Kind::Layers | Kind::Steps => {
                let values = values(figure).chain(figure.theory().map(|(_, value)| value));
                Self::Log(LogAxis::new(values, pixels, margins, spacing))
            }
            Kind::Stability => {
                Self::Linear(LinearAxis::new(values(figure), pixels, margins, spacing))
            }
        }
    }
}

/// Every mean, and the ends of every bar.
fn values(figure: &Figure) -> impl Iterator<Item = f64> {
    let ends = |(low, high)| [low, high];
    figure
        .spreads()
        .flat_map(move |spread| spread.ends.into_iter().flat_map(ends).chain([spread.mean]))
}

impl Ranged for ValueAxis {
    type FormatOption = NoDefaultFormatting;
    type ValueType = f64;

    fn map(&self, value: &f64, limit: (i32, i32)) -> i32 {
        match self {
            Self::Accuracy(axis) => axis.map(value, limit),
            Self::Log(axis) => axis.map(value, limit),
            Self::Linear(axis) => axis.map(value, limit),
        }
    }

    fn key_points<Hint: KeyPointHint>(&self, hint: Hint) -> Vec<f64> {
        match self {
            Self::Accuracy(axis) => axis.key_points(hint),
            Self::Log(axis) => axis.key_points(hint),
            Self::Linear(axis) => axis.key_points(hint),
        }
    }

    fn range(&self) -> Range<f64> {
        match self {
            Self::Accuracy(axis) => axis.range(),
            Self::Log(axis) => axis.range(),
            Self::Linear(axis) => axis.range(),
        }
    }
}

impl ValueFormatter<f64> for ValueAxis {
    fn format_ext(&self, value: &f64) -> String {
        match self {
            Self::Accuracy(axis) => axis.format_ext(value),
            Self::Log(axis) => axis.format_ext(value),
            Self::Linear(axis) => axis.format_ext(value),
        }
    }
}
