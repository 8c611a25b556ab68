//! What is made of a results folder once its rows are there.

use std::path::Path;

use super::print;
use crate::compare::Comparison;
use crate::config;
use crate::error::Error;
use crate::plot::Bars;
use crate::records::{
    CorruptionRow, CurveRow, SpeedRow, StabilityRow, StepRow, files, read_table, write_atomically,
    write_table,
};
use crate::verdict::Verdicts;
use crate::{plot, report, summary};

/// Draws plots and summary, and judges, from the rows on disk. Bars are those given or else the configuration's.
pub(super) fn redraw(folder: &Path, bars: Option<Bars>) -> Result<(), Error> {
    let speeds: Vec<SpeedRow> = read_table(&folder.join(files::SPEED))?;
    let drawn = plot::draw_speed(&speeds, folder)?;
    let steps: Vec<StepRow> = read_table(&folder.join(files::STEPS))?;
    let drawn = [drawn, plot::draw_steps(&steps, folder)?].concat();
    if !drawn.is_empty() && !folder.join(files::CURVES).exists() {
        return Ok(());
    }
    let rows = rows(folder)?;
    let margin = config::margin(&folder.join(files::CONFIG))?;
    let corruptions = corruptions(folder)?;
    let verdicts = Verdicts::of(&rows, margin).with_corruptions(&rows, &corruptions);
    verdicts.write(folder)?;
    write_table(&folder.join(files::MEANS), &summary::means(&rows))?;
    let text = summary::summary(&rows, margin) + &verdicts.text();
    write_atomically(&folder.join(files::SUMMARY), text.as_bytes())?;
    let bars = bars.map_or_else(|| config::bars(&folder.join(files::CONFIG)), Ok)?;
    let mut plots = plot::draw(&rows, bars, folder)?;
    plots.extend(plot::draw_corruptions(&rows, &corruptions, bars, folder)?);
    let stability: Vec<StabilityRow> = read_table(&folder.join(files::STABILITY))?;
    plots.extend(plot::draw_stability(&stability, bars, folder)?);
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
    let rows = rows(folder)?;
    let verdicts = Verdicts::of(&rows, margin).with_corruptions(&rows, &corruptions(folder)?);
    verdicts.write(folder)?;
    print(&verdicts.text());
    Ok(())
}

/// What was measured under corruptions; nothing, where that was not asked for.
fn corruptions(folder: &Path) -> Result<Vec<CorruptionRow>, Error> {
    read_table(&folder.join(files::CORRUPTIONS))
}

/// Writes the report from the tables on disk.
pub(super) fn report(folder: &Path) -> Result<(), Error> {
    report::write(folder)?;
    let page = folder.join(files::REPORT_PAGE);
    tracing::info!("report in {} and {}", page.display(), files::REPORT_TEXT);
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
