use std::path::Path;

use toml::{Table, Value};

use super::draw::Draw;
use super::halving::Halving;
use super::raw::{Raw, When, flat};
use crate::config;
use crate::digest::digest;
use crate::error::{Error, Problem};

/// Keys with their values, in the order of the sweep.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Point(Vec<(String, Value)>);

/// More are a slip of the pen.
const MOST: usize = 100_000;

impl Point {
    /// A hash of its values: it stays as the sweep grows.
    pub(crate) fn name(&self) -> String {
        digest(self.settings().join("\n"), 4)
    }

    /// As `--set` takes them.
    pub(crate) fn settings(&self) -> Vec<String> {
        self.0.iter().map(|(key, value)| format!("{key}={value}")).collect()
    }

    /// For people.
    pub(crate) fn label(&self) -> String {
        self.0
            .iter()
            .map(|(key, value)| format!("{key}={}", plain(value)))
            .collect::<Vec<_>>()
            .join(" ")
    }

    /// The value of a key as it stands in tables; empty where the point has none.
    pub(crate) fn text(&self, key: &str) -> String {
        self.value(key).map(plain).unwrap_or_default()
    }

    /// Its keys.
    pub(crate) fn keys(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|(key, _)| key.as_str())
    }

    /// The same with another value of a key, or one key more.
    pub(super) fn with(&self, key: &str, value: Value) -> Self {
        let mut point = self.clone();
        point.set(key, &value);
        point
    }

    /// The same without a key.
    pub(super) fn without(&self, key: &str) -> Self {
        Self(self.0.iter().filter(|(other, _)| other != key).cloned().collect())
    }

    fn value(&self, key: &str) -> Option<&Value> {
        self.0.iter().find(|(other, _)| other == key).map(|(_, value)| value)
    }

    fn set(&mut self, key: &str, value: &Value) {
        match self.0.iter_mut().find(|(other, _)| other == key) {
            Some((_, old)) => *old = value.clone(),
            None => self.0.push((key.to_owned(), value.clone())),
        }
    }
}

fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// The points of the `[sweep]` of a file, and how they are thinned out.
///
/// # Errors
/// When it has none, or it is not valid.
pub(super) fn read(path: &Path) -> Result<(Vec<Point>, Option<Halving>), Error> {
    let rejected = |problems| Error::Config { origin: path.display().to_string(), problems };
    let Some(section) = config::section(path, "sweep")? else {
        let problem = "none in this file; expected a section with grid, zip or random";
        return Err(rejected(vec![Problem::new("sweep", problem)]));
    };
    let raw: Raw = section.try_into().map_err(|error: toml::de::Error| {
        rejected(vec![Problem::new("sweep", error.message().replace('\n', " "))])
    })?;
    let all = || {
        let points = points(&raw)?;
        let halving = raw.halving.as_ref().map(|raw| Halving::new(raw, &points)).transpose()?;
        Ok((points, halving))
    };
    all().map_err(|(key, problem): Wrong| {
        rejected(vec![Problem::new(&format!("sweep.{key}"), problem)])
    })
}

/// Where something is wrong, and what.
type Wrong = (String, String);

fn points(raw: &Raw) -> Result<Vec<Point>, Wrong> {
    let mut points = vec![Point(Vec::new())];
    for (key, values) in lists(&raw.grid, "grid")? {
        if points.len() * values.len() > MOST {
            return Err(("grid".to_owned(), format!("more than {MOST} points")));
        }
        let with = |point: &Point| -> Vec<Point> {
            values.iter().map(|value| with(point, [(&key, value)])).collect()
        };
        points = points.iter().flat_map(with).collect();
    }
    points = zipped(&points, &lists(&raw.zip, "zip")?)?;
    points = drawn(&points, raw)?;
    let mut kept: Vec<Point> = Vec::new();
    for mut point in points {
        // Two that became the same by what follows from their values are one.
        if follow(&raw.when, &mut point)? && !kept.contains(&point) {
            kept.push(point);
        }
    }
    match kept.first() {
        Some(Point(values)) if !values.is_empty() => Ok(kept),
        _ => {
            Err(("grid".to_owned(), "no points; expected values in grid, zip or random".to_owned()))
        }
    }
}

fn with<'a>(point: &Point, values: impl IntoIterator<Item = (&'a String, &'a Value)>) -> Point {
    let mut point = point.clone();
    values.into_iter().for_each(|(key, value)| point.set(key, value));
    point
}

fn lists(table: &Table, section: &str) -> Result<Vec<(String, Vec<Value>)>, Wrong> {
    let list = |(key, value): (String, Value)| match value {
        Value::Array(values) if !values.is_empty() => Ok((key, values)),
        other => Err((format!("{section}.{key}"), format!("{other}; expected a list of values"))),
    };
    flat(table).into_iter().map(list).collect()
}

fn zipped(points: &[Point], lists: &[(String, Vec<Value>)]) -> Result<Vec<Point>, Wrong> {
    let Some((first, values)) = lists.first() else { return Ok(points.to_vec()) };
    if let Some((key, other)) = lists.iter().find(|(_, other)| other.len() != values.len()) {
        let problem =
            format!("{} values, and {first} has {}; expected as many", other.len(), values.len());
        return Err((format!("zip.{key}"), problem));
    }
    let rows = |point: &Point| -> Vec<Point> {
        let row = |k: usize| with(point, lists.iter().map(|(key, values)| (key, &values[k])));
        (0..values.len()).map(row).collect()
    };
    Ok(points.iter().flat_map(rows).collect())
}

