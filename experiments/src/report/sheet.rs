//! A table whose columns are not known beforehand.

use std::collections::BTreeMap;
use std::io::ErrorKind;
use std::path::Path;

use super::model::{Cell, Table};
use super::words::brief;
use crate::error::Error;
use crate::statistics::Sample;

/// Names and records of a CSV file.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Sheet {
    pub(super) columns: Vec<String>,
    pub(super) records: Vec<Vec<String>>,
}

/// Columns that tell the seeds of one network apart, or are the same in all rows of an experiment.
const OF_A_RUN: [&str; 6] = ["run", "experiment", "dataset", "network", "seed", "repeat"];
/// How the names of other seeds end.
const SEED: &str = "_seed";

impl Sheet {
    /// Reads a file; `None` where there is none, or it has no rows.
    pub(super) fn read(path: &Path) -> Result<Option<Self>, Error> {
        let bytes = match std::fs::read(path) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(Error::file(path, &error)),
        };
        let foreign = |error: csv::Error| Error::File {
            path: path.to_owned(),
            problem: format!("not a table ({error}); move the file away to report without it"),
        };
        let mut reader = csv::Reader::from_reader(&*bytes);
        let fields = |record: &csv::StringRecord| record.iter().map(str::to_owned).collect();
        let columns = fields(reader.headers().map_err(foreign)?);
        let records: Result<Vec<_>, _> =
            reader.records().map(|record| record.map(|record| fields(&record))).collect();
        let sheet = Self { columns, records: records.map_err(foreign)? };
        Ok((!sheet.records.is_empty()).then_some(sheet))
    }

    /// Without some columns.
    pub(super) fn without(&self, columns: &[&str]) -> Self {
        let kept: Vec<usize> =
            (0..self.columns.len()).filter(|&k| !columns.contains(&&*self.columns[k])).collect();
        let pick = |record: &Vec<String>| kept.iter().map(|&k| record[k].clone()).collect();
        Self { columns: pick(&self.columns), records: self.records.iter().map(pick).collect() }
    }

    /// Every record as it stands.
    pub(super) fn table(&self, caption: &str) -> Table {
        let cell = |field: &String| match field.parse::<f64>() {
            Ok(value) if value.is_finite() => Cell::number(value, field.clone()),
            _ => Cell::text(field.clone()),
        };
        let rows = self.records.iter().map(|record| record.iter().map(cell).collect());
        Table::new(caption, self.columns.clone(), rows)
    }

    /// Means over the seeds: a row for each setting of the other columns. What a column is, is told by
    /// `is_label` or by its fields: those of a value are numbers.
    pub(super) fn means(&self, caption: &str, is_label: impl Fn(&str) -> bool) -> Table {
        let is_value = |k: usize| {
            let filled = || self.records.iter().map(|record| &record[k]).filter(|f| !f.is_empty());
            filled().next().is_some() && filled().all(|field| field.parse::<f64>().is_ok())
        };
        let of_a_run = |name: &str| OF_A_RUN.contains(&name) || name.ends_with(SEED);
        let shown: Vec<usize> =
            (0..self.columns.len()).filter(|&k| !of_a_run(&self.columns[k])).collect();
        let (values, labels): (Vec<usize>, Vec<usize>) =
            shown.into_iter().partition(|&k| !is_label(&self.columns[k]) && is_value(k));
        // In the order of their first appearance.
        let mut groups: Vec<Vec<&Vec<String>>> = Vec::new();
        let mut places: BTreeMap<Vec<&str>, usize> = BTreeMap::new();
        for record in &self.records {
            let key: Vec<&str> = labels.iter().map(|&k| record[k].as_str()).collect();
            let place = *places.entry(key).or_insert(groups.len());
            if place == groups.len() {
                groups.push(Vec::new());
            }
            groups[place].push(record);
        }
        let row = |records: &Vec<&Vec<String>>| {
            let label = |&k: &usize| {
                let field = records[0][k].clone();
                match field.parse::<f64>() {
                    Ok(value) => Cell::number(value, field),
                    Err(_) => Cell::text(field),
                }
            };
            let value = |&k: &usize| {
                let numbers = records.iter().filter_map(|record| record[k].parse::<f64>().ok());
                Cell::maybe(Sample::new((0..).zip(numbers)).mean(), brief)
            };
            let rows = Cell::number(records.len() as f64, records.len().to_string());
            labels.iter().map(label).chain([rows]).chain(values.iter().map(value)).collect()
        };
        let name = |k: &usize| self.columns[*k].clone();
        let columns =
            labels.iter().map(name).chain(["n".to_owned()]).chain(values.iter().map(name));
        Table::new(caption, columns, groups.iter().map(row)).without_empty_columns()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sheet(text: &str) -> Sheet {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("t.csv");
        assert_eq!(Sheet::read(&path).unwrap(), None);
        std::fs::write(&path, text).unwrap();
        Sheet::read(&path).unwrap().unwrap()
    }

    fn texts(table: &Table) -> Vec<Vec<&str>> {
        table.rows.iter().map(|row| row.iter().map(|cell| cell.text.as_str()).collect()).collect()
    }

    #[test]
    fn seeds_become_means_and_unknown_columns_are_kept() {
        let sheet = sheet(
            "run,seed,method,severity,test_accuracy,remark\n\
             a,1,sipp,1,0.5,\nb,2,sipp,1,0.7,\na,1,sipp,2,0.25,\nc,1,obs,1,,late\n",
        );
        let table = sheet.means("t", |column| column == "severity");
        assert_eq!(table.columns, ["method", "severity", "remark", "n", "test_accuracy"]);
        assert_eq!(
            texts(&table),
            [
                ["sipp", "1", "–", "2", "0.600"],
                ["sipp", "2", "–", "1", "0.250"],
                ["obs", "1", "late", "1", "–"]
            ]
        );
    }

    #[test]
    fn a_table_has_the_fields_as_they_stand() {
        let table = sheet("finding,found\nearlier,0.380\n\"a, b\",none\n").table("t");
        assert_eq!(texts(&table), [["earlier", "0.380"], ["a, b", "none"]]);
        assert_eq!(table.rows[0][1].value, Some(0.38));
    }
}
