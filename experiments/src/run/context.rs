use std::path::PathBuf;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use burn::tensor::Tensor;
use datasets::Batch;
use models::Network;
use pruning::Mask;

use super::Prepared;
use super::progress::Meter;
use super::rows::set_judged;
use crate::cache::Cache;
use crate::calibration::Calibration;
use crate::dashboard::Dashboard;
use crate::error::Error;
use crate::evidence::{Judged, judge};
use crate::plan::{Kind, Run};
use crate::records::{CurveRow, Store};
use crate::seeds::Seeds;
use crate::share::{Board, Claims};
use crate::train::{Evaluation, Evaluator, Steps, Trained};

/// What every run shares.
#[derive(Clone, Copy)]
pub(super) struct Context<'a> {
    pub(super) prepared: &'a Prepared,
    pub(super) store: &'a Store,
    pub(super) meter: &'a Meter,
    pub(super) board: &'a Board,
    /// Where other processes share the runs.
    pub(super) claims: Option<&'a Claims>,
    /// Whether it is waited for what they are at.
    pub(super) waits: bool,
    pub(super) cache: Option<&'a Cache>,
    /// What `auto` chooses by, where something is chosen.
    pub(super) calibration: Option<&'a Calibration>,
    /// Time between two checkpoints of a training.
    pub(super) checkpoint_every: Duration,
    pub(super) stop: &'a AtomicBool,
    /// Where trainings are shown.
    pub(super) dashboard: Option<&'a Dashboard>,
}

/// The quality of a network on both sets.
#[derive(Debug, Clone)]
pub(super) struct Quality {
    pub(super) test: Judged,
    pub(super) validation: Evaluation,
}

