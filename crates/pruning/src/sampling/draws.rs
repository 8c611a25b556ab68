use chacha20::ChaCha8Rng;
use rand::distr::Distribution as _;
use rand_distr::Binomial;

/// The distribution that the weights of one side are drawn from: q_j = s_j / Σ s.
#[derive(Debug, Clone)]
pub struct Drawing {
    /// q_j, all above 0.
    probabilities: Vec<f64>,
    /// ln(1 − q_j).
    misses: Vec<f32>,
}

impl Drawing {
    /// From sensitivities, all above 0.
    pub fn new(sensitivities: &[f32]) -> Self {
        let total: f64 = sensitivities.iter().map(|&s| f64::from(s)).sum();
        let probabilities: Vec<f64> = sensitivities.iter().map(|&s| f64::from(s) / total).collect();
        let misses = probabilities.iter().map(|q| (-q).ln_1p() as f32).collect();
        Self { probabilities, misses }
    }

    /// q_j.
    pub fn probabilities(&self) -> &[f64] {
        &self.probabilities
    }

    /// Expected number of different weights among `draws` draws, Σ_j 1 − (1 − q_j)^draws, and how fast
    /// it grows.
    fn expected_unique(&self, draws: f64) -> (f64, f64) {
        let n = draws as f32;
        let (mut missed, mut slope) = (0.0_f64, 0.0_f64);
        for miss in &self.misses {
            let never = (miss * n).exp();
            missed += f64::from(never);
            // A certain weight (ln 0) is never missed.
            slope -= if never > 0.0 { f64::from(never * miss) } else { 0.0 };
        }
        (self.misses.len() as f64 - missed, slope)
    }

    /// The number of draws among which `unique` different weights are expected; at most all but one
    /// can be asked for.
    ///
    /// Newton's iteration from Jensen's lower bound: the expectation is concave, so it climbs to the
    /// root from below.
    pub fn draws_for(&self, unique: f64) -> u64 {
        let count = self.misses.len() as f64;
        if unique <= 1.0 || count <= 1.0 {
            return unique.max(0.0).round() as u64;
        }
        let unique = unique.min(count - 0.5);
        let mut draws = (count / (count - unique)).ln() / -(-1.0 / count).ln_1p();
        for _ in 0..100 {
            let (expected, slope) = self.expected_unique(draws);
            let gap = unique - expected;
            if gap < 0.02 || slope <= 0.0 {
                break;
            }
            draws += gap / slope;
        }
        (draws.round() as u64).max(1)
    }

    /// How often each weight was drawn in `draws` independent draws: a multinomial draw, one binomial
    /// for each weight given the ones before it.
    pub fn multinomial(&self, draws: u64, rng: &mut ChaCha8Rng) -> Vec<u64> {
        let mut left = draws;
        let mut mass: f64 = self.probabilities.iter().sum();
        let last = self.probabilities.len().saturating_sub(1);
        let mut counts = Vec::with_capacity(self.probabilities.len());
        for (index, q) in self.probabilities.iter().enumerate() {
            let count = if left == 0 {
                0
            } else if index == last {
                left
            } else {
                let share = (q / mass).clamp(0.0, 1.0);
                let binomial = Binomial::new(left, share).expect("a share in [0, 1]");
                binomial.sample(rng)
            };
            counts.push(count);
            left -= count;
            mass -= q;
        }
        counts
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::generator;

    fn skewed(count: usize) -> Drawing {
        Drawing::new(&(0..count).map(|j| 1.0 / (1.0 + j as f32)).collect::<Vec<_>>())
    }

    #[test]
    fn uniform_draws_agree_with_their_closed_form() {
        let uniform = Drawing::new(&[0.3; 50]);
        for unique in [2.0_f64, 10.0, 25.0, 49.0] {
            let expected = (50.0 / (50.0 - unique)).ln() / (50.0_f64 / 49.0).ln();
            let draws = uniform.draws_for(unique);
            assert!((draws as f64 - expected).abs() <= 1.5, "{draws} {expected}");
        }
        assert_eq!((uniform.draws_for(0.0), uniform.draws_for(1.0)), (0, 1));
    }

    #[test]
    fn as_many_different_weights_come_out_as_were_asked_for() {
        let drawing = skewed(200);
        let mut rng = generator(3);
        for unique in [1.0, 5.0, 60.0, 150.0, 199.0] {
            let draws = drawing.draws_for(unique);
            let mean = (0..400)
                .map(|_| drawing.multinomial(draws, &mut rng).iter().filter(|&&c| c > 0).count())
                .sum::<usize>() as f64
                / 400.0;
            assert!((mean - unique).abs() < 1.0, "{mean} {unique}");
        }
    }

    #[test]
    fn counts_sum_to_the_draws_and_follow_the_probabilities() {
        let drawing = skewed(20);
        let mut rng = generator(1);
        let mut sums = [0; 20];
        for _ in 0..500 {
            let counts = drawing.multinomial(40, &mut rng);
            assert_eq!(counts.iter().sum::<u64>(), 40);
            sums.iter_mut().zip(counts).for_each(|(sum, count)| *sum += count);
        }
        for (sum, q) in sums.iter().zip(drawing.probabilities()) {
            let (mean, deviation) = (20_000.0 * q, (20_000.0 * q * (1.0 - q)).sqrt());
            assert!((*sum as f64 - mean).abs() < 4.0 * deviation, "{sum} {mean}");
        }
    }
}
