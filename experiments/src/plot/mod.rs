//! Pictures of the curves: accuracy against density, what certificates promise beside what is
//! measured, and the speed of small networks.
//!
//! `figures`, `certificates` and `speed` decide which pictures the rows hold, `series` gathers the points of
//! their lines, each a `quantity` with its `spread` over seeds. The axes (`density_axis`, and
//! `value_axis` for either kind of figure) place values and choose ticks, `page` paints on any
//! backend of `plotters`, and `output` makes files of it.

mod accuracy_axis;
mod axes;
mod bars;
mod caption;
mod certificates;
mod chart;
mod corruptions;
mod curves;
mod density_axis;
mod errors;
mod figure;
mod figures;
#[cfg(test)]
mod fixtures;
mod groups;
mod key;
mod layers;
mod layout;
mod linear_axis;
mod log_axis;
mod marker;
mod names;
mod output;
mod page;
mod palette;
mod pen;
mod plane;
mod quantity;
mod series;
mod span;
mod speed;
mod spread;
mod stability;
mod steps;
#[cfg(test)]
mod tests;
mod text;
mod value_axis;

use std::fs;
use std::path::{Path, PathBuf};

use crate::error::Error;
use crate::records::{CorruptionRow, CurveRow, LayerRow, SpeedRow, StabilityRow, StepRow, files};
pub use bars::Bars;
pub use chart::{Chart, Mark, Piece};
use figure::Figure;

/// Draws every figure of an experiment's rows into `folder/plots/`, each as `.svg` and `.png`;
/// returns the paths written.
///
/// There is one figure per schedule and retraining that compares methods
/// (`accuracy-<schedule>-<retraining>`), and one per schedule and method that compares retrainings
/// (`ticket-<schedule>-<method>[-per-layer]`) where there is more than one; beside a ticket another one shows
/// when they have their least validation loss (`stop-…`). `bars` is what those of accuracies reach to. Where there are
/// certificates, one per schedule compares bound and truth (`certificate-<schedule>`). The same rows
/// always give the same bytes; rows without pruned networks give no figure.
///
/// # Errors
/// When a figure cannot be drawn or a file cannot be written.
pub fn draw(rows: &[CurveRow], bars: Bars, folder: &Path) -> Result<Vec<PathBuf>, Error> {
    write(&figures::figures(rows, bars), folder)
}

/// Draws what networks are on corrupted test images into `folder/plots/`; returns the paths written.
///
/// There is one figure per schedule and retraining that compares methods by the mean over all corruptions
/// (`corrupted-<schedule>-<retraining>`), and one per method besides with a line for each corruption
/// (`corruptions-<schedule>-<retraining>-<method>`). Without rows of corruptions there is none.
///
/// # Errors
/// When a figure cannot be drawn or a file cannot be written.
pub fn draw_corruptions(
    rows: &[CurveRow],
    corruptions: &[CorruptionRow],
    bars: Bars,
    folder: &Path,
) -> Result<Vec<PathBuf>, Error> {
    write(&corruptions::figures(rows, corruptions, bars), folder)
}

/// Draws the error barriers between two copies of each training against the moment from which they differ into
/// `folder/plots/` (`barrier-<schedule>-<method>`), where there are several moments; returns the paths written.
///
/// # Errors
/// When a figure cannot be drawn or a file cannot be written.
pub fn draw_stability(
    rows: &[StabilityRow],
    bars: Bars,
    folder: &Path,
) -> Result<Vec<PathBuf>, Error> {
    write(&stability::figures(rows, bars), folder)
}

/// The same figures in pieces, with bars of this kind, for a page of its own.
///
/// # Errors
/// When a figure cannot be drawn.
pub fn charts(rows: &[CurveRow], bars: Bars) -> Result<Vec<Chart>, Error> {
    let figures = figures::figures(rows, bars);
    figures.iter().map(piecewise).filter_map(Result::transpose).collect()
}

/// The figures of corrupted test images in pieces, likewise.
///
/// # Errors
/// When a figure cannot be drawn.
pub fn corruption_charts(
    rows: &[CurveRow],
    corruptions: &[CorruptionRow],
    bars: Bars,
) -> Result<Vec<Chart>, Error> {
    let figures = corruptions::figures(rows, corruptions, bars);
    figures.iter().map(piecewise).filter_map(Result::transpose).collect()
}

/// The figures of error barriers in pieces, likewise.
///
/// # Errors
/// When a figure cannot be drawn.
pub fn stability_charts(rows: &[StabilityRow], bars: Bars) -> Result<Vec<Chart>, Error> {
    let figures = stability::figures(rows, bars);
    figures.iter().map(piecewise).filter_map(Result::transpose).collect()
}

/// What each layer keeps against what the network keeps, for rows of one method, schedule and
/// retraining; `None` without rows.
///
/// # Errors
/// When the figure cannot be drawn.
pub fn layer_chart(name: &str, subtitle: &str, rows: &[&LayerRow]) -> Result<Option<Chart>, Error> {
    layers::figure(name, subtitle, rows).as_ref().map_or(Ok(None), piecewise)
}

fn piecewise(figure: &Figure) -> Result<Option<Chart>, Error> {
    let undrawn = |problem| Error::Plot { path: PathBuf::from(&figure.name), problem };
    chart::chart(figure).map_err(undrawn)
}

/// Draws how fast small networks are into `folder/plots/speed.svg` and `.png`; returns the paths
/// written. The same rows always give the same bytes; rows of dense networks alone give no figure.
///
/// # Errors
/// When the figure cannot be drawn or a file cannot be written.
pub fn draw_speed(rows: &[SpeedRow], folder: &Path) -> Result<Vec<PathBuf>, Error> {
    write(speed::speed(rows).as_slice(), folder)
}

/// Draws what training steps take against density into `folder/plots/` (`steps-<network>-<batch>`), a figure for
/// each network and batch; returns the paths written.
///
/// # Errors
/// When a figure cannot be drawn or a file cannot be written.
pub fn draw_steps(rows: &[StepRow], folder: &Path) -> Result<Vec<PathBuf>, Error> {
    write(&steps::figures(rows), folder)
}

fn write(figures: &[Figure], folder: &Path) -> Result<Vec<PathBuf>, Error> {
    if figures.is_empty() {
        return Ok(Vec::new());
    }
    let folder = folder.join(files::PLOTS);
    fs::create_dir_all(&folder).map_err(|error| Error::file(&folder, &error))?;
    let mut written = Vec::new();
    for figure in figures {
        written.push(output::svg(figure, &folder)?);
        written.push(output::png(figure, &folder)?);
    }
    Ok(written)
}
