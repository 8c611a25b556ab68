use models::LayerSpec;

use crate::named::named;

/// How the relative error of a sampled side follows from its number of draws.
///
/// Both are functions of b/m for m draws, with a coefficient b that is proportional to the side's
/// total sensitivity S and to the constant C (arXiv 1910.05422: C s_j dominates the relative
/// importance of the weight on every input, not only on the points).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum ErrorForm {
    /// Bernstein's inequality, a valid bound:
    ///
    /// ```text
    /// P(|ẑ − z| > ε z) ≤ 2 exp(−3 m ε² / (C S (6 + 2ε)))
    /// ε(m) = β + √(β² + 6β),   β = b/m,   b = C S ln(2 events / δ) / 3
    /// ```
    ///
    /// δ is shared among all events: each unit, side, sign of the input, position and point.
    #[default]
    Bernstein,
    /// The formula of the authors' code (torchprune 2.2.0), for comparison with it:
    ///
    /// ```text
    /// ε(m) = (u + √(u² + 6u)) / 2,   u = b/m,   b = 2 C ln(8 (positions + 1) kernel / δ) S / 3
    /// ```
    ///
    /// Its leading term is smaller than Bernstein's by √2, and δ is not shared among units: it is
    /// no bound with probability 1 − δ.
    Published,
}

impl ErrorForm {
    /// Both forms.
    pub const ALL: &[Self] = &[Self::Bernstein, Self::Published];

    /// Its name in configuration files.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Bernstein => "bernstein",
            Self::Published => "published",
        }
    }

    /// The failure probability δ that is used where none is given: 0.05, or 1e-16 as in the
    /// authors' code.
    pub fn failure_probability(self) -> f64 {
        match self {
            Self::Bernstein => 0.05,
            Self::Published => 1e-16,
        }
    }

    /// b for a side with total sensitivity 1 and C = 1; it is proportional to both. `events` are
    /// those that δ is shared among.
    pub fn coefficient(self, layer: &LayerSpec, delta: f64, events: f64) -> f64 {
        match self {
            Self::Bernstein => (2.0 * events / delta).ln() / 3.0,
            Self::Published => {
                let kernel = layer.kernel[0] * layer.kernel[1];
                let log = (8.0 * (layer.positions() + 1) as f64 * kernel as f64 / delta).ln();
                2.0 * log / 3.0
            }
        }
    }

    /// ε for `draws` draws with coefficient b; infinite for none, unless b is 0.
    pub fn error(self, coefficient: f64, draws: f64) -> f64 {
        if coefficient == 0.0 {
            return 0.0;
        }
        let ratio = coefficient / draws;
        match self {
            Self::Bernstein => ratio + (ratio * ratio + 6.0 * ratio).sqrt(),
            Self::Published => 0.5 * (ratio + (ratio * ratio + 6.0 * ratio).sqrt()),
        }
    }

    /// The inverse of [`error`](Self::error): draws for an error ε > 0.
    pub(super) fn draws(self, coefficient: f64, error: f64) -> f64 {
        match self {
            Self::Bernstein => coefficient * (6.0 + 2.0 * error) / (error * error),
            Self::Published => coefficient * (3.0 + 2.0 * error) / (2.0 * error * error),
        }
    }

    /// The error at which one draw more gains b/t, as the optimal allocation demands: the positive
    /// root of ε³ − 2tε − 12t = 0 (Bernstein) or ε³ − tε − 3t = 0 (published).
    pub(super) fn error_at_price(self, t: f64) -> f64 {
        match self {
            Self::Bernstein => positive_root(2.0 * t, 12.0 * t),
            Self::Published => positive_root(t, 3.0 * t),
        }
    }
}

/// Bernstein's bound where a part of a sum is drawn and the rest is kept: with D = C S over what is
/// drawn from, the variance of m draws is at most z² D min(1, D) / m, since the part is at most
/// min(1, D) of z:
///
/// ```text
/// ε(m) = β + √(β² + 6 min(1, D) β),   β = coefficient · D / m
/// ```
///
/// Several parts that are drawn apart have the error of the one with the largest D / m, for the D of
/// all together.
pub(crate) fn error_of_part(coefficient: f64, part: f64, draws: f64) -> f64 {
    let beta = coefficient * part / draws;
    beta + (beta * beta + 6.0 * part.min(1.0) * beta).sqrt()
}

/// The one positive root of x³ − px − q = 0 for p, q > 0, by Cardano's formulas.
fn positive_root(p: f64, q: f64) -> f64 {
    let (half, third) = (0.5 * q, p / 3.0);
    let discriminant = half * half - third * third * third;
    if discriminant >= 0.0 {
        let root = discriminant.sqrt();
        (half + root).cbrt() + (half - root).cbrt()
    } else {
        2.0 * third.sqrt() * ((half / (third * third.sqrt())).acos() / 3.0).cos()
    }
}

named!(ErrorForm, "error form");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_and_draws_are_inverse_and_fall() {
        for form in ErrorForm::ALL {
            let mut last = f64::INFINITY;
            for draws in [0.5, 1.0, 3.0, 100.0, 1e6] {
                let error = form.error(7.0, draws);
                assert!((form.draws(7.0, error) / draws - 1.0).abs() < 1e-12);
                assert!(error < last);
                last = error;
            }
        }
    }

    #[test]
    fn the_error_of_a_part_is_that_of_all_from_the_whole_on() {
        for part in [1.0, 3.5] {
            let whole = ErrorForm::Bernstein.error(7.0 * part, 50.0);
            assert!((error_of_part(7.0, part, 50.0) - whole).abs() < 1e-12);
        }
        let half = error_of_part(7.0, 0.5, 50.0);
        assert!(half < ErrorForm::Bernstein.error(3.5, 50.0));
        // 3 m ε² = D L (6 min(1, D) + 2ε) with L = 3 · 7.
        assert!((3.0 * 50.0 * half * half - 0.5 * 21.0 * (3.0 + 2.0 * half)).abs() < 1e-9);
    }

    #[test]
    fn roots_solve_the_cubic_on_both_sides_of_the_discriminant() {
        for t in [1e-9, 0.1, 30.0, 60.0, 61.0, 1e3, 1e9] {
            let error = ErrorForm::Published.error_at_price(t);
            let rest = error.powi(3) - t * error - 3.0 * t;
            assert!(rest.abs() < 1e-9 * error.powi(3).max(1e-9), "{t}: {rest}");
            let error = ErrorForm::Bernstein.error_at_price(t);
            let rest = error.powi(3) - 2.0 * t * error - 12.0 * t;
            assert!(rest.abs() < 1e-9 * error.powi(3).max(1e-9), "{t}: {rest}");
        }
    }
}
