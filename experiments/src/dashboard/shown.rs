use std::fmt;
use std::io::IsTerminal;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use burn_train::Interrupter;
use burn_train::logger::TrainingProgressLogger;
use burn_train::metric::{
    MetricAttributes, MetricDefinition, MetricEntry, MetricId, NumericAttributes, NumericEntry,
    SerializedEntry,
};
use burn_train::renderer::tui::TuiMetricsRendererWrapper;
use burn_train::renderer::{MetricState, MetricsRenderer, MetricsRendererTraining};

use crate::error::Error;
use crate::logging;
use crate::train::Look;

/// It takes the terminal until it is dropped; messages go to the log file alone.
pub struct Dashboard {
    shown: Mutex<Shown>,
    interrupter: Interrupter,
    stop: Arc<AtomicBool>,
}

struct Shown {
    /// `None` once it is closed.
    renderer: Option<TuiMetricsRendererWrapper>,
    /// When iterations were last told.
    told: Instant,
}

/// The terminal is drawn ten times a second.
const PAUSE: Duration = Duration::from_millis(100);

/// What a look tells: name, unit, and whether more is better.
const LOSS: (&str, Option<&str>, bool) = ("loss", None, false);
const ACCURACY: (&str, Option<&str>, bool) = ("accuracy", Some("%"), true);
const RATE: (&str, Option<&str>, bool) = ("learning rate", None, false);

impl fmt::Debug for Dashboard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Dashboard").finish_non_exhaustive()
    }
}

impl Dashboard {
    /// Takes the terminal; `stop` is set when the user asks for an end there.
    ///
    /// # Errors
    /// When there is no terminal.
    pub fn open(stop: Arc<AtomicBool>) -> Result<Self, Error> {
        if !std::io::stdout().is_terminal() {
            let problem = "--tui: standard output is no terminal; leave the flag out";
            return Err(Error::Usage(problem.to_owned()));
        }
        logging::to_file_alone(true);
        let interrupter = Interrupter::new();
        let mut renderer = TuiMetricsRendererWrapper::new(interrupter.clone(), None);
        for (name, unit, higher_is_better) in [LOSS, ACCURACY, RATE] {
            let unit = unit.map(str::to_owned);
            renderer.register_metric(MetricDefinition {
                metric_id: id(name),
                name: Arc::new(name.to_owned()),
                description: None,
                attributes: MetricAttributes::Numeric(NumericAttributes { unit, higher_is_better }),
            });
        }
        let shown = Shown { renderer: Some(renderer), told: Instant::now() };
        Ok(Self { shown: Mutex::new(shown), interrupter, stop })
    }

    /// A training begins, after `done` of so many iterations.
    pub fn begin(&self, name: &str, (done, iterations): (usize, usize)) {
        self.tell(|shown| {
            let Some(renderer) = &mut shown.renderer else { return };
            renderer.start(0, 0, Some(iterations), Some(name));
            renderer.start_split("train", iterations);
            renderer.update_split(done);
        });
    }

    /// So many iterations are done.
    pub fn step(&self, done: usize) {
        self.tell(|shown| {
            if let Some(renderer) = &mut shown.renderer
                && shown.told.elapsed() >= PAUSE
            {
                renderer.update_split(done);
                shown.told = Instant::now();
            }
        });
    }

    /// A look at the validation set.
    pub fn look(&self, look: &Look) {
        self.tell(|shown| {
            let Some(renderer) = &mut shown.renderer else { return };
            renderer.update_train(numeric(LOSS.0, look.train_loss));
            renderer.update_train(numeric(RATE.0, look.learning_rate));
            renderer.update_valid(numeric(LOSS.0, look.validation.loss));
            renderer.update_valid(numeric(ACCURACY.0, 100.0 * look.validation.accuracy));
        });
    }

    /// Hands something on; where the user has asked for an end, that is passed on too.
    fn tell(&self, what: impl FnOnce(&mut Shown)) {
        let mut shown = self.shown.lock().unwrap_or_else(PoisonError::into_inner);
        // The renderer ends the process that it thinks it is in by a panic.
        let is_well = catch_unwind(AssertUnwindSafe(|| what(&mut shown))).is_ok();
        if !is_well || self.interrupter.should_stop() {
            self.stop.store(true, Ordering::Relaxed);
        }
        if !is_well && let Some(renderer) = shown.renderer.take() {
            // It would panic again when it is dropped.
            std::mem::forget(renderer);
        }
    }
}

impl Drop for Dashboard {
    fn drop(&mut self) {
        let shown = self.shown.get_mut().unwrap_or_else(PoisonError::into_inner);
        let renderer = shown.renderer.take();
        let _ = catch_unwind(AssertUnwindSafe(|| drop(renderer)));
        logging::to_file_alone(false);
    }
}

fn id(name: &str) -> MetricId {
    MetricId::new(Arc::new(name.to_owned()))
}

fn numeric(name: &str, value: f64) -> MetricState {
    let entry = SerializedEntry::new(format!("{value:.4}"), value.to_string());
    MetricState::Numeric(MetricEntry::new(id(name), entry), Some(NumericEntry::Value(value)))
}
