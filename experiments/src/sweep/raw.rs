use serde::Deserialize;
use toml::{Table, Value};

use crate::step::Step;

/// `[sweep]` as the user writes it. Keys are those of the rest of the file, in dotted form.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Raw {
    /// Every combination of these lists.
    #[serde(default)]
    pub(super) grid: Table,
    /// Lists of one length, whose values go together.
    #[serde(default)]
    pub(super) zip: Table,
    /// Ranges and lists to draw from.
    #[serde(default)]
    pub(super) random: Table,
    /// How many draws, for each of the combinations.
    pub(super) samples: Option<usize>,
    /// Seed of the draws.
    #[serde(default)]
    pub(super) seed: u64,
    /// What follows from some values.
    #[serde(default)]
    pub(super) when: Vec<When>,
    /// Whether all points are trained a little first, and the best of them longer.
    pub(super) halving: Option<Halving>,
}

/// Successive halving, as the user writes it.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Halving {
    /// Key of a length of training, of which each rung has more.
    pub(super) resource: String,
    /// The least that a rung has of it.
    pub(super) from: Step,
    /// What the last rung has.
    pub(super) to: Step,
    /// How many times more each rung has, and of how many points one goes on.
    #[serde(default = "three")]
    pub(super) factor: usize,
    /// Whose validation accuracy decides, such as "magnitude one-shot fine-tune"; without it that of all pruned
    /// networks.
    pub(super) by: Option<String>,
}

fn three() -> usize {
    3
}

/// Points that have these values get others too, or are left out.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct When {
    /// The values.
    #[serde(rename = "if")]
    pub(super) condition: Table,
    /// The others.
    #[serde(default)]
    pub(super) set: Table,
    /// Whether they are left out.
    #[serde(default)]
    pub(super) skip: bool,
}

/// Keys in dotted form with their values: tables are entered, but for those that have `from`.
pub(super) fn flat(table: &Table) -> Vec<(String, Value)> {
    let entry = |(key, value): (&String, &Value)| match value {
        Value::Table(inner) if !inner.contains_key("from") => {
            flat(inner).into_iter().map(|(rest, value)| (format!("{key}.{rest}"), value)).collect()
        }
        value => vec![(key.clone(), value.clone())],
    };
    table.iter().flat_map(entry).collect()
}
