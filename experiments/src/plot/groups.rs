//! Rows by what they have in common.

use std::collections::{BTreeMap, BTreeSet};

use crate::records::CurveRow;

/// The rows of each key, in their order.
pub(super) fn grouped<'a, K: Ord>(
    rows: &[&'a CurveRow],
    key: impl Fn(&'a CurveRow) -> K,
) -> BTreeMap<K, Vec<&'a CurveRow>> {
    let mut groups: BTreeMap<K, Vec<&CurveRow>> = BTreeMap::new();
    for &row in rows {
        groups.entry(key(row)).or_default().push(row);
    }
    groups
}

/// How many runs have a row like that.
pub(super) fn runs(rows: &[&CurveRow], like: impl Fn(&CurveRow) -> bool) -> usize {
    let runs: BTreeSet<&str> =
        rows.iter().filter(|row| like(row)).map(|row| row.run.as_str()).collect();
    runs.len()
}
