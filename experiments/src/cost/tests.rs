use super::{Terms, tickets};
use crate::records::{CostRow, CurveRow};

const TERMS: Terms = Terms { batch_size: Some(10), shrinks: true };

/// A network of 1000 multiply-adds that was trained for 100 iterations in 50 seconds.
fn dense(seed: u64) -> CurveRow {
    CurveRow {
        method: "dense".to_owned(),
        retraining: "train".to_owned(),
        seed,
        density_asked: 1.0,
        multiply_adds: 1000,
        iterations: 100,
        seconds_train: 50.0,
        test_accuracy: Some(0.98),
        ..CurveRow::default()
    }
}

/// Survivors with a share of its multiply-adds, trained for 80 iterations in 40 seconds.
fn pruned(method: &str, schedule: &str, retraining: &str, density: f64) -> CurveRow {
    CurveRow {
        method: method.to_owned(),
        schedule: schedule.to_owned(),
        retraining: retraining.to_owned(),
        density_asked: density,
        multiply_adds: (1000.0 * density) as usize,
        shrunk_multiply_adds: Some((1000.0 * density.sqrt()) as usize),
        iterations: 80,
        seconds_prune: 2.0,
        seconds_train: 40.0,
        ..dense(1)
    }
}

fn at(rows: &[CurveRow], density: f64) -> CostRow {
    let all = tickets(rows, TERMS);
    all.into_iter().find(|row| row.density_asked == density).unwrap()
}

/// Of a dense training: 3 × 100 × 10 × 1000.
const DENSE: f64 = 3e6;

#[test]
fn a_one_shot_ticket_costs_the_parent_and_a_look() {
    let cost = at(&[dense(1), pruned("magnitude", "one-shot", "rewind", 0.25)], 0.25);
    assert_eq!((cost.find_trainings, cost.find_iterations), (1.0, 100.0));
    assert_eq!((cost.find_seconds_train, cost.find_seconds_prune), (50.0, 2.0));
    assert_eq!(cost.find_multiply_adds, Some(DENSE));
    // At full width under a mask, skipping pruned weights, and on a network of half the multiply-adds.
    assert_eq!(cost.retrain_multiply_adds, Some(2.4e6));
    assert_eq!(cost.retrain_multiply_adds_sparse, Some(0.6e6));
    assert_eq!(cost.retrain_multiply_adds_small, Some(1.2e6));
    // 3 / (3 − 0.6) and 3 / (3 − 1.2), rounded up.
    assert_eq!((cost.retrainings_sparse, cost.retrainings_small), (Some(2.0), Some(2.0)));
    // 2.4 million more than the dense network, over 750 and 500 an image.
    assert_eq!((cost.predictions_sparse, cost.predictions_small), (Some(3200.0), Some(4800.0)));
}

#[test]
fn an_iterative_ticket_costs_all_rounds_before() {
    let round = |density| pruned("magnitude", "iterative", "rewind", density);
    let rows = [dense(1), round(0.64), round(0.25), round(0.04)];
    let cost = at(&rows, 0.04);
    assert_eq!((cost.find_trainings, cost.find_iterations), (3.0, 260.0));
    assert_eq!((cost.find_seconds_train, cost.find_seconds_prune), (130.0, 6.0));
    assert_eq!(cost.find_multiply_adds, Some(DENSE + 2.0 * 2.4e6));
    assert_eq!(cost.find_multiply_adds_sparse, Some(DENSE + 2.4e6 * (0.64 + 0.25)));
    assert_eq!(at(&rows, 0.64).find_trainings, 1.0);
    // 7.8 / (3 − 2.4 × 0.04) = 2.69.
    assert_eq!(cost.retrainings_sparse, Some(3.0));
}

#[test]
fn before_training_nothing_is_trained_to_find_it() {
    let round = |density| pruned("magnitude", "iterative", "prune-at-init", density);
    let cost = at(&[dense(1), round(0.64), round(0.25)], 0.25);
    assert_eq!((cost.find_trainings, cost.find_multiply_adds), (0.0, Some(0.0)));
    assert_eq!((cost.find_seconds_train, cost.find_seconds_prune), (0.0, 4.0));
    // Its training is shorter than the dense one's: it has paid at once.
    assert_eq!((cost.retrainings_sparse, cost.predictions_sparse), (Some(0.0), Some(0.0)));
}

#[test]
fn a_gradual_pruning_trains_what_it_finds() {
    let cost = at(&[dense(1), pruned("magnitude", "gradual", "fine-tune", 0.25)], 0.25);
    assert_eq!((cost.find_trainings, cost.find_iterations), (2.0, 180.0));
    assert_eq!(cost.find_multiply_adds_sparse, Some(DENSE + 2.4e6));
    assert_eq!(cost.predictions_sparse, Some(3200.0));
}

#[test]
fn filters_are_trained_as_the_small_network() {
    let rows = [dense(1), pruned("filter-norm", "one-shot", "fine-tune", 0.25)];
    assert_eq!(at(&rows, 0.25).retrain_multiply_adds, Some(1.2e6));
    let masked = tickets(&rows, Terms { shrinks: false, ..TERMS });
    assert_eq!(masked[0].retrain_multiply_adds, Some(2.4e6));
}

#[test]
fn what_is_not_known_is_left_empty() {
    let row =
        CurveRow { shrunk_multiply_adds: None, ..pruned("magnitude", "one-shot", "none", 0.25) };
    let row = CurveRow { iterations: 0, seconds_train: 0.0, ..row };
    let cost = at(&[dense(1), row.clone()], 0.25);
    assert_eq!((cost.retrainings_sparse, cost.image_multiply_adds_small), (None, None));
    assert_eq!((cost.predictions_sparse, cost.predictions_small), (Some(0.0), None));
    let unknown = tickets(&[dense(1), row.clone()], Terms { batch_size: None, ..TERMS });
    assert_eq!((unknown[0].find_multiply_adds, unknown[0].predictions_sparse), (None, None));
    assert_eq!(unknown[0].find_seconds_prune, 2.0);
    // A control, a lost seed and a seed without parent have no costs.
    let lost = CurveRow { test_accuracy: None, ..row.clone() };
    let orphan = CurveRow { seed: 7, ..row.clone() };
    let control = CurveRow { retraining: "reinit".to_owned(), ..row };
    assert_eq!(tickets(&[dense(1), lost, orphan, control], TERMS), []);
}

#[test]
fn costs_are_means_over_seeds() {
    let first = pruned("magnitude", "one-shot", "rewind", 0.25);
    let second = CurveRow { seed: 2, iterations: 60, seconds_prune: 4.0, ..first.clone() };
    let cost = at(&[dense(1), dense(2), first, second], 0.25);
    assert_eq!((cost.seeds, cost.retrain_iterations, cost.find_seconds_prune), (2, 70.0, 3.0));
    assert_eq!(cost.retrain_multiply_adds_sparse, Some(3.0 * 70.0 * 10.0 * 250.0));
}
