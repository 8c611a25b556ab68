/// The known name that the given one was probably meant to be: one with the same beginning, or a
/// slip of a finger away.
pub fn nearest<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let likeness = |candidate: &str| {
        strsim::jaro_winkler(name, candidate)
            .max(strsim::normalized_damerau_levenshtein(name, candidate) + 0.1)
    };
    let scored = known.into_iter().map(|candidate| (likeness(candidate), candidate));
    scored
        .filter(|(score, _)| *score > 0.75)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, candidate)| candidate)
}

/// "; did you mean "x"?", or nothing.
pub(super) fn hint<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> String {
    nearest(name, known).map_or_else(String::new, |name| format!("; did you mean \"{name}\"?"))
}

/// What is said of a name that does not exist.
pub(super) fn unknown(name: &str, known: &[&str]) -> String {
    format!(
        "unknown name \"{name}\"; expected one of: {}{}",
        known.join(", "),
        hint(name, known.iter().copied())
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn near_names_are_suggested_and_far_ones_are_not() {
        let known = ["magnitude", "random", "sipp"];
        assert_eq!(nearest("magnitud", known), Some("magnitude"));
        assert_eq!(nearest("sip", known), Some("sipp"));
        assert_eq!(nearest("xyz", known), None);
        assert_eq!(nearest("sdg", ["sgd", "adam", "adamw"]), Some("sgd"));
    }
}