impl Context<'_> {
    /// A run comes to a density, from 1: those who watch are told, and a process that was thought gone
    /// finds out that another one has the run.
    pub(super) fn at_round(&self, run: &Run, round: usize) -> Result<(), Error> {
        self.board.at_round(&run.id, round);
        let mine = self.claims.map_or(Ok(()), |claims| claims.still_mine(&run.id));
        mine.map_err(|by| Error::TakenOver { run: run.id.clone(), by })
    }

    /// The folders that may hold what was reached of a run before, the latest first.
    pub(super) fn earlier_folders(&self, run: &str) -> Vec<PathBuf> {
        let own = self.store.folder().to_owned();
        std::iter::once(own)
            .chain(self.claims.iter().flat_map(|claims| claims.earlier(run)))
            .collect()
    }

    /// The network of a seed before it is trained: drawn, or the one that is given.
    pub(super) fn initial(&self, seed: u64) -> Network {
        self.prepared.initial(seed)
    }

    /// The moment that a run goes back to, in iterations; where it goes back to none, the first that others do.
    pub(super) fn rewind_to(&self, run: &Run) -> usize {
        let first = self.prepared.experiment.rewind_to[0];
        self.prepared.moment(run.rewind_to.unwrap_or(first))
    }

    /// All moments that runs go back to, in iterations.
    pub(super) fn moments(&self) -> Vec<usize> {
        let moments = self.prepared.experiment.rewind_to.iter();
        moments.map(|&moment| self.prepared.moment(moment)).collect()
    }

    /// The corruptions that networks are tested on, as a text.
    pub(super) fn corruptions_asked(&self) -> String {
        let sets = self.prepared.data.corrupted.iter();
        let set =
            sets.map(|set| format!("{} {} {}", set.corruption, set.severity.number(), set.seed));
        set.collect::<Vec<_>>().join(", ")
    }

    /// What a parent's weights at a moment are called among its files.
    pub(super) fn rewind_name(&self, moment: usize) -> String {
        match self.prepared.experiment.rewind_to.len() {
            1 => "rewind".to_owned(),
            _ => format!("rewind-{moment}"),
        }
    }

    /// The points of the run's seed, with their classes.
    pub(super) fn points(&self, run: &Run) -> Result<Batch, Error> {
        let Prepared { experiment, architecture, data, .. } = self.prepared;
        let points =
            data.points(data.point_count(experiment, architecture), Seeds::new(run.seed).points());
        points.map_err(|violation| violation.in_run(&run.id))
    }

    /// As many other points, or as many as there are left; `None` for none.
    pub(super) fn held_out_points(&self, run: &Run) -> Result<Option<Tensor<4>>, Error> {
        let Prepared { experiment, architecture, data, .. } = self.prepared;
        let (count, seeds) = (data.point_count(experiment, architecture), Seeds::new(run.seed));
        let points = data.held_out_points(count, seeds.points(), seeds.held_out());
        points.map_err(|violation| violation.in_run(&run.id))
    }

    /// The quality of a network that is to be trained with these steps, or is not.
    pub(super) fn quality(&self, network: &Network, steps: &Steps) -> Quality {
        let data = &self.prepared.data;
        Quality {
            test: judge(network, steps, data.test.to_report()),
            validation: Evaluator::new(network, steps).evaluate(data.validation.to_report()),
        }
    }

    /// Writes into a row what the test images say of its network, beside its parent's predictions.
    pub(super) fn set_test(&self, row: &mut CurveRow, judged: &Judged, parent: Option<&[u16]>) {
        set_judged(row, judged, self.prepared.data.test.to_report().host_labels(), parent);
    }

    /// Writes the quality of a trained network into a row. The test set is read here, once the
    /// training is over, and nothing is chosen by it.
    pub(super) fn set_after(&self, row: &mut CurveRow, trained: &Trained, parent: Option<&[u16]>) {
        let test_set = self.prepared.data.test.to_report();
        let test = judge(&trained.network, &trained.steps, test_set);
        self.set_test(row, &test, parent);
        let last = trained.looks.last();
        row.validation_accuracy = last.map(|look| look.validation.accuracy);
        row.validation_loss = last.map(|look| look.validation.loss);
        row.best_validation_iteration = Some(trained.best_iteration);
        let best_is_last = last.is_some_and(|look| look.iteration == trained.best_iteration);
        let best = match best_is_last {
            true => test.evaluation,
            false => Evaluator::new(&trained.best, &trained.steps).evaluate(test_set),
        };
        row.test_accuracy_at_best_validation = Some(best.accuracy);
        self.set_training(row, trained, best_is_last);
    }

    /// Writes into a row how well a trained network, and the one at its best look, know training images.
    fn set_training(&self, row: &mut CurveRow, trained: &Trained, best_is_last: bool) {
        let data = &self.prepared.data;
        let accuracy = |network: &Network| {
            let mut evaluator = Evaluator::new(network, &trained.steps);
            evaluator.evaluate_part(data.images.to_report(), &data.training_sample).accuracy
        };
        let last = accuracy(&trained.network);
        let best = if best_is_last { last } else { accuracy(&trained.best) };
        row.training_images = Some(data.training_sample.len());
        row.training_accuracy = Some(last);
        row.training_accuracy_at_best_validation = Some(best);
    }

    /// The row of a run at a density, with all that is known before anything is trained.
    pub(super) fn row(&self, run: &Run, density_asked: f64, mask: &Mask) -> CurveRow {
        let Prepared { experiment, architecture, data, .. } = self.prepared;
        let [method, scope, options, schedule, retraining] = labels(run.kind);
        let (kept_weights, total_weights) = (mask.kept(), mask.total());
        let parameters = architecture.parameters();
        let left = parameters - total_weights + kept_weights;
        let multiply_adds = mask.multiply_adds(architecture);
        let live = pruning::live(architecture, mask);
        let disconnected = pruning::disconnected(&live);
        CurveRow {
            run: run.id.clone(),
            experiment: experiment.name.clone(),
            dataset: data.name.clone(),
            network: architecture.name().to_owned(),
            method,
            scope,
            options,
            schedule,
            retraining,
            seed: run.seed,
            repeat: run.repeat,
            density_asked,
            budget: experiment.measure.to_string(),
            density: kept_weights as f64 / total_weights as f64,
            kept_weights,
            total_weights,
            effective_weights: Some(live.kept()),
            effective_density: Some(live.kept() as f64 / total_weights as f64),
            warning: match disconnected.is_empty() {
                true => String::new(),
                false => format!("disconnected: {}", disconnected.join(" ")),
            },
            parameter_ratio: left as f64 / parameters as f64,
            compression: parameters as f64 / left as f64,
            multiply_adds,
            speed_up: architecture.multiply_adds() as f64 / multiply_adds as f64,
            rewind_to: run.rewind_to.map(|moment| self.prepared.moment(moment)),
            status: "ok".to_owned(),
            ..CurveRow::default()
        }
    }
}

/// Method, scope, options, schedule and retraining as they stand in the tables.
pub(crate) fn labels(kind: Kind) -> [String; 5] {
    match kind {
        Kind::Parent => ["dense", "", "", "", "train"].map(str::to_owned),
        Kind::Survivors { method, timing, retraining } => {
            let (scope, options) = (method.scope.label(), method.options_label());
            [method.name, &scope, &options, timing.as_str(), retraining.as_str()].map(str::to_owned)
        }
    }
}
