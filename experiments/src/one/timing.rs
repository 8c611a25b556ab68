use std::array;
use std::time::{Duration, Instant};

/// How often each work is timed at the least: short ones vary with whatever else the machine does.
const FEWEST: usize = 9;
/// Work shorter than this runs once before it is timed, so that it finds its own data in the caches
/// and not those of the one before; for longer ones that makes no difference.
const SHORT: f64 = 0.02;

/// How long several works took, in seconds, round by round.
#[derive(Debug)]
pub(crate) struct Rounds<const N: usize>(Vec<[f64; N]>);

/// The middle one of some values, and those between which half of them lie.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Quartiles {
    pub(crate) lower: f64,
    pub(crate) median: f64,
    pub(crate) upper: f64,
}

/// Times works that take turns for this long, so that all meet the same disturbances; each round
/// another one comes first. Their first runs are there to warm up.
///
/// A device may compute later than it is asked to: the work has to wait for it.
pub(crate) fn in_turn<const N: usize>(
    time: Duration,
    mut works: [&mut dyn FnMut(); N],
) -> Rounds<N> {
    let mut last = [f64::INFINITY; N];
    let mut rounds = Vec::new();
    for work in &mut works {
        work();
    }
    for (last, work) in last.iter_mut().zip(&mut works) {
        *last = seconds(work);
    }
    let started = Instant::now();
    while rounds.len() < FEWEST || started.elapsed() < time {
        for turn in 0..N {
            let index = (turn + rounds.len()) % N;
            if last[index] < SHORT {
                works[index]();
            }
            last[index] = seconds(works[index]);
        }
        rounds.push(last);
    }
    Rounds(rounds)
}

/// How often works are timed that must not take long, and when that is enough.
const BRIEF: (usize, usize, Duration) = (3, 5, Duration::from_millis(200));

/// Times works that take turns a few times, after one to warm up.
pub(crate) fn briefly<const N: usize>(mut works: [&mut dyn FnMut(); N]) -> Rounds<N> {
    let (fewest, most, enough) = BRIEF;
    works.iter_mut().for_each(|work| work());
    let (started, mut rounds) = (Instant::now(), Vec::new());
    while rounds.len() < fewest || (rounds.len() < most && started.elapsed() < enough) {
        rounds.push(works.each_mut().map(|work| seconds(work)));
    }
    Rounds(rounds)
}

fn seconds(work: &mut dyn FnMut()) -> f64 {
    let started = Instant::now();
    work();
    started.elapsed().as_secs_f64()
}

impl<const N: usize> Rounds<N> {
    /// How many there are.
    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    /// Of the seconds that each work took.
    pub(crate) fn seconds(&self) -> [Quartiles; N] {
        array::from_fn(|work| Quartiles::of(self.each(work)))
    }

    /// The seconds of a work in each round.
    pub(crate) fn each(&self, work: usize) -> impl Iterator<Item = f64> {
        self.0.iter().map(move |round| round[work])
    }

    /// Of how many times as fast a work was as a slow one in the same round.
    pub(crate) fn ratio(&self, slow: usize, fast: usize) -> Quartiles {
        Quartiles::of(self.0.iter().map(|round| round[slow] / round[fast]))
    }
}

impl Quartiles {
    /// Of at least one value.
    pub(crate) fn of(values: impl Iterator<Item = f64>) -> Self {
        let mut values: Vec<f64> = values.collect();
        values.sort_by(f64::total_cmp);
        let part = |quarter: usize| values[values.len() * quarter / 4];
        Self { lower: part(1), median: part(2), upper: part(3) }
    }
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;

    use super::*;

    #[test]
    fn quartiles_by_hand() {
        let of = |values: &[f64]| Quartiles::of(values.iter().copied());
        let nine = Quartiles { lower: 3.0, median: 5.0, upper: 7.0 };
        assert_eq!(of(&[9.0, 1.0, 8.0, 2.0, 7.0, 3.0, 6.0, 4.0, 5.0]), nine);
        assert_eq!(of(&[2.0]), Quartiles { lower: 2.0, median: 2.0, upper: 2.0 });
        let rounds = Rounds(vec![[4.0, 1.0], [6.0, 3.0], [10.0, 1.0]]);
        // In pairs: the ratio of the medians would be 6.
        assert_eq!(rounds.ratio(0, 1).median, 4.0);
        assert_eq!(rounds.seconds().map(|work| work.median), [6.0, 1.0]);
    }

    #[test]
    fn brief_looks_end_soon() {
        let (mut a, mut b) = (0, 0);
        let rounds = briefly([&mut || a += 1, &mut || b += 1]);
        assert_eq!((rounds.len(), a, b), (5, 6, 6));
        let rounds = briefly([&mut || std::thread::sleep(Duration::from_millis(80))]);
        assert_eq!(rounds.len(), 3);
    }

    #[test]
    fn all_take_turns_and_none_is_always_the_first() {
        let order = RefCell::new(String::new());
        let work = |name| {
            let order = &order;
            move || order.borrow_mut().push(name)
        };
        let (mut a, mut b, mut c) = (work('a'), work('b'), work('c'));
        let rounds = in_turn(Duration::ZERO, [&mut a, &mut b, &mut c]);
        assert_eq!(rounds.len(), FEWEST);
        let order = order.take();
        // Twice to warm up, then twice in each turn: they are short.
        assert!(order.starts_with("abcabcaabbccbbccaaccaabbaabbcc"), "{order}");
        assert_eq!(order.len(), 3 * (2 + 2 * FEWEST));
    }
}
