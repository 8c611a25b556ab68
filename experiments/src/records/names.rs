//! What methods are called where rows are shown.

/// The method, and its [`variant`] where it is not the usual one: `sipp (reduction=max)`.
pub fn method_label(method: &str, scope: &str, options: &str) -> String {
    match variant(scope, options) {
        variant if variant.is_empty() => method.to_owned(),
        variant => format!("{method} ({variant})"),
    }
}

/// The scope, where it is not the global one, and the options that were set.
pub fn variant(scope: &str, options: &str) -> String {
    let scope = if scope == "global" { "" } else { scope };
    [scope, options].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_unusual_is_named() {
        for (scope, options, label) in [
            ("", "", "sipp"),
            ("global", "", "sipp"),
            ("per-layer", "", "sipp (per-layer)"),
            ("global", "reduction=max", "sipp (reduction=max)"),
            ("per-layer", "reduction=max", "sipp (per-layer, reduction=max)"),
        ] {
            assert_eq!(method_label("sipp", scope, options), label);
        }
    }
}
