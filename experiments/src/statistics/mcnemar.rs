use statrs::distribution::{Binomial, ChiSquared, ContinuousCDF, DiscreteCDF};

/// Discordant pairs up to which the binomial distribution is summed.
pub const EXACT_UP_TO: usize = 25;

/// McNemar's two-sided p of a paired comparison: are the pairs in which only one is right split evenly?
///
/// With up to [`EXACT_UP_TO`] such pairs it is exact: twice the smaller tail of the binomial distribution
/// with probability 1/2, at most 1. With more it is the upper tail of χ² with one degree of freedom at
/// (|b − c| − 1)² / (b + c), Edwards's correction for continuity. Without any it is 1.
pub fn mcnemar(b: usize, c: usize) -> f64 {
    let discordant = b + c;
    if b == c {
        return 1.0;
    }
    if discordant <= EXACT_UP_TO {
        let binomial = Binomial::new(0.5, discordant as u64).expect("one half is a probability");
        return (2.0 * binomial.cdf(b.min(c) as u64)).min(1.0);
    }
    let statistic = (b.abs_diff(c) as f64 - 1.0).powi(2) / discordant as f64;
    ChiSquared::new(1.0).expect("one degree of freedom is positive").sf(statistic)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::statistics::expected::MCNEMAR;

    #[test]
    fn as_statsmodels_has_it() {
        for (b, c, p) in MCNEMAR {
            assert!((mcnemar(b, c) / p - 1.0).abs() < 1e-9, "{b} {c}: {} {p}", mcnemar(b, c));
            assert_eq!(mcnemar(b, c), mcnemar(c, b));
        }
    }

    #[test]
    fn an_even_split_says_nothing() {
        assert!([(0, 0), (1, 1), (500, 500)].into_iter().all(|(b, c)| mcnemar(b, c) == 1.0));
    }
}
