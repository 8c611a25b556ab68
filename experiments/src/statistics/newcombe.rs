use statrs::distribution::{ContinuousCDF, Normal};

/// How often each of two networks is right on the same images. Numbers, not counts: they may be means
/// over seeds.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PairedTable {
    /// Both are right.
    pub both: f64,
    /// The first alone is.
    pub first: f64,
    /// The second alone is.
    pub second: f64,
    /// Neither is.
    pub neither: f64,
}

impl PairedTable {
    /// Share that the first has right minus that of the second.
    pub fn difference(&self) -> f64 {
        (self.first - self.second) / self.total()
    }

    /// Newcombe's interval for that difference (1998, Statistics in Medicine 17, method 10), at
    /// `confidence` such as 0.95.
    ///
    /// Wilson's intervals of the two shares are joined by square and add, with φ for their correlation,
    /// corrected for continuity.
    pub fn interval(&self, confidence: f64) -> (f64, f64) {
        self.limits(standard_normal().inverse_cdf(0.5 + confidence / 2.0))
    }

    /// One-sided p that the difference is not above `bound`: one minus the confidence at which the
    /// lower limit of the interval, one-sided, would meet it.
    pub fn p_not_above(&self, bound: f64) -> f64 {
        // The limits move away from the difference as z grows: halve until they are met.
        let above = self.difference() > bound;
        let beyond = |z: f64| {
            let (low, high) = self.limits(z);
            if above { low <= bound } else { high >= bound }
        };
        let (mut near, mut far) = (0.0, 40.0);
        if !beyond(far) {
            near = far;
        }
        for _ in 0..60 {
            let middle = (near + far) / 2.0;
            if beyond(middle) { far = middle } else { near = middle }
        }
        if above { standard_normal().sf(far) } else { standard_normal().cdf(far) }
    }

    fn limits(&self, z: f64) -> (f64, f64) {
        let total = self.total();
        let (first, second) = (self.both + self.first, self.both + self.second);
        let (p1, p2) = (first / total, second / total);
        let ((l1, u1), (l2, u2)) = (wilson(p1, total, z), wilson(p2, total, z));
        let phi = self.phi();
        let joined = |a: f64, b: f64| (a * a - 2.0 * phi * a * b + b * b).max(0.0).sqrt();
        let difference = p1 - p2;
        (difference - joined(p1 - l1, u2 - p2), difference + joined(u1 - p1, p2 - l2))
    }

    /// φ with Newcombe's correction for continuity, which takes only positive ones towards 0.
    fn phi(&self) -> f64 {
        let (half, product) =
            (self.total() / 2.0, self.both * self.neither - self.first * self.second);
        let numerator = if product > 0.0 { (product - half).max(0.0) } else { product };
        let margins = (self.both + self.first)
            * (self.both + self.second)
            * (self.neither + self.first)
            * (self.neither + self.second);
        if margins > 0.0 { numerator / margins.sqrt() } else { 0.0 }
    }

    fn total(&self) -> f64 {
        self.both + self.first + self.second + self.neither
    }
}

/// Wilson's interval for a share `p` of `n`.
fn wilson(p: f64, n: f64, z: f64) -> (f64, f64) {
    let square = z * z;
    let middle = p + square / (2.0 * n);
    let half = z * (p * (1.0 - p) / n + square / (4.0 * n * n)).sqrt();
    let whole = 1.0 + square / n;
    ((middle - half) / whole, (middle + half) / whole)
}

fn standard_normal() -> Normal {
    Normal::new(0.0, 1.0).expect("a deviation of 1 is positive")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::statistics::expected::{NEWCOMBE, NON_INFERIORITY};

    fn table([both, first, second, neither]: [f64; 4]) -> PairedTable {
        PairedTable { both, first, second, neither }
    }

    #[test]
    fn intervals_as_from_statsmodels_wilson_limits() {
        for (counts, low, high) in NEWCOMBE {
            let found = table(counts).interval(0.95);
            assert!((found.0 - low).abs() < 1e-10 && (found.1 - high).abs() < 1e-10, "{counts:?}");
        }
    }

    #[test]
    fn p_is_where_the_limit_meets_the_bound() {
        for (counts, bound, p) in NON_INFERIORITY {
            let found = table(counts).p_not_above(bound);
            assert!((found / p - 1.0).abs() < 1e-7, "{counts:?} {bound}: {found} {p}");
        }
    }

    #[test]
    fn p_and_interval_agree() {
        let table = table([9_700.0, 40.0, 70.0, 190.0]);
        let (low, high) = table.interval(0.95);
        assert!((table.p_not_above(low) - 0.025).abs() < 1e-9);
        assert!((table.p_not_above(high) - 0.975).abs() < 1e-9);
        assert!((table.p_not_above(table.difference()) - 0.5).abs() < 1e-9);
    }
}
