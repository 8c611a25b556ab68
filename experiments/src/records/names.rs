//! What methods are called where rows are shown.

use pruning::{Grain, Scope, methods};

/// The method, and its [`variant`] where it is not the usual one: `sipp (reduction=max)`.
pub fn method_label(method: &str, scope: &str, options: &str) -> String {
    match variant(method, scope, options) {
        variant if variant.is_empty() => method.to_owned(),
        variant => format!("{method} ({variant})"),
    }
}

/// The scope, where it is not the usual one, and the options that were set. Usual is the global scope for
/// methods that prune weights, and for those that prune channels the published one.
pub fn variant(method: &str, scope: &str, options: &str) -> String {
    let of_channels = methods::entry(method).ok().filter(|entry| entry.grain() == Grain::Channels);
    let usual = of_channels.map_or(Scope::Global, |entry| entry.scope);
    let scope = if scope == usual.as_str() { "" } else { scope };
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
        for (method, scope, label) in [
            ("filter-norm", "uniform", "filter-norm"),
            ("filter-norm", "global", "filter-norm (global)"),
            ("pfp", "global", "pfp"),
            ("pfp", "uniform", "pfp (uniform)"),
            ("dense", "", "dense"),
        ] {
            assert_eq!(method_label(method, scope, ""), label);
        }
    }
}
