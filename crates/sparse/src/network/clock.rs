use std::time::{Duration, Instant};

/// Takes the time of each layer's work, where somebody wants to know it.
#[derive(Debug, Default)]
pub(super) struct Clock(Option<Vec<Duration>>);

impl Clock {
    /// For so many layers.
    pub(super) fn of(layers: usize) -> Self {
        Self(Some(vec![Duration::ZERO; layers]))
    }

    /// Does a layer's work.
    pub(super) fn time<T>(&mut self, layer: usize, work: impl FnOnce() -> T) -> T {
        let Some(times) = &mut self.0 else { return work() };
        let started = Instant::now();
        let outcome = work();
        times[layer] += started.elapsed();
        outcome
    }

    /// What each layer took; nothing where nobody wanted to know.
    pub(super) fn times(self) -> Vec<Duration> {
        self.0.unwrap_or_default()
    }
}
