use std::path::{Path, PathBuf};

use csv::{Reader, StringRecord, Writer};

use super::Point;
use crate::error::Error;
use crate::records::write_atomically;

/// Writes the rows of all points' `curves.csv`, each with the point's name, its rung from 1 where there are several
/// and the swept values before it.
pub(super) fn write(
    path: &Path,
    rungs: &[Vec<Point>],
    curves: impl Fn(&Point) -> PathBuf,
) -> Result<(), Error> {
    let keys = keys(rungs.iter().flatten());
    let has_rungs = rungs.len() > 1;
    let mut text = Writer::from_writer(Vec::new());
    let mut has_header = false;
    let points =
        rungs.iter().zip(1..).flat_map(|(points, rung)| points.iter().map(move |p| (rung, p)));
    for (rung, point) in points {
        let rung = has_rungs.then(|| rung.to_string());
        let own = curves(point);
        let failed = |error: csv::Error| Error::file(&own, &error.into());
        let mut reader = Reader::from_path(&own).map_err(failed)?;
        if !has_header {
            let columns = ["point"].into_iter().chain(rung.is_some().then_some("rung"));
            let columns = columns.chain(keys.iter().copied());
            let header: StringRecord =
                columns.chain(reader.headers().map_err(failed)?.iter()).collect();
            text.write_record(&header).map_err(failed)?;
            has_header = true;
        }
        let values = std::iter::once(point.name()).chain(rung);
        let values = values.chain(keys.iter().map(|key| point.text(key)));
        let values: Vec<String> = values.collect();
        for row in reader.records() {
            let row = row.map_err(failed)?;
            text.write_record(values.iter().map(String::as_str).chain(row.iter()))
                .map_err(failed)?;
        }
    }
    let bytes = text.into_inner().map_err(|error| Error::file(path, error.error()))?;
    write_atomically(path, &bytes)
}

/// The keys of all points, in the order in which they first stand in one.
pub(super) fn keys<'a>(points: impl IntoIterator<Item = &'a Point>) -> Vec<&'a str> {
    let mut keys = Vec::new();
    for key in points.into_iter().flat_map(Point::keys) {
        if !keys.contains(&key) {
            keys.push(key);
        }
    }
    keys
}
