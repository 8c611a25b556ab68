//! What is made of a results folder once its rows are there.

use std::path::Path;

use super::print;
use crate::compare::Comparison;
use crate::config;
use crate::error::Error;
use crate::plot::Bars;
use crate::records::{CurveRow, SpeedRow, files, read_table, write_atomically};
use crate::verdict::Verdicts;
use crate::{plot, summary};

/// Draws plots and summary, and judges, from the rows on disk. Bars are those given or else the configuration's.
pub(super) fn redraw(folder: &Path, bars: Option<Bars>) -> Result<(), Error> {
    let speeds: Vec<SpeedRow> = read_table(&folder.join(files::SPEED))?;
    let drawn = plot::draw_speed(&speeds, folder)?;
    if !drawn.is_empty() && !folder.join(files::CURVES).exists() {
        return Ok(());
    }
    let rows = rows(folder)?;
    let margin = config::margin(&folder.join(files::CONFIG))?;
    let verdicts = Verdicts::of(&rows, margin);
    verdicts.write(folder)?;
    let text = summary::summary(&rows, margin) + &verdicts.text();
    write_atomically(&folder.join(files::SUMMARY), text.as_bytes())?;
    let bars = bars.map_or_else(|| config::bars(&folder.join(files::CONFIG)), Ok)?;
    let plots = plot::draw(&rows, bars, folder)?;
    print(&text);
    tracing::info!("{} plots in {}", plots.len(), folder.join(files::PLOTS).display());
    Ok(())
}

/// Judges the rows on disk, by the margin given or else the configuration's.
pub(super) fn judge(folder: &Path, margin: Option<f64>) -> Result<(), Error> {
    let margin = match margin {
        Some(margin) if (0.0..=100.0).contains(&margin) => margin,
        Some(margin) => {
            let problem =
                format!("--margin {margin}; expected points of test accuracy, such as 0.5");
            return Err(Error::Usage(problem));
        }
        None => config::margin(&folder.join(files::CONFIG))?,
    };
    let verdicts = Verdicts::of(&rows(folder)?, margin);
    verdicts.write(folder)?;
    print(&verdicts.text());
    Ok(())
}

/// Sets the rows on disk beside the findings of a reference.
pub(super) fn compare(folder: &Path, with: &str) -> Result<(), Error> {
    let comparison = Comparison::of(&rows(folder)?, with)?;
    comparison.write(folder)?;
    print(&comparison.text());
    Ok(())
}

fn rows(folder: &Path) -> Result<Vec<CurveRow>, Error> {
    let path = folder.join(files::CURVES);
    let rows: Vec<CurveRow> = read_table(&path)?;
    if rows.is_empty() {
        let problem = "no rows; expected the folder of an experiment that has run".to_owned();
        return Err(Error::File { path, problem });
    }
    Ok(rows)
}
