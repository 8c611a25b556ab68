//! Many experiments from one file: every combination of some values, values that go together, values that are
//! drawn, each point with a results folder of its own.

mod draw;
mod effects;
mod points;
mod raw;
mod table;

use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::config::{self, Overrides};
use crate::cost::{self, words};
use crate::error::Error;
use crate::records::{CurveRow, files, read_table, write_atomically};
use crate::run::{self, Options, Part, Prepared};
pub(crate) use points::Point;

/// A sweep, with every point known to be a valid experiment.
#[derive(Debug)]
pub(crate) struct Sweep {
    /// Its name, which is also its folder's.
    pub(crate) name: String,
    config: PathBuf,
    overrides: Overrides,
    points: Vec<Point>,
}

/// Reads `[sweep]`, lays out its points, and checks every one of them.
///
/// # Errors
/// When the file has no sweep, or it or a point is not valid.
pub(crate) fn read(config: &Path, overrides: Overrides) -> Result<Sweep, Error> {
    let overrides = Overrides { is_of_sweep: true, ..overrides };
    let points = points::read(config)?;
    let mut sweep = Sweep { name: String::new(), config: config.to_owned(), overrides, points };
    for point in &sweep.points {
        let experiment = config::read(config, &sweep.overrides_of(point))?;
        sweep.name = experiment.name;
    }
    Ok(sweep)
}

impl Sweep {
    fn overrides_of(&self, point: &Point) -> Overrides {
        let mut overrides = self.overrides.clone();
        overrides.set.extend(point.settings());
        overrides
    }

    fn prepare(&self, point: &Point) -> Result<Prepared, Error> {
        run::prepare(config::read(&self.config, &self.overrides_of(point))?)
    }

    /// Where a point's results go.
    fn folder(root: &Path, point: &Point) -> PathBuf {
        root.join(files::POINTS).join(point.name())
    }

    /// The points, and what all of it costs on this machine, by a few measured steps of each.
    pub(crate) fn describe(&self, jobs: usize) -> Result<String, Error> {
        let mut text = String::new();
        let (mut runs, mut iterations, mut seconds) = (0, 0, 0.0);
        for point in &self.points {
            let prepared = self.prepare(point)?;
            let cost = cost::measured(&prepared);
            let time = words(Duration::from_secs_f64(cost.seconds / jobs as f64));
            let _ = writeln!(
                text,
                "{} {}: {} runs, {time}",
                point.name(),
                point.label(),
                prepared.runs.len()
            );
            runs += prepared.runs.len();
            iterations += cost.iterations;
            seconds += cost.seconds;
        }
        let hours = seconds / jobs as f64 / 3600.0;
        let _ = writeln!(
            text,
            "{} points, {runs} runs, {iterations} iterations; about {hours:.2} hours with {jobs} at a time, by \
             measured steps (evaluations come on top, dense networks that points share are counted for each)",
            self.points.len()
        );
        Ok(text)
    }

    /// Runs what is not finished of every point, one after the other, and puts the results together. The text
    /// of what came out.
    pub(crate) fn run(&self, options: &Options) -> Result<String, Error> {
        for (number, point) in self.points.iter().enumerate() {
            self.tell(number, point);
            let folder = Self::folder(&options.folder, point);
            std::fs::create_dir_all(&folder).map_err(|error| Error::file(&folder, &error))?;
            run::execute(&self.prepare(point)?, &Options { folder, ..options.clone() })?;
        }
        self.report(&options.folder)
    }

    /// Takes part in every point beside other processes: first whatever can be done at once, then what has to
    /// be waited for.
    pub(crate) fn take_part(&self, options: &Options, part: &Part) -> Result<(), Error> {
        for waits in [false, true] {
            for (number, point) in self.points.iter().enumerate() {
                self.tell(number, point);
                let folder = Self::folder(&options.folder, point);
                let options = Options { folder, ..options.clone() };
                let part = Part { waits, ..part.clone() };
                run::take_part(self.prepare(point)?, &options, &part)?;
            }
        }
        Ok(())
    }

    fn tell(&self, number: usize, point: &Point) {
        tracing::info!("point {} of {}: {}", number + 1, self.points.len(), point.label());
    }

    /// Writes the table of all points and what it says.
    fn report(&self, root: &Path) -> Result<String, Error> {
        let curves = |point: &Point| Self::folder(root, point).join(files::CURVES);
        table::write(&root.join(files::SWEEP), &self.points, curves)?;
        let rows = self.points.iter().map(|point| read_table::<CurveRow>(&curves(point)));
        let rows = rows.collect::<Result<Vec<_>, _>>()?;
        let text = effects::text(&self.points, &rows);
        write_atomically(&root.join(files::SUMMARY), text.as_bytes())?;
        Ok(text)
    }
}
