use rand::RngExt;
use serde::Deserialize;
use sha2::{Digest, Sha256};
use toml::Value;

/// What a value is drawn from.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Draw {
    /// One of these.
    Choice(Vec<Value>),
    /// A number of a range.
    Range(Range),
}

/// A range to draw from uniformly, ends included.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Range {
    from: f64,
    to: f64,
    /// Whether its logarithm is uniform.
    #[serde(default)]
    log: bool,
    /// Whether it is a whole number.
    #[serde(default)]
    whole: bool,
}

impl Draw {
    /// Of what the user has written.
    ///
    /// # Errors
    /// What is wrong with it.
    pub(super) fn read(value: &Value) -> Result<Self, String> {
        match value {
            Value::Array(values) if !values.is_empty() => Ok(Self::Choice(values.clone())),
            Value::Table(table) => {
                let range: Range =
                    table.clone().try_into().map_err(|error| error.message().to_owned())?;
                let Range { from, to, log, .. } = range;
                let is_range =
                    from.is_finite() && to.is_finite() && from < to && (!log || from > 0.0);
                is_range.then_some(Self::Range(range)).ok_or_else(|| {
                    format!(
                        "from {from} to {to}; expected a rising range, above 0 where log = true"
                    )
                })
            }
            other => Err(format!(
                "{other}; expected a list of values, or a range such as {{ from = 1e-3, to = 1, log = true }}"
            )),
        }
    }

    /// The value of this key in the draw of this number: no other key and no other draw matters to it.
    pub(super) fn value(&self, seed: u64, key: &str, number: usize) -> Value {
        let digest = Sha256::digest(format!("{seed}/{key}/{number}"));
        let mut bytes = [0; 8];
        bytes.copy_from_slice(&digest[..8]);
        let mut rng = pruning::generator(u64::from_le_bytes(bytes));
        match self {
            Self::Choice(values) => values[rng.random_range(0..values.len())].clone(),
            Self::Range(range) => range.value(rng.random_range(0.0..1.0)),
        }
    }
}

impl Range {
    /// The value at a share of the way.
    fn value(&self, share: f64) -> Value {
        let &Self { from, to, log, whole } = self;
        let at = |from: f64, to: f64| match log {
            true => from * (to / from).powf(share),
            false => from + (to - from) * share,
        };
        if whole {
            // Every whole number has the same room, the two at the ends too.
            let value = at(from - if log { 0.0 } else { 0.5 }, to + if log { 0.0 } else { 0.5 });
            return Value::Integer(value.clamp(from, to).round() as i64);
        }
        // Four digits say what was tried, and can be typed again.
        let value = at(from, to);
        let digits = format!("{value:.3e}");
        Value::Float(digits.parse().unwrap_or(value))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn draw(text: &str) -> Result<Draw, String> {
        let table: toml::Table = format!("x = {text}").parse().unwrap();
        Draw::read(&table["x"])
    }

    #[test]
    fn draws_stay_in_their_range_and_are_spread_as_asked() {
        let values = |text: &str| -> Vec<f64> {
            let draw = draw(text).unwrap();
            let number = |k| match draw.value(1, "x", k) {
                Value::Float(value) => value,
                Value::Integer(value) => value as f64,
                other => panic!("{other}"),
            };
            (0..2000).map(number).collect()
        };
        let below = |values: &[f64], limit: f64| {
            values.iter().filter(|&&value| value < limit).count() as f64 / values.len() as f64
        };
        let linear = values("{ from = 2.0, to = 4.0 }");
        assert!(linear.iter().all(|value| (2.0..=4.0).contains(value)));
        assert!((below(&linear, 2.5) - 0.25).abs() < 0.04);
        // Half of the decades.
        let log = values("{ from = 1e-4, to = 1.0, log = true }");
        assert!(log.iter().all(|value| (1e-4..=1.0).contains(value)));
        assert!((below(&log, 1e-2) - 0.5).abs() < 0.05);
        let whole = values("{ from = 1, to = 4, whole = true }");
        for number in 1..=4 {
            let share =
                whole.iter().filter(|&&value| value == f64::from(number)).count() as f64 / 2000.0;
            assert!((share - 0.25).abs() < 0.04, "{number}: {share}");
        }
        let choice = draw("[\"a\", \"b\"]").unwrap();
        assert!((0..20).any(|k| choice.value(1, "x", k) != choice.value(1, "y", k)));
        assert_eq!(choice.value(1, "x", 3), choice.value(1, "x", 3));
    }

    #[test]
    fn what_cannot_be_drawn_from_is_told() {
        for text in
            ["{ from = 2, to = 1 }", "{ from = 0, to = 1, log = true }", "{ from = nan, to = 1 }"]
        {
            assert!(draw(text).unwrap_err().contains("rising range"), "{text}");
        }
        assert!(draw("3").unwrap_err().contains("expected a list"));
        assert!(draw("[]").is_err());
        assert!(draw("{ from = 1, too = 2 }").unwrap_err().contains("too"));
    }
}
