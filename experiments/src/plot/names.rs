//! What series and files are called.

use crate::curve::retraining_name;
use crate::records::{self, CurveRow};

/// What is unusual about the row's method; empty where nothing is.
pub(super) fn variant(row: &CurveRow) -> String {
    records::variant(&row.method, &row.scope, &row.options)
}

/// The method, and what is unusual about it.
pub(super) fn method_label(row: &CurveRow) -> String {
    records::method_label(&row.method, &row.scope, &row.options)
}

/// The retraining, and the iteration that survivors go back to where that is not the first.
pub(super) fn retraining_label(row: &CurveRow) -> String {
    retraining_name(&row.retraining, row.rewind_to)
}

/// The parts that are not empty, in letters that any file system takes.
pub(super) fn file_name(parts: &[&str]) -> String {
    let parts: Vec<&str> = parts.iter().copied().filter(|part| !part.is_empty()).collect();
    parts.join("-").replace(|c: char| !(c.is_alphanumeric() || "-_.".contains(c)), "-")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn file_names_are_plain() {
        assert_eq!(file_name(&["ticket", "", "a/b c", "per-layer"]), "ticket-a-b-c-per-layer");
    }
}