fn drawn(points: &[Point], raw: &Raw) -> Result<Vec<Point>, Wrong> {
    let draws = flat(&raw.random).into_iter().map(|(key, value)| {
        Draw::read(&value)
            .map_err(|problem| (format!("random.{key}"), problem))
            .map(|draw| (key, draw))
    });
    let draws: Vec<(String, Draw)> = draws.collect::<Result<_, _>>()?;
    let samples = match (draws.is_empty(), raw.samples) {
        (true, None) => return Ok(points.to_vec()),
        (false, Some(samples)) if (1..=MOST / points.len()).contains(&samples) => samples,
        (_, samples) => {
            let found = samples.map_or("none".to_owned(), |samples| samples.to_string());
            let problem = format!("{found}; expected how often to draw, beside [sweep.random]");
            return Err(("samples".to_owned(), problem));
        }
    };
    let rows = |point: &Point| -> Vec<Point> {
        let row = |number: usize| {
            let values: Vec<(&String, Value)> =
                draws.iter().map(|(key, draw)| (key, draw.value(raw.seed, key, number))).collect();
            with(point, values.iter().map(|(key, value)| (*key, value)))
        };
        (0..samples).map(row).collect()
    };
    Ok(points.iter().flat_map(rows).collect())
}

/// Sets what follows from the point's values; `false` where it is left out.
fn follow(rules: &[When], point: &mut Point) -> Result<bool, Wrong> {
    for rule in rules {
        let mut holds = true;
        for (key, value) in flat(&rule.condition) {
            let Some(found) = point.value(&key) else {
                let problem =
                    "is no key of this sweep; expected one that has a value in every point";
                return Err((format!("when.if.{key}"), problem.to_owned()));
            };
            holds &= same(found, &value);
        }
        if holds && rule.skip {
            return Ok(false);
        }
        if holds {
            flat(&rule.set).iter().for_each(|(key, value)| point.set(key, value));
        }
    }
    Ok(true)
}

/// Whether two values are the same, 1 and 1.0 too.
fn same(a: &Value, b: &Value) -> bool {
    let number = |value: &Value| value.as_float().or_else(|| value.as_integer().map(|n| n as f64));
    a == b || number(a).is_some() && number(a) == number(b)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(text: &str) -> Result<Vec<String>, Wrong> {
        let raw: Raw = toml::from_str(text).unwrap();
        Ok(points(&raw)?.iter().map(Point::label).collect())
    }

    #[test]
    fn grids_are_all_combinations_and_lists_go_together() {
        let found = labels(
            "grid = { \"a.x\" = [1, 2], b = [\"u\", \"v\"] }\nzip = { c = [3, 4], d.y = [5, 6] }",
        );
        let expected = [
            "a.x=1 b=u c=3 d.y=5",
            "a.x=1 b=u c=4 d.y=6",
            "a.x=1 b=v c=3 d.y=5",
            "a.x=1 b=v c=4 d.y=6",
            "a.x=2 b=u c=3 d.y=5",
            "a.x=2 b=u c=4 d.y=6",
            "a.x=2 b=v c=3 d.y=5",
            "a.x=2 b=v c=4 d.y=6",
        ];
        assert_eq!(found.unwrap(), expected);
    }

    #[test]
    fn what_follows_from_values_is_set_or_left_out() {
        let text = "grid = { o = [\"sgd\", \"adam\"], m = [0.0, 0.9], n = [1, 2] }\n\
                    [[when]]\nif = { o = \"adam\" }\nset = { m = 0.0, rate = 0.001 }\n\
                    [[when]]\nif = { o = \"sgd\", n = 2.0 }\nskip = true\n";
        let found = labels(text).unwrap();
        let expected = [
            "m=0.0 n=1 o=sgd",
            "m=0.0 n=1 o=adam rate=0.001",
            "m=0.0 n=2 o=adam rate=0.001",
            "m=0.9 n=1 o=sgd",
        ];
        assert_eq!(found, expected);
    }

    #[test]
    fn draws_are_the_same_in_every_combination_and_stay_as_there_are_more() {
        let text = |grid: &str, samples: usize| {
            let random = "random = { r = { from = 0.001, to = 1.0, log = true } }";
            labels(&format!("samples = {samples}\ngrid = {{ a = {grid} }}\n{random}")).unwrap()
        };
        let few = text("[1, 2]", 2);
        let rate = |label: &str| label.split("r=").nth(1).unwrap().to_owned();
        assert_eq!(rate(&few[0]), rate(&few[2]));
        assert_ne!(rate(&few[0]), rate(&few[1]));
        let more = text("[1, 2, 3]", 3);
        assert!(few.iter().all(|label| more.contains(label)));
    }

    #[test]
    fn what_is_wrong_is_named() {
        for (text, key, word) in [
            ("", "grid", "no points"),
            ("grid = { a = 1 }", "grid.a", "list"),
            ("grid = { a = [] }", "grid.a", "list"),
            ("zip = { a = [1], b = [1, 2] }", "zip.b", "2 values"),
            ("random = { a = [1] }", "samples", "none"),
            ("samples = 3\ngrid = { a = [1] }", "samples", "3"),
            ("samples = 3\nrandom = { a = 1 }", "random.a", "list"),
            ("grid = { a = [1] }\n[[when]]\nif = { b = 1 }\nskip = true", "when.if.b", "no key"),
        ] {
            let (found, problem) = labels(text).unwrap_err();
            assert!(found == key && problem.contains(word), "{text}: {found}: {problem}");
        }
    }
}
