//! What series and files are called.

use crate::records::CurveRow;

/// The scope, where it is not the usual one.
pub(super) fn scope(row: &CurveRow) -> Option<&str> {
    Some(row.scope.as_str()).filter(|scope| !matches!(*scope, "" | "global"))
}

/// The method, and its scope where it is not the usual one.
pub(super) fn method_label(row: &CurveRow) -> String {
    match scope(row) {
        Some(scope) => format!("{} ({scope})", row.method),
        None => row.method.clone(),
    }
}

/// The parts that are not empty, in letters that any file system takes.
pub(super) fn file_name(parts: &[&str]) -> String {
    let parts: Vec<&str> = parts.iter().copied().filter(|part| !part.is_empty()).collect();
    parts.join("-").replace(|c: char| !(c.is_alphanumeric() || "-_.".contains(c)), "-")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plot::fixtures::row;

    #[test]
    fn only_an_unusual_scope_is_named() {
        let labels = ["", "global", "per-layer"].map(|scope| {
            method_label(&CurveRow {
                scope: scope.to_owned(),
                ..row("sipp", "rewind", 1, 0.5, 0.9)
            })
        });
        assert_eq!(labels, ["sipp", "sipp", "sipp (per-layer)"]);
    }

    #[test]
    fn file_names_are_plain() {
        assert_eq!(file_name(&["ticket", "", "a/b c", "per-layer"]), "ticket-a-b-c-per-layer");
    }
}
