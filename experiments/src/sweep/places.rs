//! How far a sweep has come, from its files alone.

use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::halving::count;
use super::{Point, Sweep};
use crate::cost::words;
use crate::error::Error;
use crate::records::{files, read_table, write_table};
use crate::share::{self, Gauges, Status};

/// `points.csv`: a place for a point on a rung.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Place {
    /// The rung, from 1; 1 for all where there is no halving.
    rung: usize,
    /// The point's name, which is its folder's; empty as long as it is not known who goes on.
    point: String,
    /// Its values.
    values: String,
    /// How much longer it takes than others of its kind: the length of the rung, 1 where there is no halving.
    length: f64,
}

impl Sweep {
    /// Writes the places of all rungs, with the points of those that are known.
    pub(super) fn lay_out(&self, root: &Path, known: &[Vec<Point>]) -> Result<(), Error> {
        let mut places = Vec::new();
        for (index, size) in self.sizes().into_iter().enumerate() {
            let length =
                self.halving.as_ref().map_or(1, |halving| count(halving.rungs[index].amount));
            for place in 0..size {
                let point = known.get(index).map(|points| &points[place]);
                places.push(Place {
                    rung: index + 1,
                    point: point.map(Point::name).unwrap_or_default(),
                    values: point.map(Point::label).unwrap_or_default(),
                    length: length as f64,
                });
            }
        }
        let path = root.join(files::POINTS_TABLE);
        std::fs::create_dir_all(root).map_err(|error| Error::file(root, &error))?;
        match read_table::<Place>(&path)? == places {
            true => Ok(()),
            false => write_table(&path, &places),
        }
    }
}

/// Whether a folder is that of a sweep.
pub(crate) fn is_sweep(root: &Path) -> bool {
    root.join(files::POINTS_TABLE).exists()
}

/// How far a sweep has come.
#[derive(Debug)]
pub(crate) struct Progress {
    places: Vec<(Place, Option<Status>)>,
}

impl Progress {
    /// Reads it.
    ///
    /// # Errors
    /// When a file cannot be read.
    pub(crate) fn read(root: &Path) -> Result<Self, Error> {
        let places: Vec<Place> = read_table(&root.join(files::POINTS_TABLE))?;
        let status = |place: Place| {
            let folder: PathBuf = root.join(files::POINTS).join(&place.point);
            let has_begun = !place.point.is_empty() && folder.join(files::PLAN).exists();
            let status = has_begun.then(|| share::status(&folder)).transpose()?;
            Ok((place, status))
        };
        let places = places.into_iter().map(status).collect::<Result<Vec<_>, Error>>()?;
        Ok(Self { places })
    }

    fn begun(&self) -> impl Iterator<Item = (&Place, &Status)> {
        self.places.iter().filter_map(|(place, status)| Some((place, status.as_ref()?)))
    }

    fn finished(&self) -> usize {
        self.begun().filter(|(_, status)| status.finished() == status.planned()).count()
    }

    /// Seconds of work that are left, on one core. A point that has no finished run yet is taken to take, for its
    /// length, as long as the mean of the others; `None` where there are no others.
    fn seconds_left(&self) -> Option<f64> {
        let measured = self.begun().filter_map(|(place, status)| {
            Some((place.length, status.seconds_spent() + status.seconds_left()?))
        });
        let (length, seconds) =
            measured.fold((0.0, 0.0), |(length, seconds), (l, s)| (length + l, seconds + s));
        if length == 0.0 {
            return None;
        }
        let left = self.places.iter().map(|(place, status)| {
            let own = status.as_ref().and_then(Status::seconds_left);
            own.unwrap_or(place.length * seconds / length)
        });
        Some(left.sum())
    }

    /// Processes at work, by how many runs at a time they do.
    fn jobs(&self) -> usize {
        self.begun().map(|(_, status)| status.jobs()).sum()
    }

    /// In words; `None` where nothing was measured yet.
    pub(crate) fn time_left(&self) -> Option<String> {
        let seconds = self.seconds_left()?;
        let time = |cores: usize| words(Duration::from_secs_f64(seconds / cores as f64));
        Some(match self.jobs() {
            0 => format!("{} on one core", time(1)),
            jobs => format!("about {} with {jobs} at a time", time(jobs)),
        })
    }

