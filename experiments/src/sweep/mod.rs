//! Many experiments from one file: every combination of some values, values that go together, values that are
//! drawn, each point with a results folder of its own; all of them to the end, or rung by rung.

mod describe;
mod draw;
mod effects;
mod halving;
mod places;
mod points;
mod raw;
mod report;
mod table;

use std::path::{Path, PathBuf};

use crate::config::{self, Overrides};
use crate::error::{Error, Problem};
use crate::records::{CurveRow, files};
use crate::run::{self, Options, Part, Prepared};
use crate::share;
use effects::kind_of;
use halving::Halving;
pub(crate) use places::{Progress, is_sweep};
pub(crate) use points::Point;

/// A sweep, with every point known to be a valid experiment.
#[derive(Debug)]
pub(crate) struct Sweep {
    /// Its name, which is also its folder's.
    pub(crate) name: String,
    config: PathBuf,
    overrides: Overrides,
    points: Vec<Point>,
    halving: Option<Halving>,
}

/// Reads `[sweep]`, lays out its points, and checks every one of them.
///
/// # Errors
/// When the file has no sweep, or it or a point is not valid.
pub(crate) fn read(config: &Path, overrides: Overrides) -> Result<Sweep, Error> {
    let overrides = Overrides { is_of_sweep: true, ..overrides };
    let (points, halving) = points::read(config)?;
    let config_path = config.to_owned();
    let mut sweep = Sweep { name: String::new(), config: config_path, overrides, points, halving };
    // What holds with the least and with the most holds between them.
    let last = sweep.rungs() - 1;
    let ends: &[usize] = if last == 0 { &[0] } else { &[0, last] };
    for rung in ends {
        for point in &sweep.points {
            let experiment = config::read(config, &sweep.overrides_of(&sweep.on(point, *rung)))?;
            sweep.name = experiment.name;
        }
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
        let prepared = run::prepare(config::read(&self.config, &self.overrides_of(point))?)?;
        self.check_by(&prepared)?;
        Ok(prepared)
    }

    /// Every point has the curve that decides who goes on.
    fn check_by(&self, prepared: &Prepared) -> Result<(), Error> {
        let Some(by) = self.halving.as_ref().and_then(|halving| halving.by.as_ref()) else {
            return Ok(());
        };
        let mut kinds: Vec<String> = prepared.runs.iter().map(|run| kind_of(run.kind)).collect();
        kinds.dedup();
        if kinds.contains(by) {
            return Ok(());
        }
        let message = format!("\"{by}\"; expected one of \"{}\"", kinds.join("\", \""));
        let problems = vec![Problem::new("sweep.halving.by", message)];
        Err(Error::Config { origin: self.config.display().to_string(), problems })
    }

    /// Rungs; one, where all points are done to the end.
    fn rungs(&self) -> usize {
        self.halving.as_ref().map_or(1, |halving| halving.rungs.len())
    }

    /// A point as it is on a rung.
    fn on(&self, point: &Point, rung: usize) -> Point {
        self.halving.as_ref().map_or_else(|| point.clone(), |halving| halving.on(point, rung))
    }

    /// How many points there are on each rung.
    fn sizes(&self) -> Vec<usize> {
        match &self.halving {
            None => vec![self.points.len()],
            Some(halving) => halving.rungs.iter().map(|rung| rung.points).collect(),
        }
    }

    /// Where a point's results go.
    fn folder(root: &Path, point: &Point) -> PathBuf {
        root.join(files::POINTS).join(point.name())
    }

    /// Runs what is not finished of every point, one after the other, and puts the results together. The text
    /// of what came out.
    pub(crate) fn run(&self, options: &Options) -> Result<String, Error> {
        let rungs = self.climb(&options.folder, |points, rung| {
            for (number, point) in points.iter().enumerate() {
                let title = self.tell(&options.folder, (rung, number, points.len()), point);
                let folder = Self::folder(&options.folder, point);
                std::fs::create_dir_all(&folder).map_err(|error| Error::file(&folder, &error))?;
                let options = Options { folder, title, ..options.clone() };
                run::execute(&self.prepare(point)?, &options)?;
            }
            Ok(())
        })?;
        self.report(&options.folder, &rungs)
    }

    /// Takes part in every point beside other processes: first whatever can be done at once, then what has to
    /// be waited for.
    pub(crate) fn take_part(&self, options: &Options, part: &Part) -> Result<(), Error> {
        let rungs = self.climb(&options.folder, |points, rung| {
            for waits in [false, true] {
                for (number, point) in points.iter().enumerate() {
                    let title = self.tell(&options.folder, (rung, number, points.len()), point);
                    let folder = Self::folder(&options.folder, point);
                    let options = Options { folder, title, ..options.clone() };
                    let part = Part { waits, ..part.clone() };
                    run::take_part(self.prepare(point)?, &options, &part)?;
                }
            }
            Ok(())
        });
        rungs.map(|_| ())
    }

    /// Goes from rung to rung: `work` does all points of one. The points of each.
    fn climb(
        &self,
        root: &Path,
        work: impl Fn(&[Point], usize) -> Result<(), Error>,
    ) -> Result<Vec<Vec<Point>>, Error> {
        let mut left: Vec<&Point> = self.points.iter().collect();
        let mut rungs: Vec<Vec<Point>> = Vec::new();
        for rung in 0..self.rungs() {
            rungs.push(left.iter().map(|point| self.on(point, rung)).collect());
            self.lay_out(root, &rungs)?;
            work(&rungs[rung], rung)?;
            if let Some(halving) = self.halving.as_ref().filter(|_| rung + 1 < self.rungs()) {
                let scores = rungs[rung].iter().map(|point| Ok(halving.score(&rows(root, point)?)));
                let scores = scores.collect::<Result<Vec<_>, Error>>()?;
                left = halving.best(&scores, rung).into_iter().map(|index| left[index]).collect();
            }
        }
        Ok(rungs)
    }

    /// Says which point comes now, and in short.
    fn tell(
        &self,
        root: &Path,
        (rung, number, points): (usize, usize, usize),
        point: &Point,
    ) -> String {
        let of_rungs = match self.rungs() {
            1 => String::new(),
            rungs => format!(" on rung {} of {rungs}", rung + 1),
        };
        let short = format!("point {} of {points}{of_rungs}", number + 1);
        // What is not known yet is not said.
        let left = Progress::read(root).ok().and_then(|progress| progress.time_left());
        let left = left.map_or_else(String::new, |left| format!("; {left} left for all of them"));
        tracing::info!("{short}: {}{left}", point.label());
        short
    }
}

/// The rows of a point's finished runs, whoever has done them.
fn rows(root: &Path, point: &Point) -> Result<Vec<CurveRow>, Error> {
    share::finished_rows(&Sweep::folder(root, point))
}
