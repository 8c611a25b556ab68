//! How numbers and names are put into words.

use crate::statistics::Sample;

/// A share in percent with so many decimals.
pub(super) fn percent(share: f64, decimals: usize) -> String {
    format!("{:.decimals$} %", 100.0 * share)
}

/// A whole number in groups of three: `266,200`.
pub(super) fn count(value: f64) -> String {
    let digits = format!("{:.0}", value.abs());
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    let sign = if value < 0.0 && digits != "0" { "−" } else { "" };
    format!("{sign}{text}")
}

/// A number of any size: in full below a million, else as `2.04e9`.
pub(super) fn large(value: f64) -> String {
    if value.abs() < 1e6 { count(value) } else { format!("{value:.2e}") }
}

/// A number with about three digits.
pub(super) fn brief(value: f64) -> String {
    match value.abs() {
        size if size >= 1e6 || (size > 0.0 && size < 1e-3) => format!("{value:.2e}"),
        1000.0.. => count(value),
        100.0.. => format!("{value:.0}"),
        10.0.. => format!("{value:.1}"),
        1.0.. => format!("{value:.2}"),
        _ => format!("{value:.3}"),
    }
}

/// A number with at most two decimals, and none where it is whole.
pub(super) fn plain(value: f64) -> String {
    ((100.0 * value).round() / 100.0).to_string()
}

/// Seconds in a unit that suits them.
pub(super) fn time(seconds: f64) -> String {
    match seconds {
        0.0 => "0 s".to_owned(),
        0.0..0.1 => format!("{:.1} ms", 1e3 * seconds),
        0.1..120.0 => format!("{seconds:.1} s"),
        120.0..7200.0 => format!("{:.1} min", seconds / 60.0),
        _ => format!("{:.1} h", seconds / 3600.0),
    }
}

/// Points of accuracy with their sign: `+0.12`.
pub(super) fn points(value: f64) -> String {
    format!("{value:+.2}").replace('-', "−")
}

/// `+0.12 [−0.10, +0.34]`, or what there is of it.
pub(super) fn with_ends(mean: Option<f64>, low: Option<f64>, high: Option<f64>) -> String {
    match (mean, low.zip(high)) {
        (Some(mean), Some((low, high))) => {
            format!("{} [{}, {}]", points(mean), points(low), points(high))
        }
        (Some(mean), None) => points(mean),
        _ => String::new(),
    }
}

/// `97.84 ± 0.04`, or the one value there is.
pub(super) fn mean_and_deviation(sample: &Sample) -> String {
    if sample.seeds() == 0 { String::new() } else { sample.to_string() }
}

/// `1 seed`, `3 seeds`.
pub(super) fn many(number: usize, one: &str) -> String {
    format!("{} {one}{}", count(number as f64), if number == 1 { "" } else { "s" })
}

/// `a`, `a and b`, `a, b and c`.
pub(super) fn listed(items: &[String]) -> String {
    match items {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_by_hand() {
        let counts = [0.0, 999.0, 1000.0, 266_200.0, 1_234_567.0, -1234.0].map(count);
        assert_eq!(counts, ["0", "999", "1,000", "266,200", "1,234,567", "−1,234"]);
        assert_eq!([999_999.4, 1e6].map(large), ["999,999", "1.00e6"]);
        assert_eq!(
            [0.0, 0.000_12, 0.25, 3.333, 33.33, 333.3, 3333.3].map(brief),
            ["0.000", "1.20e-4", "0.250", "3.33", "33.3", "333", "3,333"]
        );
        assert_eq!(
            [0.0, 0.01, 29.8, 300.0, 7200.0].map(time),
            ["0 s", "10.0 ms", "29.8 s", "5.0 min", "2.0 h"]
        );
        assert_eq!(with_ends(Some(0.1), Some(-0.2), Some(0.4)), "+0.10 [−0.20, +0.40]");
        assert_eq!(
            (with_ends(Some(-0.1), None, None), with_ends(None, None, None)),
            ("−0.10".to_owned(), String::new())
        );
        assert_eq!([3.0, 2.5, 1.0 / 3.0].map(plain), ["3", "2.5", "0.33"]);
        assert_eq!(percent(0.12345, 1), "12.3 %");
    }

    #[test]
    fn lists_read_as_sentences() {
        let items = ["a", "b", "c"].map(str::to_owned);
        assert_eq!(
            [&items[..1], &items[..2], &items[..]].map(listed),
            ["a", "a and b", "a, b and c"]
        );
        assert_eq!(
            [many(1, "seed"), many(0, "row"), many(1200, "run")],
            ["1 seed", "0 rows", "1,200 runs"]
        );
    }
}
