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
mod curves;
mod density_axis;
mod errors;
mod figure;
mod figures;
#[cfg(test)]
mod fixtures;
mod groups;
mod key;
mod layout;
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
#[cfg(test)]
mod tests;
mod text;
mod value_axis;

use std::fs;
use std::path::{Path, PathBuf};

use crate::error::Error;
use crate::records::{CurveRow, SpeedRow, files};
pub use bars::Bars;
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

/// Draws how fast small networks are into `folder/plots/speed.svg` and `.png`; returns the paths
/// written. The same rows always give the same bytes; rows of dense networks alone give no figure.
///
/// # Errors
/// When the figure cannot be drawn or a file cannot be written.
pub fn draw_speed(rows: &[SpeedRow], folder: &Path) -> Result<Vec<PathBuf>, Error> {
    write(speed::speed(rows).as_slice(), folder)
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
