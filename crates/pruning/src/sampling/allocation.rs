use super::error_form::ErrorForm;

/// One side of one unit as the allocation sees it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Share {
    /// b of its error ε(x): a multiple of b/x; see [`ErrorForm`]. 0 for a side without signal.
    pub coefficient: f64,
    /// What its error counts: 1 / units of its layer.
    pub importance: f64,
    /// The most weights that it can take: those with a sensitivity above 0.
    pub most: usize,
}

/// Shares a budget of weights among the sides so that the sum of their errors is least
/// (the convex program of SiPP, arXiv 1910.05422):
///
/// ```text
/// minimise Σ importance_i · ε(x_i)   subject to   0 ≤ x_i ≤ most_i,   Σ x_i ≤ budget
/// ```
///
/// In closed form: where x_i is not at its bound, dε/dx of all sides, weighted, is one multiplier μ;
/// with t_i = μ b_i / importance_i that is a cubic in ε_i with one positive root, and Σ x_i(μ) falls
/// in μ, so one scalar equation is left. The result is not rounded; it sums to the budget unless
/// the sides cannot take as much.
pub fn allocate(form: ErrorForm, sides: &[Share], budget: usize) -> Vec<f64> {
    let live = |side: &&Share| side.coefficient > 0.0;
    let room: usize = sides.iter().filter(live).map(|side| side.most).sum();
    if room <= budget {
        let whole = |side: &Share| if live(&side) { side.most as f64 } else { 0.0 };
        return sides.iter().map(whole).collect();
    }
    if budget == 0 {
        return vec![0.0; sides.len()];
    }
    let target = (budget as f64).ln();
    let excess = |ln_multiplier: f64| {
        let sum: f64 = sides.iter().map(|side| weights(form, side, ln_multiplier.exp())).sum();
        sum.ln() - target
    };
    let multiplier = root(excess).exp();
    sides.iter().map(|side| weights(form, side, multiplier)).collect()
}

/// x_i(μ).
fn weights(form: ErrorForm, side: &Share, multiplier: f64) -> f64 {
    if side.coefficient <= 0.0 {
        return 0.0;
    }
    let error = form.error_at_price(multiplier * side.coefficient / side.importance);
    form.draws(side.coefficient, error).min(side.most as f64)
}

/// Where a falling function is zero: a bracket, then false position in the Illinois form.
fn root(f: impl Fn(f64) -> f64) -> f64 {
    let (mut low, mut high) = ((0.0, f(0.0)), (0.0, f(0.0)));
    let mut step = 4.0;
    while low.1 < 0.0 {
        low = (low.0 - step, f(low.0 - step));
        step *= 2.0;
    }
    step = 4.0;
    while high.1 > 0.0 {
        high = (high.0 + step, f(high.0 + step));
        step *= 2.0;
    }
    let mut last_side = 0;
    for _ in 0..200 {
        if low.1 == high.1 {
            break;
        }
        let middle = (low.0 * high.1 - high.0 * low.1) / (high.1 - low.1);
        let value = f(middle);
        if value.abs() < 1e-12 || high.0 - low.0 < 1e-14 * high.0.abs().max(1.0) {
            return middle;
        }
        let side = if value > 0.0 { 1 } else { -1 };
        if side > 0 {
            low = (middle, value);
            high.1 *= if last_side == side { 0.5 } else { 1.0 };
        } else {
            high = (middle, value);
            low.1 *= if last_side == side { 0.5 } else { 1.0 };
        }
        last_side = side;
    }
    0.5 * (low.0 + high.0)
}

/// Whole numbers near an allocation that sum to the budget (or to what the sides can take): rounded
/// down, then one more for the largest remainders.
pub fn round_to_budget(allocation: &[f64], sides: &[Share], budget: usize) -> Vec<usize> {
    let mut whole: Vec<usize> = allocation
        .iter()
        .zip(sides)
        .map(|(x, side)| ((x + 1e-9).floor() as usize).min(side.most))
        .collect();
    let mut order: Vec<usize> = (0..whole.len()).collect();
    let remainder = |i: usize| allocation[i] - whole[i] as f64;
    let remainders: Vec<f64> = order.iter().map(|&i| remainder(i)).collect();
    order.sort_by(|&i, &j| remainders[j].total_cmp(&remainders[i]));
    let mut left = budget.saturating_sub(whole.iter().sum());
    while left > 0 {
        let before = left;
        for &i in &order {
            if left > 0 && whole[i] < sides[i].most && sides[i].coefficient > 0.0 {
                whole[i] += 1;
                left -= 1;
            }
        }
        if left == before {
            break;
        }
    }
    whole
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sides() -> Vec<Share> {
        let side = |i: usize| Share {
            coefficient: if i % 11 == 3 { 0.0 } else { 0.5 + (i as f64 * 0.37).sin().abs() * 40.0 },
            importance: if i < 40 { 1.0 / 40.0 } else { 1.0 / 10.0 },
            most: 3 + i * 7 % 60,
        };
        (0..60).map(side).collect()
    }

    #[test]
    fn budgets_are_met_and_caps_kept() {
        let sides = sides();
        let room: usize = sides.iter().filter(|s| s.coefficient > 0.0).map(|s| s.most).sum();
        for form in ErrorForm::ALL {
            for budget in [0, 1, 7, 100, room - 1, room, room + 50] {
                let allocation = allocate(*form, &sides, budget);
                let sum: f64 = allocation.iter().sum();
                assert!((sum - budget.min(room) as f64).abs() < 1e-6 * sum.max(1.0), "{sum}");
                let whole = round_to_budget(&allocation, &sides, budget);
                assert_eq!(whole.iter().sum::<usize>(), budget.min(room));
                for ((x, n), side) in allocation.iter().zip(&whole).zip(&sides) {
                    assert!(*n <= side.most && (*n as f64 - x).abs() <= 1.0);
                    assert!(side.coefficient > 0.0 || *n == 0);
                }
            }
        }
    }

    /// No transfer between two sides lowers the objective.
    #[test]
    fn the_allocation_is_optimal() {
        let sides = sides();
        for form in ErrorForm::ALL {
            let x = allocate(*form, &sides, 400);
            let cost = |i: usize, x: f64| sides[i].importance * form.error(sides[i].coefficient, x);
            for i in (0..sides.len()).filter(|&i| x[i] > 0.01) {
                for j in (0..sides.len()).filter(|&j| j != i && x[j] > 0.01) {
                    let step = 1e-3 * x[i].min(x[j]);
                    if x[j] + step <= sides[j].most as f64 {
                        let change = cost(i, x[i] - step) + cost(j, x[j] + step);
                        assert!(change >= (cost(i, x[i]) + cost(j, x[j])) * (1.0 - 1e-9));
                    }
                }
            }
        }
    }
}
