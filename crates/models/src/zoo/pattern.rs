/// The numbers that stand in `name` for what is in braces in `pattern` (`wrn-{depth}-{width}`);
/// `None` where the name is not of the pattern. They are written in one way only, and have at most
/// four digits: no network that can be built needs more.
pub(super) fn numbers(pattern: &str, name: &str) -> Option<Vec<usize>> {
    if pattern.split('-').count() != name.split('-').count() {
        return None;
    }
    let mut numbers = Vec::new();
    for (expected, found) in pattern.split('-').zip(name.split('-')) {
        if expected.starts_with('{') {
            let number: usize = found.parse().ok()?;
            if number > 9999 || number.to_string() != found {
                return None;
            }
            numbers.push(number);
        } else if expected != found {
            return None;
        }
    }
    Some(numbers)
}

#[cfg(test)]
mod tests {
    use super::numbers;

    #[test]
    fn numbers_stand_for_what_is_in_braces() {
        let of = |name| numbers("wrn-{depth}-{width}", name);
        assert_eq!(of("wrn-16-8"), Some(vec![16, 8]));
        assert_eq!(of("wrn-0-9999"), Some(vec![0, 9999]));
        for name in [
            "wrn",
            "wrn-16",
            "wrn-16-8-4",
            "wrm-16-8",
            "wrn-16-",
            "wrn--8",
            "wrn-16-08",
            "wrn-+16-8",
            "wrn-16-8.5",
            "wrn-10000-8",
            "wrn-{depth}-{width}",
            "",
        ] {
            assert_eq!(of(name), None, "{name}");
        }
    }

    #[test]
    fn a_name_without_braces_stands_for_itself() {
        assert_eq!(numbers("lenet-5", "lenet-5"), Some(Vec::new()));
        assert_eq!(numbers("lenet-5", "lenet-6"), None);
    }
}