    /// As numbers, for machines.
    pub(crate) fn gauges(&self) -> Gauges {
        let mut all = Gauges { seconds_left: self.seconds_left(), ..Gauges::default() };
        for (_, status) in self.begun() {
            all.add(&Gauges::of(status));
        }
        let (begun, finished) = (self.begun().count(), self.finished());
        all.points = Some([finished, begun - finished, self.places.len() - begun]);
        all
    }

    /// As a table for people.
    pub(crate) fn text(&self) -> String {
        let gauges = self.gauges();
        let all = self.places.len();
        let (finished, begun) = (self.finished(), self.begun().count());
        let mut text = line("points", &format!("{finished} of {all} finished, {begun} begun"));
        let rungs = self.places.last().map_or(1, |(place, _)| place.rung);
        for rung in (1..=rungs).filter(|_| rungs > 1) {
            let here: Vec<_> = self.places.iter().filter(|(place, _)| place.rung == rung).collect();
            let done = here.iter().filter_map(|(_, status)| status.as_ref());
            let done = done.filter(|status| status.finished() == status.planned()).count();
            text += &line(&format!("rung {rung}"), &format!("{done} of {} points", here.len()));
        }
        let Gauges { finished: done, running, waiting, .. } = gauges;
        let runs = format!("{done} finished, {running} running, {waiting} waiting");
        text += &line("runs", &format!("{runs}, of the points that were begun"));
        let left = match self.time_left() {
            _ if finished == all => "none".to_owned(),
            None => "not known before the first run has finished".to_owned(),
            Some(time) => format!("{time}, if other points take as long as those that were begun"),
        };
        text += &line("time left", &left);
        for (place, status) in self.begun() {
            if status.finished() < status.planned() {
                let runs = format!("{} of {} runs", status.finished(), status.planned());
                text += &line(&place.point, &format!("{runs}, {}", place.values));
                text += &status.processes();
            }
        }
        text
    }
}

fn line(label: &str, value: &str) -> String {
    format!("{label:<16} {value}\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A point's folder with two runs of ten iterations, of which the first is finished, in so many seconds.
    fn point(root: &Path, name: &str, seconds: Option<u32>) {
        let folder = root.join(files::POINTS).join(name);
        std::fs::create_dir_all(&folder).unwrap();
        let plan = "run,method,scope,options,schedule,retraining,seed,repeat,needs,trainings,iterations\n\
                    a,dense,,,,train,1,1,,1,10\nb,sipp,global,,one-shot,fine-tune,1,1,a,1,10\n";
        std::fs::write(folder.join(files::PLAN), plan).unwrap();
        if let Some(seconds) = seconds {
            let row = crate::records::RunRow {
                run: "a".to_owned(),
                retraining: "train".to_owned(),
                status: "ok".to_owned(),
                seconds: f64::from(seconds),
                ..crate::records::RunRow::default()
            };
            write_table(&folder.join(files::RUNS), &[row]).unwrap();
        }
    }

    #[test]
    fn what_has_not_begun_is_taken_to_be_like_what_has() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path();
        assert!(!is_sweep(root));
        let place = |rung: usize, name: &str, length: f64| Place {
            rung,
            point: name.to_owned(),
            values: format!("x={name}"),
            length,
        };
        let places =
            [place(1, "p", 1.0), place(1, "q", 1.0), place(1, "r", 1.0), place(2, "", 3.0)];
        write_table(&root.join(files::POINTS_TABLE), &places).unwrap();
        assert!(is_sweep(root));
        let text = Progress::read(root).unwrap().text();
        assert!(text.contains("not known before"), "{text}");
        // One run of 20 seconds is done, and another of as many iterations to come.
        point(root, "p", Some(20));
        point(root, "q", None);
        let progress = Progress::read(root).unwrap();
        // 20 seconds of p, 40 of q, 40 of r, three times 40 of whoever goes on.
        assert_eq!(progress.seconds_left(), Some(20.0 + 40.0 + 40.0 + 120.0));
        assert_eq!(progress.gauges().points, Some([0, 2, 2]));
        let text = progress.text();
        for part in [
            "0 of 4 finished, 2 begun",
            "rung 2           0 of 1 points",
            "1 finished, 0 running, 3 waiting",
            "1 of 2 runs, x=p",
        ] {
            assert!(text.contains(part), "{part}: {text}");
        }
    }
}
