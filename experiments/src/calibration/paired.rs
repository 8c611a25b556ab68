use std::time::{Duration, Instant};

use cpu_time::ThreadTime;

/// Work shorter than this runs twice and is timed the second time, when its own data are in the caches and not
/// those of the work before.
const SHORT: Duration = Duration::from_millis(20);

/// What this thread has computed so far, whatever else the machine was doing meanwhile: steps on the CPU are done
/// on the thread that asks for them.
pub(crate) fn computed() -> Duration {
    ThreadTime::now().as_duration()
}

/// The time that has gone by, for steps that a device does.
pub(crate) fn gone_by() -> Duration {
    static START: std::sync::OnceLock<Instant> = std::sync::OnceLock::new();
    START.get_or_init(Instant::now).elapsed()
}

/// The least seconds of each of these works, by a clock: they take turns, for at least so many rounds and
/// this long. The least, since whatever else a machine does only adds to it.
pub(crate) fn least<const N: usize>(
    now: fn() -> Duration,
    (rounds, time): (usize, Duration),
    works: &mut [&mut dyn FnMut(); N],
) -> [f64; N] {
    let mut least = [Duration::MAX; N];
    let started = Instant::now();
    let mut round = 0;
    // The first round is there to warm up.
    while round <= rounds || started.elapsed() < time {
        for (least, work) in least.iter_mut().zip(works.iter_mut()) {
            if *least < SHORT {
                work();
            }
            let started = now();
            work();
            *least = now().saturating_sub(started).min(*least);
        }
        round += 1;
    }
    least.map(|least| least.as_secs_f64())
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;

    #[test]
    fn works_take_turns_and_short_ones_run_twice() {
        let (a, b) = (Cell::new(0), Cell::new(0));
        let mut slow = || {
            a.set(a.get() + 1);
            std::thread::sleep(Duration::from_millis(21));
        };
        let mut quick = || b.set(b.get() + 1);
        let [slow, quick] = least(gone_by, (2, Duration::ZERO), &mut [&mut slow, &mut quick]);
        assert!(slow >= 0.021 && quick < slow);
        assert_eq!((a.get(), b.get()), (3, 5));
    }

    #[test]
    fn a_thread_that_sleeps_computes_nothing() {
        let started = computed();
        std::thread::sleep(Duration::from_millis(50));
        assert!(computed() - started < Duration::from_millis(25));
    }
}
