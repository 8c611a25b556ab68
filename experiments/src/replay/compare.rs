use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use csv::StringRecord;

use crate::error::Error;
use crate::records::files;

/// Lines of a CSV file under its header.
struct Lines {
    header: StringRecord,
    lines: Vec<StringRecord>,
}

/// Whether a column holds wall-clock times, or ratios of them.
fn is_measured(column: &str) -> bool {
    column.starts_with("seconds") || column.ends_with("_speed_up")
}

/// Compares all that two folders say of a run, as text: numbers are written with all their digits. What was
/// compared, in words.
pub(super) fn compare(run: &str, before: &Path, now: &Path) -> Result<String, Error> {
    let tables = [
        files::RUNS,
        files::CURVES,
        files::LAYERS,
        files::HISTORY,
        files::CORRUPTIONS,
        files::STABILITY,
        files::CERTIFICATES,
    ];
    let sides = files::sides(Path::new(""), run);
    let (mut rows, mut values) = (0, 0);
    let mut new_columns = BTreeSet::new();
    for table in tables.map(PathBuf::from).iter().chain([&sides]) {
        let old = Lines::read(&before.join(table), run)?;
        let new = Lines::read(&now.join(table), run)?;
        let differs = |problem: String| Error::Differs {
            run: run.to_owned(),
            problem: format!("{}: {problem}", table.display()),
        };
        values += old.compare(&new).map_err(differs)?;
        rows += old.lines.len();
        let unknown = |name: &&str| !old.lines.is_empty() && old.column(name).is_none();
        new_columns.extend(new.header.iter().filter(unknown).map(str::to_owned));
    }
    let new_columns: Vec<String> = new_columns.into_iter().collect();
    let unknown = match new_columns.is_empty() {
        true => String::new(),
        false => format!("; not in the earlier rows: {}", new_columns.join(", ")),
    };
    Ok(format!("{run}: {rows} rows and {values} values are the same, bit for bit{unknown}\n"))
}

impl Lines {
    /// The lines of the run, or all where they do not name one; none where there is no file.
    fn read(path: &Path, run: &str) -> Result<Self, Error> {
        if !path.exists() {
            return Ok(Self { header: StringRecord::new(), lines: Vec::new() });
        }
        let read = || -> Result<Self, csv::Error> {
            let mut reader = csv::Reader::from_path(path)?;
            let header = reader.headers()?.clone();
            let lines = reader.records().collect::<Result<Vec<_>, _>>()?;
            let mut all = Self { header, lines };
            if let Some(column) = all.column("run") {
                all.lines.retain(|line| &line[column] == run);
            }
            Ok(all)
        };
        read().map_err(|error| Error::file(path, &error.into()))
    }

    fn column(&self, name: &str) -> Option<usize> {
        self.header.iter().position(|column| column == name)
    }

    /// How many values are the same, in the columns that these lines have; what the first is that is not.
    fn compare(&self, new: &Self) -> Result<usize, String> {
        if self.lines.len() != new.lines.len() {
            return Err(format!("{} rows before, {} now", self.lines.len(), new.lines.len()));
        }
        // Times are never the same, and who computed it is no result.
        let counts =
            |name: &str| !is_measured(name) && !["version", "cpu", "adapter"].contains(&name);
        let columns: Vec<(usize, &str)> =
            self.header.iter().enumerate().filter(|(_, name)| counts(name)).collect();
        for (row, (old, new_line)) in self.lines.iter().zip(&new.lines).enumerate() {
            for &(column, name) in &columns {
                let now = new.column(name).and_then(|column| new_line.get(column));
                let now = now.ok_or_else(|| format!("column {name} is gone"))?;
                let before = &old[column];
                if before != now {
                    return Err(format!("row {}, {name}: {before} before, {now} now", row + 1));
                }
            }
        }
        Ok(self.lines.len() * columns.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder(curves: &str) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("curves.csv"), curves).unwrap();
        folder
    }

    fn compared(before: &str, now: &str) -> String {
        let (before, now) = (folder(before), folder(now));
        match compare("a", before.path(), now.path()) {
            Ok(text) => text,
            Err(error) => error.to_string(),
        }
    }

    #[test]
    fn rows_of_the_run_in_the_columns_that_were_there() {
        let old =
            "run,loss,seconds_train,train_speed_up,version\nb,9,1,1,1\na,0.1,2,1,1\na,0.2,3,2,1\n";
        let new =
            "run,loss,churn,seconds_train,train_speed_up,version\na,0.1,5,7,3,2\na,0.2,5,8,4,2\n";
        let found = compared(old, new);
        assert!(
            found.contains("2 rows and 4 values") && found.ends_with("rows: churn\n"),
            "{found}"
        );
        let found = compared(old, &new.replace("0.2", "0.20000000000000001"));
        assert!(found.contains("curves.csv: row 2, loss: 0.2 before, 0.20000000000000001 now"));
        assert!(compared(old, "run,loss\na,0.1\n").contains("2 rows before, 1 now"));
        assert!(compared(old, "run\na\na\n").contains("column loss is gone"));
    }
}
