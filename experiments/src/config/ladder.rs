use models::Architecture;
use pruning::{Density, PruneError};

use super::raw::Range;

/// Where the densities of an experiment come from.
#[derive(Debug, Clone, PartialEq)]
pub enum Ladder {
    /// They are given.
    Given,
    /// In each of so many rounds the same share of the survivors goes: of all layers alike, or of each
    /// layer at its own rate.
    Rounds {
        /// How many.
        rounds: usize,
        /// The share; `None` for the layers' rates.
        rate: Option<f64>,
    },
}

impl Ladder {
    /// The densities of the rounds on these layers; `None` where they are given.
    ///
    /// # Errors
    /// When a round leaves nothing.
    pub fn densities(
        &self,
        architecture: &Architecture,
        rates: &[f64],
    ) -> Result<Option<Vec<Density>>, PruneError> {
        let Self::Rounds { rounds, rate } = *self else { return Ok(None) };
        let layers = architecture.layers();
        let rate_of = |layer: usize| rate.unwrap_or_else(|| rates[layer]);
        let left = |round: usize| -> f64 {
            let layers = layers.iter().enumerate();
            layers
                .map(|(i, layer)| layer.weights() as f64 * (1.0 - rate_of(i)).powi(round as i32))
                .sum()
        };
        let total = architecture.prunable_weights() as f64;
        (1..=rounds)
            .map(|round| Density::new(left(round).round() / total))
            .collect::<Result<_, _>>()
            .map(Some)
    }
}

/// The densities of a range, both ends included. With k from 0 to count − 1 and t = k / (count − 1):
///
/// - `geometric`: from · (to / from)^t, equal factors;
/// - `linear`: from + (to − from) · t, equal steps of density;
/// - `harmonic`: 1 / (1/from + (1/to − 1/from) · t), equal steps of compression;
/// - `cubic`: to + (from − to) · (1 − t)³, the law of Zhu and Gupta (arXiv 1710.01878, equation 1).
pub(super) fn spaced(range: &Range) -> Vec<f64> {
    let Range { from, to, count, ref spacing } = *range;
    let value = |k: usize| {
        let t = k as f64 / (count - 1) as f64;
        match spacing.as_str() {
            "linear" => from + (to - from) * t,
            "harmonic" => 1.0 / (1.0 / from + (1.0 / to - 1.0 / from) * t),
            "cubic" => to + (from - to) * (1.0 - t).powi(3),
            _ => from * (to / from).powf(t),
        }
    };
    // The ends are taken as written, free of rounding.
    let ends = |k: usize| match k {
        0 => from,
        k if k + 1 == count => to,
        k => value(k),
    };
    (0..count).map(ends).collect()
}

/// Names of the spacings.
pub(super) const SPACINGS: [&str; 4] = ["geometric", "linear", "harmonic", "cubic"];

#[cfg(test)]
mod tests {
    use models::zoo;

    use super::*;

    #[test]
    fn spacings_by_hand() {
        let range = |spacing: &str, from, to, count| {
            let range = Range { from, to, count, spacing: spacing.to_owned() };
            let round = |density: f64| (density * 1e6).round() / 1e6;
            spaced(&range).into_iter().map(round).collect::<Vec<_>>()
        };
        assert_eq!(range("geometric", 0.8, 0.2, 3), [0.8, 0.4, 0.2]);
        assert_eq!(range("linear", 0.8, 0.2, 3), [0.8, 0.5, 0.2]);
        // Compression 2, 6, 10.
        assert_eq!(range("harmonic", 0.5, 0.1, 3), [0.5, 0.166_667, 0.1]);
        // 0.1 + 0.8 · (1, 8/27, 1/27, 0).
        assert_eq!(range("cubic", 0.9, 0.1, 4), [0.9, 0.337_037, 0.129_63, 0.1]);
    }

    #[test]
    fn rounds_take_shares_of_the_survivors() {
        let lenet = zoo::architecture(&zoo::Request::named("lenet-300-100")).unwrap();
        let values = |ladder: Ladder, rates: &[f64]| -> Vec<f64> {
            let densities = ladder.densities(&lenet, rates).unwrap().unwrap();
            densities.iter().map(|density| (density.value() * 1e4).round() / 1e4).collect()
        };
        let same = Ladder::Rounds { rounds: 3, rate: Some(0.5) };
        assert_eq!(values(same, &[]), [0.5, 0.25, 0.125]);
        let nothing = Ladder::Rounds { rounds: 200, rate: Some(0.9) };
        assert!(nothing.densities(&lenet, &[]).is_err());
        assert_eq!(Ladder::Given.densities(&lenet, &[]).unwrap(), None);
    }
}
