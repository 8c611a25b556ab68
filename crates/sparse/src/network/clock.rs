use std::time::Duration;

/// Takes the time of each layer's work, where somebody wants to know it.
#[derive(Debug, Default)]
pub(super) struct Clock(Option<Watch>);

#[derive(Debug)]
struct Watch {
    /// The time since some moment.
    now: fn() -> Duration,
    /// Of each layer.
    times: Vec<Duration>,
}

impl Clock {
    /// For so many layers.
    pub(super) fn of(layers: usize, now: fn() -> Duration) -> Self {
        Self(Some(Watch { now, times: vec![Duration::ZERO; layers] }))
    }

    /// Does a layer's work.
    pub(super) fn time<T>(&mut self, layer: usize, work: impl FnOnce() -> T) -> T {
        let Some(watch) = &mut self.0 else { return work() };
        let started = (watch.now)();
        let outcome = work();
        watch.times[layer] += (watch.now)().saturating_sub(started);
        outcome
    }

    /// What each layer took; nothing where nobody wanted to know.
    pub(super) fn times(self) -> Vec<Duration> {
        self.0.map(|watch| watch.times).unwrap_or_default()
    }
}
