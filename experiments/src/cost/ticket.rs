//! What it takes to find a mask, and what the mask saves.

use std::ops::Add;

use pruning::{Grain, methods};

use crate::curve::{Curve, distinct};
use crate::records::{CostRow, CurveRow};

/// Retrainings of networks that one would use; the others are controls, and nobody looks for those.
const RETRAININGS: [&str; 4] = ["rewind", "fine-tune", "none", "prune-at-init"];

/// What the rows do not tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Terms {
    /// Images in a batch; without it no multiply-adds of trainings are known.
    pub batch_size: Option<usize>,
    /// Whether survivors of methods that prune channels were trained as small networks.
    pub shrinks: bool,
}

/// The costs of every curve that is no control, at every density that has a result.
pub fn tickets(rows: &[CurveRow], terms: Terms) -> Vec<CostRow> {
    let is_wanted =
        |curve: &Curve| curve.method != "dense" && RETRAININGS.contains(&curve.retraining.as_str());
    let curves = distinct(rows, Curve::of).into_iter().filter(is_wanted);
    let all = curves.flat_map(|curve| {
        let densities = curve.densities(rows);
        densities.into_iter().filter_map(move |density| one(rows, &curve, density, terms))
    });
    all.collect()
}

/// Work that was done: trainings with their iterations, and the time to prune.
#[derive(Debug, Clone, Copy, Default)]
struct Effort {
    trainings: f64,
    iterations: f64,
    multiply_adds: f64,
    sparse: f64,
    seconds_train: f64,
    seconds_prune: f64,
}

impl Add for Effort {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self {
            trainings: self.trainings + other.trainings,
            iterations: self.iterations + other.iterations,
            multiply_adds: self.multiply_adds + other.multiply_adds,
            sparse: self.sparse + other.sparse,
            seconds_train: self.seconds_train + other.seconds_train,
            seconds_prune: self.seconds_prune + other.seconds_prune,
        }
    }
}

impl Effort {
    /// The training of a row, without what it took to prune. Multiply-adds are per image of the batch.
    fn training(row: &CurveRow, dense: &CurveRow, terms: Terms) -> Self {
        let small = row.shrunk_multiply_adds.filter(|_| terms.shrinks && takes_channels(row));
        // Forward, and twice as much backward.
        let passes = 3.0 * row.iterations as f64;
        // Weights are alive while the mask is still sought.
        let is_sparse = !seeks_while_training(row);
        Self {
            trainings: f64::from(u8::from(row.iterations > 0)),
            iterations: row.iterations as f64,
            multiply_adds: passes * small.unwrap_or(dense.multiply_adds) as f64,
            sparse: passes * if is_sparse { row.multiply_adds } else { dense.multiply_adds } as f64,
            seconds_train: row.seconds_train,
            seconds_prune: 0.0,
        }
    }

    /// The pruning of a row.
    fn pruning(row: &CurveRow) -> Self {
        Self { seconds_prune: row.seconds_prune, ..Self::default() }
    }
}

fn takes_channels(row: &CurveRow) -> bool {
    methods::entry(&row.method).is_ok_and(|entry| entry.grain() == Grain::Channels)
}

/// Whether the mask is known only when the row's own training is over.
fn seeks_while_training(row: &CurveRow) -> bool {
    let is_soft = methods::entry(&row.method).is_ok_and(methods::Entry::is_soft);
    let trains_on = ["fine-tune", "prune-at-init"].contains(&row.retraining.as_str());
    row.schedule == "gradual" || (is_soft && trains_on)
}

/// All that had to be done before the mask of a row was known.
fn find(
    rows: &[CurveRow],
    curve: &Curve,
    row: &CurveRow,
    dense: &CurveRow,
    terms: Terms,
) -> Effort {
    let at_init = curve.retraining == "prune-at-init";
    let parent = if at_init { Effort::default() } else { Effort::training(dense, dense, terms) };
    let is_earlier = |other: &&CurveRow| {
        curve.schedule == "iterative"
            && other.seed == row.seed
            && other.density_asked > row.density_asked
    };
    // Pruning at initialisation goes on from survivors that were not trained.
    let round = |other: &CurveRow| match at_init {
        true => Effort::pruning(other),
        false => Effort::pruning(other) + Effort::training(other, dense, terms),
    };
    let rounds = curve.rows(rows).filter(is_earlier).map(round);
    let own = match seeks_while_training(row) {
        true => Effort::training(row, dense, terms),
        false => Effort::default(),
    };
    rounds.fold(parent + own + Effort::pruning(row), Add::add)
}

