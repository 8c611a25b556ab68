use super::super::cholesky::Cholesky;
use super::super::least_squares::Form;
use super::super::products::dot;
use super::*;

/// Products of inputs that depend on each other, damped by `lambda`.
fn moments(size: usize, samples: usize, lambda: f64) -> Vec<f64> {
    let input = |s: usize, i: usize| ((s * size + i) as f64 * 0.77).sin() + (s as f64).cos();
    let mean = |i: usize, j: usize| {
        (0..samples).map(|s| input(s, i) * input(s, j)).sum::<f64>() / samples as f64
    };
    let entry = |k: usize| {
        let (i, j) = (k / size, k % size);
        mean(i, j) + if i == j { lambda } else { 0.0 }
    };
    (0..size * size).map(entry).collect()
}

fn greedy(moments: &[f64], weights: &[f32]) -> Vec<(usize, f32)> {
    let size = weights.len();
    let inverse = Cholesky::new(moments.to_vec(), size).unwrap().inverse();
    let inverse: Vec<f32> = inverse.iter().map(|&x| x as f32).collect();
    let least: Vec<f32> = moments.iter().step_by(size + 1).map(|&x| (1.0 / x) as f32).collect();
    let hessian = Hessian { size, inverse: &inverse, least: &least };
    let mut order = Vec::new();
    let mut greedy = Greedy::new(size);
    // What another unit leaves behind must not matter.
    greedy.columns.fill(f32::NAN);
    greedy.remove_all(&hessian, weights, |index, cost| order.push((index, cost)));
    order
}

/// The least error with the weights in `left` alone.
fn error(form: &Form, weights: &[f64], left: &[usize]) -> f64 {
    let keep: Vec<bool> = (0..weights.len()).map(|i| left.contains(&i)).collect();
    let values = form.closest(weights, &keep);
    let change: Vec<f64> = values.iter().zip(weights).map(|(v, w)| v - w).collect();
    let rows = form.matrix.chunks_exact(weights.len());
    rows.zip(&change).map(|(row, c)| c * dot(row, &change)).sum()
}

#[test]
fn the_order_is_that_of_trying_every_weight() {
    for (size, samples) in [(1, 3), (2, 1), (9, 5), (24, 50), (37, 20)] {
        let form = Form::damped(&moments(size, samples, 0.0), size, 0.01);
        let weights: Vec<f64> = (0..size).map(|i| (i as f64 * 1.3 + 0.4).sin()).collect();
        let narrow: Vec<f32> = weights.iter().map(|&w| w as f32).collect();
        let mut left: Vec<usize> = (0..size).collect();
        for (index, cost) in greedy(&form.matrix, &narrow) {
            let now = error(&form, &weights, &left);
            let without = |i: usize| left.iter().copied().filter(|&j| j != i).collect::<Vec<_>>();
            let costs = left.iter().map(|&i| (i, error(&form, &weights, &without(i)) - now));
            let best = costs.min_by(|a, b| a.1.total_cmp(&b.1)).unwrap();
            assert_eq!(index, best.0, "{size}");
            let off = (f64::from(cost) - best.1).abs();
            assert!(off < 1e-3 * best.1 + 1e-6, "{size}: {cost} {}", best.1);
            left = without(index);
        }
        assert!(left.is_empty());
    }
}

#[test]
fn zeros_go_first_and_cost_nothing() {
    let weights = [0.5, 0.0, 1e-30, 0.0, -0.25];
    let order = greedy(&moments(5, 8, 0.1), &weights);
    assert_eq!(order.iter().map(|x| x.0).collect::<Vec<_>>()[..3], [1, 3, 2]);
    assert_eq!(order[..2], [(1, 0.0), (3, 0.0)]);
}

#[test]
fn rounding_gives_no_nonsense() {
    // Eighty weights, three samples and next to no damping: f32 cannot tell most directions.
    let weights: Vec<f32> = (0..80).map(|i| (i as f32).sin()).collect();
    let order = greedy(&moments(80, 3, 1e-7), &weights);
    assert_eq!(order.len(), 80);
    assert!(order.iter().all(|(_, cost)| cost.is_finite() && *cost >= 0.0));
}

#[test]
fn of_equal_ones_the_first_goes() {
    let mut unit = vec![0.0; 49];
    unit.iter_mut().step_by(8).for_each(|x| *x = 1.0);
    let order = greedy(&unit, &[0.5; 7]);
    assert_eq!(order, (0..7).map(|i| (i, 0.25)).collect::<Vec<_>>());
}