fn one(rows: &[CurveRow], curve: &Curve, density: f64, terms: Terms) -> Option<CostRow> {
    let dense_of = |row: &CurveRow| {
        rows.iter().find(|dense| dense.method == "dense" && dense.seed == row.seed)
    };
    let with_result = curve.rows_at(rows, density).filter(|row| row.test_accuracy.is_some());
    let pairs: Vec<(&CurveRow, &CurveRow)> =
        with_result.filter_map(|row| Some((row, dense_of(row)?))).collect();
    let (first, _) = pairs.first()?;
    let seeds = pairs.len() as f64;
    let mean = |value: &dyn Fn(&CurveRow, &CurveRow) -> f64| {
        pairs.iter().map(|(row, dense)| value(row, dense)).sum::<f64>() / seeds
    };
    // Known where every seed has it.
    let small = |value: &dyn Fn(&CurveRow, usize) -> f64| {
        let values = pairs.iter().map(|(row, _)| Some(value(row, row.shrunk_multiply_adds?)));
        values.sum::<Option<f64>>().map(|sum| sum / seeds)
    };
    let efforts = |effort: &dyn Fn(&CurveRow, &CurveRow) -> Effort| {
        pairs.iter().map(|(row, dense)| effort(row, dense)).fold(Effort::default(), Add::add)
    };
    let (found, trained, parent) = (
        efforts(&|row, dense| find(rows, curve, row, dense, terms)),
        efforts(&|row, dense| Effort::training(row, dense, terms)),
        efforts(&|_, dense| Effort::training(dense, dense, terms)),
    );
    let batch = terms.batch_size.map(|size| size as f64);
    let counted = |multiply_adds: f64| batch.map(|batch| batch * multiply_adds / seeds);
    let Curve { schedule, method, scope, options, retraining, rewind_to } = curve.clone();
    let row = CostRow {
        dataset: first.dataset.clone(),
        network: first.network.clone(),
        schedule,
        method,
        scope,
        options,
        retraining,
        rewind_to,
        density_asked: density,
        seeds: pairs.len(),
        dense_iterations: parent.iterations / seeds,
        dense_multiply_adds: counted(parent.multiply_adds),
        dense_seconds: parent.seconds_train / seeds,
        find_trainings: found.trainings / seeds,
        find_iterations: found.iterations / seeds,
        find_multiply_adds: counted(found.multiply_adds),
        find_multiply_adds_sparse: counted(found.sparse),
        find_seconds_train: found.seconds_train / seeds,
        find_seconds_prune: found.seconds_prune / seeds,
        retrain_iterations: trained.iterations / seeds,
        retrain_multiply_adds: counted(trained.multiply_adds),
        retrain_multiply_adds_sparse: counted(
            3.0 * seeds * mean(&|row, _| row.iterations as f64 * row.multiply_adds as f64),
        ),
        retrain_multiply_adds_small: batch.and_then(|batch| {
            small(&|row, left| 3.0 * batch * row.iterations as f64 * left as f64)
        }),
        retrain_seconds: trained.seconds_train / seeds,
        image_multiply_adds_dense: mean(&|_, dense| dense.multiply_adds as f64),
        image_multiply_adds_sparse: mean(&|row, _| row.multiply_adds as f64),
        image_multiply_adds_small: small(&|_, left| left as f64),
        ..CostRow::default()
    };
    // A gradual pruning trains the survivors while it finds them: that is paid for once.
    let is_paid = seeks_while_training(first);
    Some(paid_back(row, is_paid))
}

/// With the number of trainings and of predictions after which it has paid.
fn paid_back(row: CostRow, trained_while_found: bool) -> CostRow {
    let retrainings = |retrain: Option<f64>| {
        let saved = row.dense_multiply_adds? - retrain.filter(|&retrain| retrain > 0.0)?;
        (saved > 0.0).then_some((row.find_multiply_adds? / saved).ceil())
    };
    let predictions = |left: Option<f64>| {
        let retrain = if trained_while_found { Some(0.0) } else { row.retrain_multiply_adds };
        let more = row.find_multiply_adds? + retrain? - row.dense_multiply_adds?;
        let saved = row.image_multiply_adds_dense - left?;
        (saved > 0.0).then_some((more / saved).ceil().max(0.0))
    };
    CostRow {
        retrainings_sparse: retrainings(row.retrain_multiply_adds_sparse),
        retrainings_small: retrainings(row.retrain_multiply_adds_small),
        predictions_sparse: predictions(Some(row.image_multiply_adds_sparse)),
        predictions_small: predictions(row.image_multiply_adds_small),
        ..row
    }
}
